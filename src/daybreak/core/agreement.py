"""How far raters agree, and how far the items of a scale hang together: exact arithmetic on complete tables.

Intraclass correlations after Shrout & Fleiss, Intraclass correlations: uses in assessing rater reliability, Psychol
Bull 1979;86:420-428. A table has one row per rated person and one column per rater.

    icc_1_1  each person has raters of their own                    icc_1_k  likewise, of the raters' mean
    icc_2_1  the same raters for all, drawn from many; absolute     icc_2_k  likewise, of their mean
    icc_3_1  these raters and no others; consistency                icc_3_k  likewise, of their mean (Cronbach's alpha)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from daybreak.core.errors import DaybreakError

Scores = Sequence[Sequence[float]]
LEAST_PEOPLE = 2
LEAST_RATERS = 2


class AgreementError(DaybreakError):
    """Scores from which no agreement can be told."""

    code = "agreement"


@dataclass(frozen=True)
class Agreement:
    """The six intraclass correlations of one table. None where the scores do not vary enough to tell one."""

    people: int
    raters: int
    icc_1_1: float | None
    icc_2_1: float | None
    icc_3_1: float | None
    icc_1_k: float | None
    icc_2_k: float | None
    icc_3_k: float | None


@dataclass(frozen=True)
class MeanSquares:
    """A two-way table taken apart: between rows, between columns, within rows, and what is left.

    Exact, so that scores which do not vary are known from scores that vary by a rounding error.
    """

    rows: Fraction
    columns: Fraction
    within: Fraction
    error: Fraction


def agreement(scores: Scores) -> Agreement:
    """Return the six intraclass correlations of a complete table, one row per person, one column per rater.

    Raises:
        AgreementError: fewer than two people or raters, or rows of different lengths.
    """
    squares = mean_squares(scores)
    n, k = len(scores), len(scores[0])
    between, within, error, columns = squares.rows, squares.within, squares.error, squares.columns
    return Agreement(
        people=n,
        raters=k,
        icc_1_1=_share(between - within, between + (k - 1) * within),
        icc_2_1=_share(between - error, between + (k - 1) * error + k * (columns - error) / n),
        icc_3_1=_share(between - error, between + (k - 1) * error),
        icc_1_k=_share(between - within, between),
        icc_2_k=_share(between - error, between + (columns - error) / n),
        icc_3_k=_share(between - error, between),
    )


def alpha(answers: Scores) -> float | None:
    """Return Cronbach's alpha of a complete table, one row per person, one column per item.

    Source: Cronbach, Psychometrika 1951;16:297-334. None where the sums do not vary.

    Raises:
        AgreementError: fewer than two people or items, or rows of different lengths.
    """
    squares = mean_squares(answers)
    return _share(squares.rows - squares.error, squares.rows)


def mean_squares(scores: Scores) -> MeanSquares:
    """Return the mean squares of a two-way table without repetition.

    Raises:
        AgreementError: fewer than two rows or columns, or rows of different lengths.
    """
    _check(scores)
    table = [[Fraction(value) for value in row] for row in scores]
    n, k = len(table), len(table[0])
    rows = [sum(row, Fraction()) / k for row in table]
    columns = [sum(column, Fraction()) / n for column in zip(*table, strict=True)]
    grand = sum(rows, Fraction()) / n
    within = sum((value - mean) ** 2 for row, mean in zip(table, rows, strict=True) for value in row)
    error = sum(
        (value - mean - column + grand) ** 2
        for row, mean in zip(table, rows, strict=True)
        for value, column in zip(row, columns, strict=True)
    )
    return MeanSquares(
        rows=Fraction(k * sum((mean - grand) ** 2 for mean in rows), n - 1),
        columns=Fraction(n * sum((mean - grand) ** 2 for mean in columns), k - 1),
        within=Fraction(within, n * (k - 1)),
        error=Fraction(error, (n - 1) * (k - 1)),
    )


def _check(scores: Scores) -> None:
    if len(scores) < LEAST_PEOPLE or len(scores[0]) < LEAST_RATERS:
        raise AgreementError(
            "Agreement needs at least two people, each with at least two scores.",
            remedy="Wait for more double ratings.",
        )
    if len({len(row) for row in scores}) > 1:
        raise AgreementError("Not everybody has as many scores.", remedy="Leave out who lacks one.")


def _share(part: Fraction, whole: Fraction) -> float | None:
    return float(part / whole) if whole > 0 else None
