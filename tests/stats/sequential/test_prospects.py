"""Conditional and predictive power: closed forms, averages and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.sequential import conditional_power, lan_demets, predictive_power

THIRDS = [1 / 3, 2 / 3, 1.0]


@pytest.mark.evidence("property", "Lan & Wittes 1988: B(1) given B(t) is normal")
@given(z=st.floats(-2, 4), drift=st.floats(-1, 5))
@settings(deadline=None)
def test_with_one_look_left_conditional_power_is_a_normal_tail(z: float, drift: float) -> None:
    plan = lan_demets(THIRDS)
    t, last = 2 / 3, plan.looks[-1].upper
    wanted = stats.norm.sf((last - z * np.sqrt(t) - drift * (1 - t)) / np.sqrt(1 - t))
    assert conditional_power(plan, 2, z, drift=drift) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.evidence("property", "a flat prior: B(1) given B(t) has variance (1 - t) / t")
@given(z=st.floats(-2, 4))
@settings(deadline=None)
def test_with_one_look_left_predictive_power_is_a_normal_tail(z: float) -> None:
    plan = lan_demets([0.6, 1.0])
    wanted = stats.norm.sf((plan.looks[-1].upper - z / np.sqrt(0.6)) / np.sqrt(0.4 / 0.6))
    assert predictive_power(plan, 1, z) == pytest.approx(wanted, abs=1e-8)


def test_without_a_drift_the_trend_goes_on() -> None:
    plan = lan_demets(THIRDS)
    assert conditional_power(plan, 1, 1.5) == conditional_power(plan, 1, 1.5, drift=1.5 * np.sqrt(3))
    powers = [conditional_power(plan, 1, 1.5, drift=drift) for drift in (0.0, 1.5, 3.0)]
    assert powers == sorted(powers)


@pytest.mark.evidence("property", "averaged over where the first look can stand, it is the power itself")
def test_conditional_power_averages_to_the_power() -> None:
    plan, drift = lan_demets(THIRDS), 2.8
    place, weight = np.polynomial.hermite_e.hermegauss(120)
    z = place + drift * np.sqrt(1 / 3)
    going_on = z <= plan.looks[0].upper
    chances = [
        conditional_power(plan, 1, float(at), drift=drift) if on else 1.0 for at, on in zip(z, going_on, strict=True)
    ]
    assert weight @ np.array(chances) / weight.sum() == pytest.approx(plan.at(drift).power, abs=1e-4)


@pytest.mark.evidence("double", "400,000 drawn ends of a study")
def test_all_looks_that_remain_count() -> None:
    plan = lan_demets(THIRDS, alpha=0.1)
    draw = np.random.default_rng(4)
    steps = draw.normal(2.0 / 3, np.sqrt(1 / 3), size=(400_000, 2))
    score = 1.1 * np.sqrt(1 / 3) + np.cumsum(steps, axis=1)
    passed = (score / np.sqrt([2 / 3, 1.0]) > [look.upper for look in plan.looks[1:]]).any(axis=1)
    assert conditional_power(plan, 1, 1.1, drift=2.0) == pytest.approx(passed.mean(), abs=0.003)


def test_a_sharp_prior_is_conditional_power_and_a_flat_one_is_none() -> None:
    plan = lan_demets(THIRDS)
    assert predictive_power(plan, 1, 1.0, prior=(3.0, 1e-6)) == pytest.approx(
        conditional_power(plan, 1, 1.0, drift=3.0), abs=1e-6
    )
    assert predictive_power(plan, 1, 1.0, prior=(0.0, 1e6)) == pytest.approx(predictive_power(plan, 1, 1.0), abs=1e-6)


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda plan: conditional_power(plan, 3, 1.0), "There is no look 3 with one after it. Give 1 to 2."),
        (lambda plan: conditional_power(plan, 0, 1.0), "There is no look 0 with one after it."),
        (lambda plan: predictive_power(plan, 1, float("nan")), "The statistic of the look is not a number."),
        (lambda plan: predictive_power(plan, 1, 1.0, prior=(0, 0)), "The prior has no positive standard deviation."),
    ],
)
def test_a_mistake_gets_one_sentence(ask: Any, sentence: str) -> None:
    with pytest.raises(FitError) as caught:
        ask(lan_demets(THIRDS))
    assert sentence in caught.value.sentence()
