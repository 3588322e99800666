"""Kaplan-Meier: the published curve, counting by hand, limits that do not exist."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import FitError
from daybreak.stats.survival import Times, kaplan_meier, read_times
from tests.stats.survival.remission import remission

People = list[tuple[int, bool]]
FOLLOWED = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30)


def one_arm(people: People) -> Times:
    return read_times([time for time, _ in people], [event for _, event in people], ["a"] * len(people))


@pytest.mark.evidence("reference", "Freireich 1963, 6-MP: survival and Greenwood error as in Collett and in R survfit")
def test_the_published_curve_comes_out() -> None:
    curve = kaplan_meier(remission())["6-MP"]
    drops = [step for step in curve.steps if step.events]
    assert [step.time for step in drops] == [6, 7, 10, 13, 16, 22, 23]
    survival = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert [step.survival for step in drops] == pytest.approx(survival, abs=5e-5)
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert [step.se for step in drops] == pytest.approx(errors, abs=5e-5)
    assert [step.at_risk for step in drops] == [21, 17, 15, 12, 11, 7, 6]


@pytest.mark.evidence("reference", "Freireich 1963: medians 23 and 8 weeks")
def test_the_published_medians_come_out() -> None:
    curves = kaplan_meier(remission())
    assert (curves["6-MP"].median, curves["placebo"].median) == (23, 8)
    assert (curves["6-MP"].median_low, curves["6-MP"].median_high) == (13, None)
    assert "6-MP: 9 of 21 with the event, median 23 (95% limits 13 to not reached)" in curves.summary()


@pytest.mark.evidence("property", "log(-log S) limits by their formula, at week 10")
def test_limits_are_those_of_the_log_log_scale() -> None:
    step = kaplan_meier(remission())["6-MP"].at(10.5)
    reach = 1.959963984540054 * step.se / (step.survival * math.log(step.survival))
    assert step.ci_low == pytest.approx(step.survival ** math.exp(-reach))
    assert step.ci_high == pytest.approx(step.survival ** math.exp(reach))


@given(st.lists(st.integers(0, 9), min_size=2, max_size=25))
def test_without_losses_the_curve_is_the_share_still_well(weeks: list[int]) -> None:
    curve = kaplan_meier(read_times(weeks, [1] * len(weeks), ["a"] * len(weeks)))["a"]
    n = len(weeks)
    for step in curve.steps:
        share = sum(week > step.time for week in weeks) / n
        assert step.survival == pytest.approx(share, abs=1e-12)
        assert step.se == pytest.approx(math.sqrt(share * (1 - share) / n), abs=1e-12)


@given(FOLLOWED)
def test_numbers_at_risk_are_those_still_followed(people: People) -> None:
    curve = kaplan_meier(one_arm(people))["a"]
    asked = [0.0, 0.5, 3.0, 7.0, 13.0]
    assert curve.at_risk(asked) == tuple(sum(time >= ask for time, _ in people) for ask in asked)


@given(FOLLOWED)
def test_the_order_of_people_changes_nothing(people: People) -> None:
    turned = list(reversed(people))
    first, second = (kaplan_meier(one_arm(each)) for each in (people, turned))
    assert first == second


def test_where_nobody_is_left_there_are_no_limits() -> None:
    last = kaplan_meier(remission())["placebo"].steps[-1]
    assert (last.survival, last.ci_low, last.ci_high) == (0.0, None, None)


def test_an_arm_without_events_stays_at_one_and_says_so() -> None:
    curves = kaplan_meier(read_times([3, 4, 5], [0, 0, 1], ["a", "a", "b"]))
    assert {step.survival for step in curves["a"].steps} == {1.0}
    assert {step.ci_low for step in curves["a"].steps} == {1.0}
    assert curves["a"].median is None
    assert curves.warnings == ("Nobody in a had the event: its curve stays at 1.",)


def test_curves_become_a_table_and_plain_values() -> None:
    curves = kaplan_meier(remission())
    table = curves.to_polars()
    assert table.height == sum(len(curve.steps) for curve in curves.curves)
    assert set(table["arm"]) == {"placebo", "6-MP"}
    assert json.loads(json.dumps(curves.to_dict(), allow_nan=False))["curves"][1]["median"] == 23
    with pytest.raises(KeyError):
        curves["saline"]


@pytest.mark.parametrize(
    ("time", "event", "arm", "says"),
    [
        ([], [], [], "no times"),
        ([1.0], [1, 0], ["a"], "differ in number"),
        ([1.0, np.nan], [1, 0], ["a", "a"], "person 2: A time is missing"),
        ([-1.0], [1], ["a"], "below nil"),
        ([1.0], [2], ["a"], "neither yes nor no"),
        ([1.0], [1], ["z"], "'z' is none of the arms"),
    ],
)
def test_what_is_no_follow_up_is_refused_in_a_sentence(
    time: list[float], event: list[int], arm: list[str], says: str
) -> None:
    with pytest.raises(FitError, match=says):
        read_times(time, event, arm, levels=["a", "b"])


def test_a_level_and_a_time_out_of_range_are_refused() -> None:
    with pytest.raises(FitError, match="between 0 and 1"):
        kaplan_meier(remission(), level=95)
    with pytest.raises(FitError, match="before the start"):
        kaplan_meier(remission())["6-MP"].at(-1)
    with pytest.raises(FitError, match="no arm 'x'"):
        remission().of("x")
