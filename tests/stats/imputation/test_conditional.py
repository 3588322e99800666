"""Conditional-mean imputation: what the mixed model says, a jackknife by hand, invariance, refusals."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from daybreak.core.errors import FitError
from daybreak.stats.imputation import RULES, Delta, Outcomes, conditional_mean
from daybreak.stats.mmrm import mmrm
from tests.stats.imputation.cases import SALINE, SHAM, TRAINING, VISITS, long_table, made, study, turned


@pytest.mark.evidence("double", "our MMRM, itself held to R mmrm: under MAR the estimates are the same")
def test_missing_at_random_gives_the_mixed_models_estimates() -> None:
    outcomes = study()
    found = conditional_mean(outcomes, "MAR")
    levels = {"visit": VISITS, "arm": [SALINE, SHAM, TRAINING]}
    fit = mmrm("y ~ baseline * visit + arm * visit + us(visit | id)", long_table(outcomes), levels=levels)
    for visit in VISITS:
        ask: dict[str, list[object]] = {"arm": [TRAINING, SALINE], "visit": [visit] * 2, "baseline": [20.0] * 2}
        rows = fit.coding.code(ask)
        contrast = rows[0] - rows[1]
        row = found.at(f"{TRAINING} - {SALINE}", visit)
        assert row.estimate == pytest.approx(float(contrast @ fit.beta), abs=1e-7)
        assert row.se == pytest.approx(float(np.sqrt(contrast @ fit.beta_covariance @ contrast)), rel=0.1)


@pytest.mark.parametrize("rule", ["J2R", "CIR"])
def test_the_error_is_that_of_a_jackknife_done_by_hand(rule: str) -> None:
    outcomes = made(24, 3, 0.4, 0)
    found = conditional_mean(outcomes, rule).at("b - a", "3")
    without = []
    for person in range(24):
        kept = [place for place in range(24) if place != person]
        without.append(conditional_mean(turned(outcomes, kept), rule).at("b - a", "3").estimate)
    spread = np.sum((np.array(without) - np.mean(without)) ** 2) * 23 / 24
    assert found.se == pytest.approx(np.sqrt(spread), rel=1e-7)
    assert found.ci_high == pytest.approx(found.estimate + 1.959963984540054 * found.se)


@pytest.mark.parametrize("rule", RULES)
def test_the_order_of_people_and_the_units_change_nothing(rule: str) -> None:
    outcomes = made()
    moved = turned(outcomes, np.random.default_rng(4).permutation(40).tolist())
    scaled = replace(moved, values=-100 * moved.values + 3)
    first, second = conditional_mean(outcomes, rule), conditional_mean(scaled, rule)
    for one, other in zip(first.contrasts, second.contrasts, strict=True):
        assert other.estimate == pytest.approx(-100 * one.estimate, rel=1e-7)
        assert other.se == pytest.approx(100 * one.se, rel=1e-7)


def test_deltas_shift_the_estimate_by_the_share_imputed() -> None:
    outcomes = replace(made(lost=0.5, gaps=0), covariates={})
    share = np.isnan(outcomes.values[20:, 2]).mean()
    before, after = (conditional_mean(outcomes, "J2R", delta=each) for each in (None, Delta({"b": 4.0})))
    assert after.at("b - a", "3").estimate - before.at("b - a", "3").estimate == pytest.approx(4 * share)


def test_errors_of_reference_rules_are_smaller_than_under_missing_at_random() -> None:
    errors = {rule: conditional_mean(study(), rule).at(f"{TRAINING} - {SALINE}", "day-30").se for rule in RULES}
    assert max(errors["J2R"], errors["CIR"], errors["CR"]) < errors["MAR"]


def test_a_result_has_no_chance_in_it_and_becomes_plain_values() -> None:
    told: list[tuple[int, int]] = []
    found = conditional_mean(made(), "CR", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (40, 40)
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert (plain["seed"], plain["imputations"], plain["contrasts"][0]["df"]) == (None, None, None)
    assert found == conditional_mean(made(), "CR")


def test_a_person_without_whom_nothing_can_be_told_is_named() -> None:
    outcomes = made(20, 2, 0, 0)
    values = outcomes.values.copy()
    values[11:, 1] = np.nan
    alone = Outcomes(values, outcomes.arms, "a", people=[f"P{place:02d}" for place in range(20)])
    with pytest.raises(FitError, match="2: Without P10 the model cannot be told"):
        conditional_mean(alone, "MAR")
    with pytest.raises(FitError, match="between 0 and 1"):
        conditional_mean(outcomes, "MAR", level=95)


@pytest.mark.slow
@pytest.mark.evidence("property", "400 made-up trials under J2R: the error told is the spread of the estimate")
def test_the_error_is_the_spread_over_repeated_studies() -> None:
    found = [conditional_mean(made(60, 3, 0.4, 0, seed=seed), "J2R").at("b - a", "3") for seed in range(5000, 5400)]
    assert np.mean([row.se for row in found]) == pytest.approx(np.std([row.estimate for row in found]), rel=0.1)
