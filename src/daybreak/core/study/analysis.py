"""`[analysis]` and `[assumptions]`: how the study will be judged, and what a simulation of it assumes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Key, Real, Share, Table

Correlation = Annotated[Real, Field(gt=-1, lt=1)]


class TrendRules(Table):
    """`trend`: a straight line of each person through a stretch of time, as in the published study."""

    begin: Key
    """Visit it begins at."""
    end: Key
    """Visit it ends at."""


class SensitivityRules(Table):
    """`[analysis.NAME.sensitivity]`: the same question under other assumptions."""

    reference: Key | None = None
    """Arm whose course people without values are taken to have followed; the other arm of the first contrast."""
    imputations: int = Field(default=100, ge=2, le=2000)
    """How often unseen values are drawn."""
    seed: int = Field(default=1, ge=0)
    """What the draws begin from."""
    shifts: tuple[Real, ...] = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
    """Points added to unseen values, for the tipping-point map."""
    least_dose: Share | None = None
    """Mean delivered dose of all planned sessions from which a person kept to the protocol; the training's, or 0.8."""
    trend: TrendRules | None = None
    """Fits a straight line of each person between two visits."""


class MechanismRules(Table):
    """`[analysis.NAME.mechanism]`: whether a contrast goes through another score."""

    score: str = "iat.d"
    """Instrument, dot, score of what may mediate; `iat.d` is the implicit association test's D score."""
    at: Key
    """Visit at which it is taken; its first visit is adjusted for."""
    draws: int = Field(default=2000, ge=100, le=20_000)
    """Bootstrap samples for the limits."""


class AnalysisRules(Table):
    """`[analysis.primary]` and others beside it: one pre-specified analysis."""

    title: str | None = None
    """What a report calls it; the outcome if left out."""
    outcome: str
    """Instrument, dot, score."""
    formula: str = Field(max_length=500)
    """The model, as `daybreak fit` reads it."""
    ddf: Literal["kenward-roger", "satterthwaite", "residual"] = "kenward-roger"
    """Denominator degrees of freedom."""
    visits: tuple[Key, ...] = ()
    """Visits whose values enter, a repeated one by its own key; all that measure the outcome if left out."""
    at: tuple[Key, ...] = ()
    """Visits at which the contrasts are judged; all if left out."""
    contrasts: tuple[str, ...] = ()
    """Differences of arms: `"one - other"`."""
    adjust: Literal["none", "holm", "hochberg", "bonferroni"] = "none"
    """How p values of the contrasts are adjusted for their number, over all visits at once."""
    subgroups: tuple[str, ...] = ()
    """`site`, `baseline` (halves at its median) or keys of eligibility questions."""
    sensitivity: SensitivityRules | None = None
    """Asks the same under other assumptions."""
    mechanism: MechanismRules | None = None
    """Asks what the effect goes through."""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The two arms of each contrast."""
        return tuple((one, other) for one, _, other in (text.partition(" - ") for text in self.contrasts))

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if re.fullmatch(r"[^~]*\S[^~]*~[^~]*\S[^~]*", self.formula) is None:
            yield Fault(("formula",), 'write outcome ~ terms, such as "change ~ baseline + arm * visit"')
        elif self.formula.count("(") != self.formula.count(")"):
            yield Fault(("formula",), "a bracket is open; count ( and )")
        for place, text in enumerate(self.contrasts):
            if re.fullmatch(r"\S+ - \S+", text) is None:
                yield Fault(("contrasts", place), 'write two arms with " - " between them, such as "a - b"')


class Correlations(Table):
    """`[assumptions.correlations]`: between two later visits, and between the baseline and a later one."""

    later: Correlation
    """Between any two visits after the first."""
    baseline: Correlation
    """Between the first visit and any later one."""


class AssumptionRules(Table):
    """`[assumptions]`: what simulation and power assume; every value is ours, chosen to reproduce published results."""

    outcome: str
    """Instrument, dot, score."""
    visits: tuple[Key, ...] = Field(min_length=2)
    """The visits that the lists below are about, the baseline first."""
    means: dict[Key, tuple[Real, ...]]
    """For each arm the mean at each visit."""
    sd: tuple[Annotated[Real, Field(gt=0)], ...]
    """Standard deviation at each visit."""
    correlations: Correlations | None = None
    """Two figures that make the whole matrix."""
    correlation_matrix: tuple[tuple[Real, ...], ...] | None = None
    """The whole matrix, one row a visit, in place of the two figures."""
    dropout: dict[Key, Share] = {}
    """For each arm the share of people without the last visit; 0 for arms left out."""
    adherence: dict[Key, Share] = {}
    """For each arm the mean delivered dose; 1 for arms left out."""

    def matrix(self) -> tuple[tuple[float, ...], ...]:
        """Return the correlation of every visit with every other."""
        size, given = len(self.visits), self.correlations
        if given is None:
            return self.correlation_matrix or ()
        return tuple(
            tuple(1.0 if row == column else given.later if row and column else given.baseline for column in range(size))
            for row in range(size)
        )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        size = len(self.visits)
        for arm, means in self.means.items():
            if len(means) != size:
                yield Fault(("means", arm), f"write {size} means, one for each visit; here are {len(means)}")
        if len(self.sd) != size:
            yield Fault(("sd",), f"write {size} standard deviations, one for each visit; here are {len(self.sd)}")
        yield from self._correlation_faults(size)

    def _correlation_faults(self, size: int) -> Iterator[Fault]:
        if (self.correlations is None) == (self.correlation_matrix is None):
            yield Fault(("correlations",), "write either correlations or correlation_matrix")
            return
        matrix, where = self.matrix(), "correlations" if self.correlations else "correlation_matrix"
        if len(matrix) != size or any(len(row) != size for row in matrix):
            yield Fault((where,), f"write {size} rows of {size} numbers, one for each visit")
        elif any(matrix[row][row] != 1 for row in range(size)):
            yield Fault((where,), "each visit's correlation with itself must be 1")
        elif any(matrix[row][column] != matrix[column][row] for row in range(size) for column in range(row)):
            yield Fault((where,), "the matrix is not symmetric; mirror its halves")
        elif not positive_definite(matrix):
            yield Fault((where,), "no data can correlate like this; bring the figures nearer to each other")


def positive_definite(matrix: tuple[tuple[float, ...], ...]) -> bool:
    """Return whether a symmetric matrix is positive definite, by whether Cholesky's decomposition can be made."""
    root: list[list[float]] = []
    for row, values in enumerate(matrix):
        made: list[float] = []
        for column in range(row):
            inner = sum(left * right for left, right in zip(made, root[column], strict=False))
            made.append((values[column] - inner) / root[column][column])
        rest = values[row] - sum(value * value for value in made)
        if rest <= 1e-12:
            return False
        root.append([*made, rest**0.5])
    return True
