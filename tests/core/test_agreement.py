"""Agreement of raters and consistency of items: published figures, other ways to reckon, laws."""

from __future__ import annotations

from statistics import variance

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from daybreak.core.agreement import Agreement, AgreementError, agreement, alpha, mean_squares

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
TABLES = st.integers(2, 5).flatmap(
    lambda raters: st.lists(st.lists(st.integers(0, 60), min_size=raters, max_size=raters), min_size=2, max_size=20)
)


def all_six(found: Agreement) -> list[float | None]:
    return [found.icc_1_1, found.icc_2_1, found.icc_3_1, found.icc_1_k, found.icc_2_k, found.icc_3_k]


@pytest.mark.evidence("reference", "Shrout & Fleiss 1979, tables 2 to 4: six targets, four judges")
def test_the_six_correlations_of_the_published_table_come_out() -> None:
    found = agreement(SHROUT_FLEISS)
    assert all_six(found) == pytest.approx([0.17, 0.29, 0.71, 0.44, 0.62, 0.91], abs=0.005)
    assert (found.people, found.raters) == (6, 4)


@pytest.mark.evidence("reference", "Shrout & Fleiss 1979, table 3: mean squares")
def test_the_mean_squares_of_the_published_table_come_out() -> None:
    squares = mean_squares(SHROUT_FLEISS)
    assert [float(each) for each in (squares.rows, squares.within, squares.columns, squares.error)] == pytest.approx(
        [11.24, 6.26, 32.49, 1.02], abs=0.006
    )


@given(TABLES)
def test_alpha_from_mean_squares_is_alpha_from_variances(answers: list[list[int]]) -> None:
    """The second way is the usual formula: k / (k - 1) times one minus item variances over the variance of sums."""
    total = variance(sum(row) for row in answers)
    assume(total > 0)
    k = len(answers[0])
    expected = k / (k - 1) * (1 - sum(variance(column) for column in zip(*answers, strict=True)) / total)
    assert alpha(answers) == pytest.approx(expected, abs=1e-9)
    assert agreement(answers).icc_3_k == alpha(answers)


@given(TABLES)
def test_no_correlation_is_above_one_and_agreement_never_above_consistency(scores: list[list[int]]) -> None:
    found = agreement(scores)
    assert all(value is None or value <= 1 + 1e-12 for value in all_six(found))
    if found.icc_2_1 is not None and found.icc_3_1 is not None and found.icc_3_1 >= 0:
        squares = mean_squares(scores)
        if squares.columns >= squares.error:
            assert found.icc_2_1 <= found.icc_3_1 + 1e-12


@given(TABLES, st.integers(-30, 30))
def test_a_rater_who_is_always_stricter_changes_consistency_not_at_all(scores: list[list[int]], more: int) -> None:
    stricter = [[row[0] + more, *row[1:]] for row in scores]
    found, other = agreement(scores), agreement(stricter)
    assert found.icc_3_1 == other.icc_3_1


@given(TABLES)
def test_the_mean_of_raters_is_as_much_better_as_spearman_and_brown_say(scores: list[list[int]]) -> None:
    found = agreement(scores)
    for one, mean in ((found.icc_1_1, found.icc_1_k), (found.icc_3_1, found.icc_3_k)):
        if one is None or mean is None:
            continue
        stepped_down = 1 + (found.raters - 1) * one
        assert mean * stepped_down == pytest.approx(found.raters * one, abs=1e-6)


def test_raters_who_say_the_same_agree_wholly_and_scores_that_never_vary_tell_nothing() -> None:
    assert all_six(agreement([[1, 1], [5, 5], [9, 9]])) == [1.0] * 6
    assert set(all_six(agreement([[4, 4], [4, 4]]))) == {None}
    assert alpha([[4, 4], [4, 4]]) is None


@pytest.mark.parametrize("scores", [[], [[1, 2]], [[1], [2]]])
def test_too_few_people_or_raters_are_refused(scores: list[list[float]]) -> None:
    with pytest.raises(AgreementError, match="at least two people, each with at least two scores"):
        agreement(scores)


def test_scores_that_differ_by_nothing_but_a_rater_tell_no_consistency() -> None:
    """In floating point the rows would seem to vary by a rounding error."""
    assert agreement([[0.1, 0.7], [0.1, 0.7], [0.1, 0.7]]).icc_3_1 is None


def test_a_table_with_gaps_is_refused() -> None:
    with pytest.raises(AgreementError, match="Not everybody has as many scores"):
        agreement([[1, 2], [1, 2, 3]])
