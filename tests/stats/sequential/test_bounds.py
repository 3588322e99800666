"""Bounds against published figures, and the laws that any spending must keep."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.sequential import Bounds, Look, Spending, classical, lan_demets, with_futility

THIRDS = [1 / 3, 2 / 3, 1.0]
FRACTIONS = st.lists(st.integers(1, 19), min_size=0, max_size=4, unique=True).map(
    lambda parts: [*(part / 20 for part in sorted(parts)), 1.0]
)
SPENDINGS = st.sampled_from(
    [Spending(), Spending("pocock"), Spending("power", 2), Spending("hwang-shih-decani", -4), Spending("power", 0.5)]
)


def upper(plan: Bounds) -> list[float]:
    return [look.upper for look in plan.looks]


def equal(looks: int) -> list[float]:
    return [look / looks for look in range(1, looks + 1)]


@pytest.mark.evidence("reference", "bounds reckoned outside this project to nine digits (design notes, statistics.md)")
@pytest.mark.parametrize(
    ("plan", "wanted"),
    [
        (lan_demets(THIRDS), [3.71030287, 2.51142748, 1.99304748]),
        (lan_demets([0.5, 1]), [2.96258804, 1.96859565]),
        (lan_demets(THIRDS, spending=Spending("pocock")), [2.27942824, 2.29491114, 2.29593959]),
        (classical(THIRDS), [3.47109144, 2.45443230, 2.00403558]),
        (classical(THIRDS, alpha=0.05, sides=2), [3.47109144, 2.45443230, 2.00403558]),
    ],
)
def test_bounds_are_those_published(plan: Bounds, wanted: list[float]) -> None:
    assert upper(plan) == pytest.approx(wanted, abs=1e-7)


@pytest.mark.evidence("reference", "Jennison & Turnbull 2000, tables 2.1 to 2.4: constants and inflation at power 0.9")
@pytest.mark.parametrize(
    ("looks", "pocock", "obrien_fleming", "pocock_size", "obrien_fleming_size"),
    [
        (2, 2.178, 1.977, 1.100, 1.007),
        (3, 2.289, 2.004, 1.151, 1.016),
        (4, 2.361, 2.024, 1.183, 1.022),
        (5, 2.413, 2.040, 1.207, 1.026),
    ],
)
def test_classical_constants_and_the_largest_size_are_those_of_the_tables(
    looks: int, pocock: float, obrien_fleming: float, pocock_size: float, obrien_fleming_size: float
) -> None:
    flat = classical(equal(looks), shape="pocock", alpha=0.05, sides=2)
    steep = classical(equal(looks), alpha=0.05, sides=2)
    assert upper(flat) == pytest.approx([pocock] * looks, abs=6e-4)
    assert upper(steep)[-1] == pytest.approx(obrien_fleming, abs=6e-4)
    assert flat.inflation(0.9) == pytest.approx(pocock_size, abs=6e-4)
    assert steep.inflation(0.9) == pytest.approx(obrien_fleming_size, abs=6e-4)


@pytest.mark.evidence(
    "reference", "Reboussin, DeMets, Kim & Lan, Control Clin Trials 2000;21:190-207, and R's ldbounds"
)
def test_two_sided_bounds_of_five_looks_are_those_of_ld98() -> None:
    plan = lan_demets(equal(5), alpha=0.05, sides=2)
    assert upper(plan) == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-4)  # ld98 gives four digits
    assert [look.lower for look in plan.looks] == [-z for z in upper(plan)]


@pytest.mark.evidence("reference", "Armitage, McPherson & Rowe, J R Stat Soc A 1969;132:235-244, table 2")
@pytest.mark.parametrize(("looks", "chance"), [(2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193)])
def test_looking_again_and_again_at_five_per_cent_finds_too_much(looks: int, chance: float) -> None:
    z = 1.959964
    naive = Bounds("naive", 0.05, 2, tuple(Look(k, t, z, -z, 0.0, 0.0) for k, t in enumerate(equal(looks), 1)))
    assert naive.at(0.0).power == pytest.approx(chance, abs=6e-4)


@pytest.mark.evidence("property", "the error spent is the chance to leave under no drift")
@given(fractions=FRACTIONS, spending=SPENDINGS, sides=st.sampled_from([1, 2]), alpha=st.floats(0.001, 0.2))
@settings(max_examples=30, deadline=None)
def test_what_is_spent_is_what_leaves(fractions: list[float], spending: Spending, sides: int, alpha: float) -> None:
    plan = lan_demets(fractions, alpha=alpha, sides=sides, spending=spending)
    under_nothing = plan.at(0.0)
    leaving = np.cumsum(under_nothing.above) * sides
    assert leaving.tolist() == pytest.approx([look.spent for look in plan.looks], abs=1e-10)
    assert plan.looks[-1].spent == pytest.approx(alpha)
    assert under_nothing.power == pytest.approx(alpha, abs=1e-10)


@given(fractions=FRACTIONS, spending=SPENDINGS, alpha=st.floats(0.001, 0.1))
@settings(max_examples=20, deadline=None)
def test_more_error_means_lower_bounds_and_more_power(fractions: list[float], spending: Spending, alpha: float) -> None:
    strict, loose = (lan_demets(fractions, alpha=a, spending=spending) for a in (alpha, 1.5 * alpha))
    assert upper(loose)[0] < upper(strict)[0]
    assert loose.at(2.0).power > strict.at(2.0).power


@pytest.mark.evidence("double", "scipy's multivariate normal")
def test_unequal_looks_agree_with_a_multivariate_normal() -> None:
    plan = lan_demets([0.2, 0.55, 1.0], alpha=0.05, spending=Spending("pocock"))
    t = np.array([0.2, 0.55, 1.0])
    covariance = np.sqrt(np.minimum.outer(t, t) / np.maximum.outer(t, t))
    for drift in (0.0, 1.7):
        staying = stats.multivariate_normal.cdf(
            np.array(upper(plan)) - drift * np.sqrt(t), cov=covariance, abseps=1e-8, maxpts=500_000
        )
        assert plan.at(drift).power == pytest.approx(1 - float(staying), abs=1e-6)


@pytest.mark.evidence("double", "400,000 studies drawn")
def test_drawn_studies_leave_where_they_should() -> None:
    draw = np.random.default_rng(9)
    t = np.array([0.3, 0.7, 1.0])
    plan = with_futility(lan_demets(t.tolist()), beta=0.2)
    score = np.cumsum(draw.normal(2.5 * np.diff([0, *t]), np.sqrt(np.diff([0, *t])), size=(400_000, 3)), axis=1)
    z = score / np.sqrt(t)
    up, down = z > np.array(upper(plan)), z < np.array([look.lower for look in plan.looks])
    first = np.argmax(up | down, axis=1)
    found = plan.at(2.5)
    for look in range(3):
        mine = first == look
        assert found.above[look] == pytest.approx((mine & up[:, look]).mean(), abs=0.003)
        assert found.below[look] == pytest.approx((mine & down[:, look]).mean(), abs=0.003)
    assert found.expected_information == pytest.approx(t[first].mean(), abs=0.003)


def test_a_single_look_is_an_ordinary_test() -> None:
    plan = lan_demets([1.0])
    assert upper(plan) == pytest.approx([stats.norm.isf(0.025)])
    assert plan.drift_for(0.9) == pytest.approx(stats.norm.isf(0.025) + stats.norm.isf(0.1))
    assert plan.inflation(0.8) == pytest.approx(1.0)
    assert plan.at(1.0).expected_information == 1.0


def test_a_two_sided_plan_has_power_on_both_sides() -> None:
    plan = classical([0.5, 1.0], alpha=0.05, sides=2)
    assert plan.at(3.0).power == pytest.approx(plan.at(-3.0).power)
    assert plan.at(3.0).power > 0.8


@pytest.mark.parametrize("delta", [0.0, 0.25, 0.5])
def test_wang_and_tsiatis_join_the_classical_shapes(delta: float) -> None:
    plan = classical(THIRDS, shape=delta)
    named = {0.0: "obrien-fleming", 0.5: "pocock"}
    if delta in named:
        assert upper(plan) == upper(classical(THIRDS, shape=named[delta]))
    assert plan.at(0.0).power == pytest.approx(0.025, abs=1e-10)
    assert plan.looks[-1].spent == pytest.approx(0.025)


def test_looks_may_fall_short_or_run_over() -> None:
    so_far = lan_demets([1 / 3, 2 / 3])
    assert upper(so_far) == pytest.approx(upper(lan_demets(THIRDS))[:2])
    assert so_far.looks[-1].spent < 0.025
    assert lan_demets([0.5, 1.2]).at(0.0).power == pytest.approx(0.025, abs=1e-10)


def test_a_look_at_almost_nothing_stops_nobody() -> None:
    plan = lan_demets([0.0001, 1.0])
    assert plan.looks[0].upper == 38.0
    assert upper(plan)[1] == pytest.approx(stats.norm.isf(0.025))


def test_futility_spends_beta_and_leaves_the_upper_bounds() -> None:
    plan = lan_demets(THIRDS)
    kept = with_futility(plan, beta=0.1)
    assert kept.futility is not None
    found = kept.at(kept.futility)
    assert found.power == pytest.approx(0.9, abs=1e-9)
    assert np.cumsum(found.below).tolist() == pytest.approx([Spending().spent(t, 0.1) for t in THIRDS], abs=1e-9)
    assert upper(kept) == upper(plan)
    assert kept.looks[-1].lower == kept.looks[-1].upper
    assert kept.at(0.0).power < 0.025
    assert kept.futility > plan.drift_for(0.9)


@pytest.mark.parametrize(
    ("fractions", "alpha", "hurry", "beta"),
    [([0.05, 0.1, 0.5, 1.0], 0.025, 0.1, 0.3), ([0.5, 1.0], 0.45, 0.01, 0.5), ([0.3, 0.5, 1.0], 0.4, 0.01, 0.59)],
)
def test_hasty_futility_costs_drift_and_keeps_its_word(
    fractions: list[float], alpha: float, hurry: float, beta: float
) -> None:
    plan = lan_demets(fractions, alpha=alpha, spending=Spending("power", 0.05 if alpha > 0.1 else 2))
    kept = with_futility(plan, beta=beta, spending=Spending("power", hurry))
    assert kept.futility is not None
    assert kept.futility > plan.drift_for(1 - beta)
    found = kept.at(kept.futility)
    assert (found.power, sum(found.below)) == pytest.approx((1 - beta, beta), abs=1e-9)
    assert all((look.lower or 0.0) <= look.upper for look in kept.looks)


def test_plans_are_handed_on_with_their_labels() -> None:
    plan = with_futility(lan_demets(THIRDS, spending=Spending("power", 3)))
    told = json.loads(json.dumps(plan.to_dict()))
    assert (told["method"], told["sides"], told["alpha"]) == ("Lan-DeMets, power (3) spending", 1, 0.025)
    assert told["looks"][1]["upper"] == plan.looks[1].upper
    assert told["futility"] == plan.futility
    assert plan.to_polars().columns == ["number", "fraction", "upper", "lower", "spent", "nominal_p"]
    lines = lan_demets(THIRDS).summary().splitlines()
    assert lines[0] == "Lan-DeMets, obrien-fleming spending, alpha 0.025, one-sided"
    assert lines[2].split() == ["1", "0.3333", "3.7103", "-", "0.000104", "0.000104"]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: lan_demets([]), "The fractions of information do not rise from above nil."),
        (lambda: lan_demets([0.5, 0.5]), "The fractions of information do not rise from above nil."),
        (lambda: lan_demets([0, 1]), "The fractions of information do not rise from above nil."),
        (lambda: lan_demets([0.5, float("nan")]), "The fractions of information do not rise from above nil."),
        (lambda: lan_demets([1], alpha=0), "There are no bounds for alpha 0 on 1 sides."),
        (lambda: lan_demets([1], sides=3), "There are no bounds for alpha 0.025 on 3 sides."),
        (lambda: lan_demets([0.5, 0.5001, 1]), "The looks at 0.5 and 0.5001 are too close to each other."),
        (lambda: classical([0.5, 0.9]), "The last look of a classical plan is not at 1."),
        (lambda: classical([0.5, 1], shape="haybittle"), "There is no classical shape haybittle."),
        (lambda: Spending("linear"), "There is no spending function linear."),
        (lambda: Spending("power"), "The spending function power needs a parameter."),
        (lambda: Spending("pocock", 1), "The spending function pocock has no parameter."),
        (lambda: Spending("power", -1), "The parameter -1 of power makes no sense."),
        (lambda: lan_demets([0.5, 1]).drift_for(0.01), "A power of 0.01 is not between 0.025 and 1."),
        (lambda: with_futility(lan_demets([1], sides=2)), "Bounds for futility need a one-sided plan"),
        (lambda: with_futility(lan_demets([0.5])), "Bounds for futility need a one-sided plan"),
        (lambda: with_futility(lan_demets([1]), beta=0.98), "Beta 0.98 leaves no power above alpha."),
    ],
)
def test_a_mistake_gets_one_sentence(ask: Any, sentence: str) -> None:
    with pytest.raises(FitError) as caught:
        ask()
    assert sentence in caught.value.sentence()


def test_spending_functions_rise_from_nil_to_all() -> None:
    for function in (Spending(), Spending("pocock"), Spending("power", 1), Spending("hwang-shih-decani", 0)):
        spent = [function.spent(t, 0.025) for t in (0.001, 0.3, 0.6, 1.0, 1.4)]
        assert spent == sorted(spent)
        assert spent[-2:] == [0.025, 0.025]
    assert Spending("power", 1).spent(0.3, 0.05) == pytest.approx(0.015)
    assert Spending("hwang-shih-decani", 0).spent(0.3, 0.05) == pytest.approx(0.015)
    assert Spending("hwang-shih-decani", -4).spent(0.5, 0.025) == pytest.approx(
        0.025 * (1 - np.exp(2)) / (1 - np.exp(4))
    )
