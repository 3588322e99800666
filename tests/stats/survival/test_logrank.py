"""The log-rank test: the published figure, lifelines' own, strata, refusals."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lifelines.statistics import multivariate_logrank_test

from daybreak.core.errors import FitError
from daybreak.stats.survival import log_rank, read_times
from tests.stats.survival.remission import remission

PEOPLE = st.lists(st.tuples(st.integers(1, 15), st.booleans(), st.sampled_from("abc")), min_size=6, max_size=40)


@pytest.mark.evidence("reference", "Freireich 1963: chi-squared 16.79, 19.25 and 10.75 events expected")
def test_the_published_test_comes_out() -> None:
    found = log_rank(remission())
    assert found.statistic == pytest.approx(16.79, abs=0.005)
    assert found.p == pytest.approx(4.17e-5, rel=1e-3)
    assert [each.expected for each in found.counts] == pytest.approx([10.75, 19.25], abs=0.005)
    assert "chi-squared 16.79 on 1 df" in found.summary()


@pytest.mark.evidence("double", "lifelines multivariate_logrank_test")
@given(PEOPLE)
def test_lifelines_finds_the_same_without_strata(people: list[tuple[int, bool, str]]) -> None:
    time, event, arm = zip(*people, strict=True)
    assume(len(set(arm)) > 1 and any(event))
    times = read_times(time, event, arm)
    try:
        found = log_rank(times)
    except FitError:
        return
    if found.df == len(times.arms) - 1:
        theirs = multivariate_logrank_test(time, arm, event)
        assert found.statistic == pytest.approx(theirs.test_statistic, abs=1e-8)
        assert found.p == pytest.approx(theirs.p_value, abs=1e-8)


@given(PEOPLE)
def test_expected_events_add_up_to_those_seen(people: list[tuple[int, bool, str]]) -> None:
    time, event, arm = zip(*people, strict=True)
    try:
        found = log_rank(read_times(time, event, arm, strata=["x" if when % 2 else "y" for when in time]))
    except FitError:
        return
    assert sum(each.expected for each in found.counts) == pytest.approx(sum(event))


def test_a_stratum_that_differs_does_not_pass_for_a_difference_of_arms() -> None:
    """Arms are alike within each site, but the site of late events has more of arm b."""
    rng = np.random.default_rng(3)
    site = np.repeat(["early", "late"], 200)
    arm = np.where(rng.random(400) < np.where(site == "late", 0.8, 0.2), "b", "a")
    time = rng.exponential(np.where(site == "late", 20.0, 4.0))
    event = np.ones(400, dtype=bool)
    assert log_rank(read_times(time, event, arm.tolist())).p < 1e-6
    within = log_rank(read_times(time, event, arm.tolist(), strata=site.tolist()))
    assert within.p > 0.05
    assert within.strata == 2
    assert "2 strata" in within.summary()


def test_arms_that_were_never_at_risk_together_are_counted_out_of_the_df() -> None:
    found = log_rank(
        read_times([1, 2, 3, 4, 1, 2], [1, 1, 1, 1, 1, 0], ["a", "b", "a", "b", "c", "c"], strata=list("xxxxyy"))
    )
    assert found.df == 1
    assert "Only 2 of 3 arms" in found.warnings[0]


def test_the_test_becomes_a_table_and_plain_values() -> None:
    found = log_rank(remission())
    assert found.to_polars()["events"].to_list() == [21, 9]
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False))["counts"][0]["arm"] == "placebo"


def test_what_cannot_be_tested_is_refused_in_a_sentence() -> None:
    with pytest.raises(FitError, match="at least two arms"):
        log_rank(read_times([1, 2], [1, 1], ["a", "a"]))
    with pytest.raises(FitError, match="Nobody had the event"):
        log_rank(read_times([1, 2], [0, 0], ["a", "b"]))
    with pytest.raises(FitError, match="while two arms were at risk"):
        log_rank(read_times([1, 2], [1, 1], ["a", "b"], strata=["x", "y"]))
