"""Confidence limits for intraclass correlations and Cronbach's alpha; the correlations themselves are core's, exact.

Limits by F: Shrout & Fleiss, Psychol Bull 1979;86:420-428; McGraw & Wong, Psychol Methods 1996;1:30-46. Alpha: Feldt,
Psychometrika 1965;30:357-370. Formulae and choices: docs/stats/agreement.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from scipy import stats

from daybreak.core.agreement import Agreement, MeanSquares, Scores, agreement, mean_squares
from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

Limits = tuple[float | None, float | None]
NONE: Limits = (None, None)
UNBOUNDED = 1e-12


@dataclass(frozen=True)
class Correlation:
    """A correlation with its limits and the F test that it is nil; None where the scores cannot tell."""

    label: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    f: float | None
    df1: int
    df2: int
    p: float | None


@dataclass(frozen=True)
class Correlations:
    """Correlations of one table of scores."""

    rows: tuple[Correlation, ...]
    people: int
    raters: int
    level: float
    warnings: tuple[str, ...]

    def __getitem__(self, label: str) -> Correlation:
        """Return the row of that label, such as `icc_2_1` or `alpha`.

        Raises:
            KeyError: no row has it.
        """
        for row in self.rows:
            if row.label == label:
                return row
        raise KeyError(label)

    def summary(self) -> str:
        """Return the correlations as text, one line each, then the warnings."""
        head = f"{self.people} people, {self.raters} scores each, {self.level:.0%} limits"
        lines = [
            f"{row.label}: {_said(row.estimate)} ({_said(row.ci_low)} to {_said(row.ci_high)})" for row in self.rows
        ]
        return "\n".join([head, *lines, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one row for each correlation."""
        return polars_table([asdict(row) for row in self.rows])

    def to_dict(self) -> dict[str, object]:
        """Return plain values fit for JSON."""
        return asdict(self) | {"rows": [asdict(row) for row in self.rows], "warnings": list(self.warnings)}


def agreement_limits(scores: Scores, *, level: float = 0.95) -> Correlations:
    """Return the six intraclass correlations with limits: one row per person, one column per rater, no gaps.

    Raises:
        AgreementError: fewer than two people or raters, or rows of different lengths.
        FitError: a score that is no number, or a level that is no level.
    """
    _check(scores, level)
    found, squares = agreement(scores), mean_squares(scores)
    n, k = found.people, found.raters
    between = (n - 1, n * (k - 1), _ratio(squares.rows, squares.within))
    paired = (n - 1, (n - 1) * (k - 1), _ratio(squares.rows, squares.error))
    single_1, single_2, single_3 = (
        _single(between, k, level),
        _absolute(found, squares, level),
        _single(paired, k, level),
    )
    told = [
        ("icc_1_1", found.icc_1_1, single_1, between),
        ("icc_2_1", found.icc_2_1, single_2, paired),
        ("icc_3_1", found.icc_3_1, single_3, paired),
        ("icc_1_k", found.icc_1_k, _of_mean(single_1, k), between),
        ("icc_2_k", found.icc_2_k, _of_mean(single_2, k), paired),
        ("icc_3_k", found.icc_3_k, _of_mean(single_3, k), paired),
    ]
    rows = tuple(_row(label, estimate, limits, test) for label, estimate, limits, test in told)
    return Correlations(rows, n, k, level, _doubts(rows))


def alpha_limits(answers: Scores, *, level: float = 0.95) -> Correlations:
    """Return Cronbach's alpha with Feldt's limits: one row per person, one column per item, no gaps.

    Raises:
        AgreementError: fewer than two people or items, or rows of different lengths.
        FitError: an answer that is no number, or a level that is no level.
    """
    told = agreement_limits(answers, level=level)
    same = told["icc_3_k"]
    row = Correlation("alpha", same.estimate, same.ci_low, same.ci_high, same.f, same.df1, same.df2, same.p)
    return Correlations((row,), told.people, told.raters, level, _doubts((row,)))


def _check(scores: Scores, level: float) -> None:
    if not 0 < level < 1:
        raise FitError("A confidence level lies between 0 and 1.", remedy="Give 0.95 for 95 %.")
    for place, row in enumerate(scores, 1):
        if not all(math.isfinite(value) for value in row):
            raise FitError("A score is missing.", where=f"row {place}", remedy="Leave out who lacks one.")


def _ratio(part: Fraction, rest: Fraction) -> float | None:
    """Return F, or None where its denominator is nil: then F is without bound or says nothing."""
    return float(part / rest) if rest > 0 else None


def _single(test: tuple[int, int, float | None], k: int, level: float) -> Limits:
    """Return limits of one rater's correlation from F with its df: (F - 1) / (F + k - 1) at both ends of F."""
    df1, df2, f = test
    if f is None:
        return NONE
    reach = (1 + level) / 2
    low, high = f / float(stats.f.ppf(reach, df1, df2)), f * float(stats.f.ppf(reach, df2, df1))
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _absolute(found: Agreement, squares: MeanSquares, level: float) -> Limits:
    """Return limits of ICC(2,1): F with Satterthwaite's df for the mix of mean squares in its denominator."""
    n, k, rho = found.people, found.raters, found.icc_2_1
    if rho is None or rho >= 1:
        return NONE
    rows, columns, error = float(squares.rows), float(squares.columns), float(squares.error)
    odds = k * rho / (n * (1 - rho))
    a, b = odds * columns, (1 + odds * (n - 1)) * error
    if not a + b > 0:
        return NONE
    df = (a + b) ** 2 / (a**2 / (k - 1) + b**2 / ((n - 1) * (k - 1)))
    reach = (1 + level) / 2
    above, below = float(stats.f.ppf(reach, n - 1, df)), float(stats.f.ppf(reach, df, n - 1))
    mix = k * columns + (k * n - k - n) * error
    low = n * (rows - above * error) / (above * mix + n * rows)
    high = n * (below * rows - error) / (mix + n * below * rows)
    # Far below nil the two mean squares count against each other, and Satterthwaite's df no longer mean anything.
    return (low, high) if low <= rho <= high else NONE


def _of_mean(limits: Limits, k: int) -> Limits:
    """Return the limits for the mean of k raters (Spearman-Brown); one that would be without bound is None."""
    low, high = (
        None if each is None or 1 + (k - 1) * each < UNBOUNDED else k * each / (1 + (k - 1) * each) for each in limits
    )
    return low, high


def _row(label: str, estimate: float | None, limits: Limits, test: tuple[int, int, float | None]) -> Correlation:
    df1, df2, f = test
    p = None if f is None else float(stats.f.sf(f, df1, df2))
    low, high = NONE if estimate is None else limits
    return Correlation(label, estimate, low, high, f, df1, df2, p)


def _doubts(rows: Sequence[Correlation]) -> tuple[str, ...]:
    silent = [row.label for row in rows if row.estimate is None]
    endless = [row.label for row in rows if row.estimate is not None and row.ci_low is None]
    doubts = []
    if silent:
        doubts.append(f"The scores do not vary enough to tell {', '.join(silent)}.")
    if endless:
        doubts.append(f"The scores give no limits, or only one, for {', '.join(endless)}.")
    return tuple(doubts)


def _said(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"
