"""Restricted means: closed forms, an integral done by hand, refusals."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import FitError
from daybreak.stats.survival import read_times, restricted_means
from tests.stats.survival.remission import PLACEBO, remission


@pytest.mark.evidence("property", "without losses: mean and variance of times cut at the horizon")
@given(st.lists(st.integers(1, 30), min_size=3, max_size=30), st.integers(2, 25))
def test_without_losses_it_is_the_mean_of_times_cut_at_the_horizon(weeks: list[int], horizon: int) -> None:
    times = read_times([*weeks, 1, 5, 30], [1] * (len(weeks) + 3), ["a"] * len(weeks) + ["b"] * 3)
    found = restricted_means(times, horizon).means[0]
    cut = np.minimum(weeks, horizon)
    assert found.mean == pytest.approx(cut.mean())
    assert found.se == pytest.approx(cut.std() / math.sqrt(len(weeks)), abs=1e-12)


@pytest.mark.evidence("property", "areas of the published curve of 6-MP, summed by hand")
def test_the_area_under_the_published_curve_comes_out() -> None:
    found = restricted_means(remission(), 12, reference="placebo")
    by_hand = 6 + 0.857143 * 1 + 0.806723 * 3 + 0.752941 * 2
    assert found.means[1].mean == pytest.approx(by_hand, abs=1e-5)
    assert found.means[0].mean == pytest.approx(np.minimum(PLACEBO, 12).mean())
    row = found.differences[0]
    assert row.label == "6-MP - placebo"
    assert row.se == pytest.approx(math.hypot(found.means[0].se, found.means[1].se))
    assert row.ci_low == pytest.approx(row.estimate - 1.959963984540054 * row.se)
    assert "6-MP - placebo: 3." in found.summary()


@pytest.mark.evidence("property", "500 samples with losses: the error told is the spread of the estimate")
@pytest.mark.slow
def test_the_error_is_the_spread_over_repeated_studies() -> None:
    rng = np.random.default_rng(2)
    told, means = [], []
    for _ in range(500):
        event, loss = rng.exponential(10, 60), rng.uniform(4, 20, 60)
        times = read_times(np.minimum(event, loss), event <= loss, ["a"] * 30 + ["b"] * 30)
        try:
            found = restricted_means(times, 8).means[0]
        except FitError:
            continue
        means.append(found.mean)
        told.append(found.se)
    assert len(means) > 450
    assert np.mean(told) == pytest.approx(np.std(means), rel=0.1)
    assert np.mean(means) == pytest.approx(10 * (1 - math.exp(-0.8)), abs=0.12)


def test_means_become_a_table_and_plain_values() -> None:
    found = restricted_means(remission(), 20)
    assert found.to_polars()["label"].to_list() == ["6-MP - placebo"]
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert plain["differences"][0]["df"] is None
    assert plain["reference"] == "placebo"


def test_any_two_arms_can_be_compared() -> None:
    times = read_times([2, 5, 9, 3, 6, 9, 4, 7, 9], [1] * 9, list("aaabbbccc"))
    found = restricted_means(times, 8, pairs=[("c", "b"), ("b", "c")])
    assert [row.label for row in found.differences] == ["c - b", "b - c"]
    assert found.differences[0].estimate == pytest.approx(-found.differences[1].estimate)
    assert found.differences[0].estimate == pytest.approx((4 + 7 + 8 - 3 - 6 - 8) / 3)
    with pytest.raises(FitError, match="no arm 'z'"):
        restricted_means(times, 8, pairs=[("a", "z")])


def test_a_horizon_that_nobody_reached_is_refused() -> None:
    with pytest.raises(FitError, match="Nobody in 6-MP was followed longer than 35"):
        restricted_means(remission(), 40)
    with pytest.raises(FitError, match="above nil"):
        restricted_means(remission(), 0)
    with pytest.raises(FitError, match="No time varies"):
        restricted_means(read_times([5, 5], [1, 1], ["a", "b"]), 3)
