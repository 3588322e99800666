"""F tests of several contrasts at once: of any set, and of every term of a model (type III)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import TYPE_CHECKING

import numpy as np

from daybreak.stats.means.grid import EVEN, Grid, Weights, reference_grid
from daybreak.stats.means.lines import OPEN, estimable, reduced
from daybreak.stats.means.tables import Record, print_table
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array, Fitted

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

ROUNDING = 1e-9


@dataclass(frozen=True)
class TermTest:
    """The F test of one term or set of contrasts. `reduced`: the data leave some of its contrasts open.

    All numbers are None where they leave all of them open.
    """

    term: str
    levels: Mapping[str, str]
    f: float | None
    df1: float
    df2: float | None
    p: float | None
    reduced: bool


@dataclass(frozen=True)
class JointTests:
    """F tests, one a term or a group of contrasts, with what could not be tested in full."""

    tests: tuple[TermTest, ...]
    warnings: tuple[str, ...]

    def __getitem__(self, term: str) -> TermTest:
        return next(test for test in self.tests if test.term == term)

    def summary(self) -> str:
        """Return the table as text."""
        return "\n".join([print_table(self._records()), *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one polars row a test."""
        return polars_table(self._records())

    def to_dict(self) -> dict[str, object]:
        """Return one record a test, and the warnings, for JSON."""
        return {"tests": self._records(), "warnings": list(self.warnings)}

    def _records(self) -> list[Record]:
        return [
            {"term": test.term, **test.levels, "f": test.f, "df1": test.df1, "df2": test.df2, "p": test.p}
            for test in self.tests
        ]


def joint_of(fit: Fitted, asked: Sequence[tuple[str, Mapping[str, str], Array]]) -> JointTests:
    """Return the F test of each set of rows of the whole coding, with its name and levels.

    Rows that depend on others count once. Where the data leave some rows open, what is left of the space they span is
    tested, as in emmeans.

    Raises:
        FitError: a set can be estimated and the model cannot test it.
    """
    tests = tuple(_test(fit, name, levels, rows) for name, levels, rows in asked)
    warnings = tuple(
        f"The data leave {'some' if test.df1 else 'all'} contrasts of {test.term} open; "
        + (f"the test has {test.df1:g} numerator degrees of freedom." if test.df1 else "it is not tested.")
        for test in tests
        if test.reduced
    )
    return JointTests(tests, warnings)


def joint_tests(
    fit: Fitted, *, at: Mapping[str, Sequence[object]] | None = None, weights: Weights = EVEN
) -> JointTests:
    """Return the type III test of every term: that its contrasts among marginal means are nil.

    A factor contributes its differences from the first level; a covariate its slope, at its mean or its value in
    `at`; variables outside the term are averaged over (factors) or stand at their mean (covariates). With factors
    alone these are the type III tests of SAS. Where a covariate meets a factor in a term, the factor's own test is at
    the covariate's mean, as emmeans has it; SAS and car take the covariate at nil.

    Raises:
        FitError: as `marginal_means`.
    """
    grid = reference_grid(fit.coding, at)
    return joint_of(
        fit, [(term, {}, _contrasts(fit, grid, names, columns, weights)) for term, names, columns in _terms(fit)]
    )


def _terms(fit: Fitted) -> list[tuple[str, tuple[str, ...], int]]:
    """Return each set of variables that share a term: the first term's name, the variables, how many columns."""
    known = (*fit.coding.factors, *fit.coding.covariates)
    found: dict[frozenset[str], tuple[str, tuple[str, ...], int]] = {}
    for term, places in fit.coding.blocks.items():
        words = set(re.findall(r"[^\W\d][\w.]*", term)) | set(term.split(":"))
        names = tuple(name for name in known if name in words)
        if names:
            key = frozenset(names)
            first = found.get(key, (term, names, 0))
            found[key] = (first[0], names, first[2] + len(places))
    return list(found.values())


def _contrasts(fit: Fitted, grid: Grid, names: tuple[str, ...], columns: int, weights: Weights) -> Array:
    """Return the rows of the contrasts of a term: products of differences of each of its variables."""
    factors = [name for name in names if name in fit.coding.factors]
    degree = max(1, ceil(columns / max(1, prod(len(grid.values[name]) - 1 for name in factors))))
    values = dict(grid.values)
    for name in names:
        if name not in factors:
            middle = float(np.mean([float(str(value)) for value in values[name]]))
            values[name] = tuple(np.linspace(middle - 1, middle + 1, degree + 1))
    rows = Grid(values, grid.coding).margin(names, weights)
    for axis in range(len(names)):
        rows = np.moveaxis(rows, axis, 0)
        rows = np.moveaxis(rows[1:] - rows[:1], 0, axis)
    return rows.reshape(-1, rows.shape[-1])


def _test(fit: Fitted, name: str, levels: Mapping[str, str], rows: Array) -> TermTest:
    whole = estimable(fit, rows)
    kept = reduced(fit, rows if whole.all() else _estimable_part(fit, rows))
    kept = _independent(kept)
    open_ = not bool(whole.all())
    if not len(kept):
        return TermTest(name, levels, None, 0.0, None, None, reduced=True)
    test = fit.joint(kept)
    return TermTest(name, levels, test.f, test.df1, test.df2, test.p, reduced=open_)


def _estimable_part(fit: Fitted, rows: Array) -> Array:
    """Return combinations of the rows that have no share in what the data leave open."""
    basis = np.linalg.qr(fit.coding.null)[0]
    left, sizes, _ = np.linalg.svd(rows @ basis)
    rank = int((sizes > np.sqrt(OPEN) * max(1.0, float(np.abs(rows).max()))).sum())
    return np.asarray(left[:, rank:].T @ rows)


def _independent(rows: Array) -> Array:
    """Return the rows without those that the ones before them say already.

    Satterthwaite's degrees of freedom depend on which rows span a space, so that all pairs get those of the
    differences from the first level.
    """
    basis: list[Array] = []
    kept = []
    for place, row in enumerate(rows):
        rest = row - sum((row @ known) * known for known in basis)
        size = float(np.linalg.norm(rest))
        if size > ROUNDING * float(np.linalg.norm(row)):
            basis.append(rest / size)
            kept.append(place)
    return rows[kept]
