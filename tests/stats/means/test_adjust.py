"""Adjusted p values, and the laws behind them: published tables, scipy, limits that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from daybreak.stats.means.adjust import bonferroni, hochberg, holm
from daybreak.stats.means.simultaneous import LargestT, StudentizedRange, one_factor, scales
from daybreak.stats.results import Array


def equal(size: int, correlation: float) -> Array:
    return np.full((size, size), correlation) + (1 - correlation) * np.eye(size)


@pytest.mark.evidence("reference", "statsmodels 0.15, multipletests")
@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
def test_steps_are_those_of_another_package(size: int) -> None:
    p = np.random.default_rng(size).uniform(0, 0.2, size=size)
    for ours, name in ((holm, "holm"), (hochberg, "simes-hochberg"), (bonferroni, "bonferroni")):
        assert ours(p).tolist() == pytest.approx(multipletests(p, method=name)[1].tolist(), abs=1e-15)


@pytest.mark.evidence("property", "the definitions")
@given(st.lists(st.floats(0, 1), min_size=1, max_size=9))
@settings(deadline=None)
def test_steps_keep_the_order_and_hochberg_is_never_above_holm(p: list[float]) -> None:
    for adjusted in (holm(p), hochberg(p)):
        assert (adjusted >= np.array(p)).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0).all()
    assert (hochberg(p) <= holm(p)).all()
    assert (holm(p) <= bonferroni(p)).all()


@pytest.mark.evidence("reference", "Dunnett, Biometrics 1964;20:482-491, table II: two-sided 5 %")
@pytest.mark.parametrize(
    ("contrasts", "df", "tabled"),
    [(2, 10, 2.57), (2, np.inf, 2.21), (3, 12, 2.68), (5, 10, 2.99), (4, 20, 2.65)],
)
def test_critical_values_against_a_control_are_those_of_the_table(contrasts: int, df: float, tabled: float) -> None:
    assert LargestT(equal(contrasts, 0.5)).critical(0.95, df) == pytest.approx(tabled, abs=0.006)


@pytest.mark.evidence("reference", "blankets of Westfall 1999, two-sided, as R's multcomp prints them")
def test_unequal_groups_against_a_control_are_those_of_multcomp() -> None:
    share = np.sqrt(np.array([3, 3, 15]) / (np.array([3, 3, 15]) + 20))
    correlation = np.outer(share, share)
    np.fill_diagonal(correlation, 1)
    law = LargestT(correlation)
    assert [law.beyond(t, 37) for t in (1.330, 1.884)] == pytest.approx([0.456, 0.182], abs=6e-4)
    assert law.beyond(4.656, 37) < 0.001


@pytest.mark.evidence("reference", "scipy 1.17, studentized_range")
@pytest.mark.parametrize(
    ("means", "t", "df"), [(2, 1.9, 7.5), (3, 2.5, 10), (5, 3.1, 140.3), (10, 4, 25.7), (3, 1.2, 1.3)]
)
def test_the_range_is_that_of_scipy(means: int, t: float, df: float) -> None:
    ours = StudentizedRange(means).beyond(t, df)
    assert ours == pytest.approx(stats.studentized_range.sf(np.sqrt(2) * t, means, df), abs=1e-9)


@pytest.mark.evidence("reference", "Tukey's table: q of 3 means, 10 df, 5 % is 3.877")
def test_the_critical_range_is_that_of_the_table() -> None:
    assert np.sqrt(2) * StudentizedRange(3).critical(0.95, 10) == pytest.approx(3.877, abs=5e-4)


@pytest.mark.evidence("property", "one statistic, or two means, leave nothing to adjust")
@given(t=st.floats(0.01, 8), df=st.floats(0.8, 1e9))
@settings(deadline=None, max_examples=50)
def test_a_single_statistic_has_its_own_t(t: float, df: float) -> None:
    alone = 2 * float(stats.t.sf(t, df))
    assert LargestT(np.eye(1)).beyond(t, df) == pytest.approx(alone, abs=1e-8)
    assert LargestT(equal(2, 1.0)).beyond(t, df) == pytest.approx(alone, abs=1e-8)
    assert StudentizedRange(2).beyond(t, df) == pytest.approx(alone, abs=1e-8)


@pytest.mark.evidence("property", "independent normal statistics: 1 - (1 - p)^m")
def test_independent_statistics_multiply() -> None:
    p = 2 * stats.norm.sf(2.2)
    assert LargestT(np.eye(4)).beyond(2.2, np.inf) == pytest.approx(1 - (1 - p) ** 4, abs=1e-13)


@pytest.mark.evidence("double", "a million draws")
def test_the_largest_of_drawn_statistics_agrees() -> None:
    draw = np.random.default_rng(3)
    loadings = np.array([0.9, 0.4, -0.6, 0.7])
    shared = draw.normal(size=(1_000_000, 1))
    z = shared * loadings + np.sqrt(1 - loadings**2) * draw.normal(size=(1_000_000, 4))
    largest = np.abs(z / np.sqrt(draw.chisquare(9, size=(1_000_000, 1)) / 9)).max(axis=1)
    correlation = np.outer(loadings, loadings)
    np.fill_diagonal(correlation, 1)
    assert LargestT(correlation).beyond(2.3, 9) == pytest.approx((largest > 2.3).mean(), abs=0.0015)


@pytest.mark.parametrize("df", [6.5, np.inf])
def test_correlations_without_a_shared_factor_are_near_those_with_one(df: float) -> None:
    near = equal(4, 0.5)
    near[0, 1] = near[1, 0] = 0.5 + 1e-6
    assert one_factor(near) is None
    assert LargestT(near).beyond(2.4, df) == pytest.approx(LargestT(equal(4, 0.5)).beyond(2.4, df), abs=1e-5)


@pytest.mark.evidence("property", "pairs of means of one precision: Tukey's range")
@pytest.mark.parametrize(("means", "accuracy"), [(3, 1e-9), (4, 1e-5), (5, 1e-5)])
@pytest.mark.parametrize("df", [4.2, 77, np.inf])
def test_the_largest_of_all_pairs_is_their_range(means: int, accuracy: float, df: float) -> None:
    pairs = np.array([np.eye(means)[i] - np.eye(means)[j] for i in range(means) for j in range(i)]) / np.sqrt(2)
    law, tukey = LargestT(pairs @ pairs.T), StudentizedRange(means)
    for t in (0.7, 1.9, 3.3):
        assert law.beyond(t, df) == pytest.approx(tukey.beyond(t, df), abs=accuracy)
    assert law.critical(0.95, df) == pytest.approx(tukey.critical(0.95, df), rel=1e-4)


@given(st.lists(st.sampled_from([-0.9, -0.5, -0.1, 0.0, 0.2, 0.7, 0.95]), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_loadings_are_found_again(loadings: list[float]) -> None:
    correlation = np.outer(loadings, loadings)
    np.fill_diagonal(correlation, 1)
    found = one_factor(correlation)
    assert found is not None
    again = np.outer(found, found)
    np.fill_diagonal(again, 1)
    assert np.abs(again - correlation).max() < 1e-8


def test_the_scale_has_mean_square_one() -> None:
    for df in (0.9, 3, 150):
        s, weight = scales(df)
        assert float(weight @ s**2) == pytest.approx(1, abs=1e-10)


def test_a_sure_thing_has_no_more_than_certainty() -> None:
    assert StudentizedRange(4).beyond(0.0, 5) == 1.0
    assert LargestT(equal(3, 0.5)).beyond(0.0, 5) == 1.0
    assert 0 <= LargestT(equal(3, 0.5)).beyond(60.0, 50) < 1e-12
