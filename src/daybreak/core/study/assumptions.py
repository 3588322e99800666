"""`[assumptions]`: what simulation and power assume of the people, the effect, and what gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Key, Real, Share, Table

Correlation = Annotated[Real, Field(gt=-1, lt=1)]


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
