"""`[analysis]`: how the study will be judged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Key, Real, Share, Table


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
    ddf: Literal["kenward-roger-linear", "kenward-roger", "satterthwaite", "residual"] = "kenward-roger-linear"
    """Denominator degrees of freedom, and the standard errors that go with them."""
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
