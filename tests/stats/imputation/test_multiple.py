"""Multiple imputation: complete data, limits of many draws, closed forms of the rules, deltas, invariance, refusals."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm

from daybreak.core.errors import FitError
from daybreak.stats.imputation import RULES, Delta, Draws, Outcomes, conditional_mean, multiple_imputation
from tests.stats.imputation.cases import SALINE, TRAINING, VISITS, made, study, turned

CONTRAST = f"{TRAINING} - {SALINE}"


@pytest.mark.evidence("double", "statsmodels OLS")
def test_complete_data_are_analysed_by_ancova_and_no_more() -> None:
    outcomes = made(lost=0, gaps=0)
    found = multiple_imputation(outcomes, "J2R", Draws(seed=1, imputations=5))
    design = sm.add_constant(
        np.column_stack([np.array(outcomes.arms) == "b", np.array(outcomes.covariates["base"], dtype=float)]).astype(
            float
        )
    )
    for visit in range(3):
        theirs = sm.OLS(outcomes.values[:, visit], design).fit()
        row = found.at("b - a", str(visit + 1))
        assert (row.estimate, row.se, row.p) == pytest.approx((theirs.params[1], theirs.bse[1], theirs.pvalues[1]))
        assert (row.df, row.fmi) == (37, 0.0)
    assert found.warnings == ("Nothing was missing: this is the analysis of the data as they are.",)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.evidence("property", "with many draws the mean of the estimates is that of conditional means")
def test_many_draws_come_to_the_conditional_mean(rule: str) -> None:
    outcomes = study()
    drawn = multiple_imputation(outcomes, rule, Draws(seed=7, imputations=1000))
    fixed = conditional_mean(outcomes, rule)
    for row in drawn.contrasts:
        assert row.fmi is not None
        error = row.se * math.sqrt(row.fmi / 1000)
        assert abs(row.estimate - fixed.at(row.label, row.visit).estimate) < 4 * error + 0.02


def test_the_same_seed_gives_the_same_digits_and_another_seed_others() -> None:
    outcomes = made()
    first, again, other = (multiple_imputation(outcomes, "CIR", Draws(seed=s, imputations=20)) for s in (3, 3, 4))
    assert first == again
    assert first.contrasts[-1].estimate != other.contrasts[-1].estimate


def test_the_order_of_named_people_changes_no_digit() -> None:
    outcomes = replace(made(), people=[f"P{place:02d}" for place in range(40)])
    order = np.random.default_rng(1).permutation(40).tolist()
    draws = Draws(seed=3, imputations=20)
    first, second = (multiple_imputation(each, "J2R", draws) for each in (outcomes, turned(outcomes, order)))
    assert second.contrasts[-1].estimate == pytest.approx(first.contrasts[-1].estimate, abs=1e-10)
    assert second.contrasts[-1].se == pytest.approx(first.contrasts[-1].se, abs=1e-10)


def test_other_units_of_outcome_and_covariate_scale_the_answer_alone() -> None:
    outcomes = made()
    base = [1000.0 * float(str(each)) - 7 for each in outcomes.covariates["base"]]
    scaled = replace(outcomes, values=0.01 * outcomes.values, covariates={"base": base})
    first, second = (multiple_imputation(each, "J2R", Draws(seed=3, imputations=20)) for each in (outcomes, scaled))
    assert second.contrasts[-1].estimate == pytest.approx(0.01 * first.contrasts[-1].estimate)
    assert second.contrasts[-1].p == pytest.approx(first.contrasts[-1].p)


def test_jumping_to_reference_pulls_the_effect_to_nil_and_is_less_than_copying_increments() -> None:
    fixed = {rule: multiple_imputation(study(), rule, Draws(seed=5)).at(CONTRAST, "day-30") for rule in RULES}
    assert fixed["MAR"].estimate < fixed["J2R"].estimate < 0
    assert fixed["CIR"].estimate < fixed["J2R"].estimate


@pytest.mark.evidence("property", "one visit, no covariates: J2R gives (1 - share missing) of the observed difference")
def test_one_visit_jumping_to_reference_has_a_closed_form() -> None:
    rng = np.random.default_rng(12)
    values = rng.normal(size=(200, 1)) - 2.0 * (np.arange(200) >= 100)[:, None]
    values[160:] = np.nan
    outcomes = Outcomes(values, ["a"] * 100 + ["b"] * 100, "a")
    seen = float(values[100:160].mean() - values[:100].mean())
    found = multiple_imputation(outcomes, "J2R", Draws(seed=1, imputations=2000)).contrasts[0]
    assert found.estimate == pytest.approx(0.6 * seen, abs=0.03)
    assert conditional_mean(outcomes, "J2R").contrasts[0].estimate == pytest.approx(0.6 * seen, abs=1e-12)
    assert conditional_mean(outcomes, "MAR").contrasts[0].estimate == pytest.approx(seen, abs=1e-12)


def test_deltas_move_imputed_values_of_their_arm_alone() -> None:
    outcomes = replace(made(lost=0.5, gaps=0.1), covariates={})
    draws = Draws(seed=2, imputations=10)
    gone = np.cumsum(np.isnan(outcomes.values[20:])[:, ::-1].cumprod(axis=1)[:, ::-1], axis=1)
    plain = multiple_imputation(outcomes, "MAR", draws)
    once = multiple_imputation(outcomes, "MAR", draws, delta=Delta({"b": 2.0}))
    growing = multiple_imputation(outcomes, "MAR", draws, delta=Delta({"b": 2.0}, growing=True))
    everything = multiple_imputation(outcomes, "MAR", draws, delta=Delta({"b": 2.0}, gaps=True))
    for visit in range(3):
        before = plain.at("b - a", str(visit + 1)).estimate
        lost = np.isnan(outcomes.values[20:, visit])
        left = (gone[:, visit] > 0) & lost
        assert once.at("b - a", str(visit + 1)).estimate - before == pytest.approx(2 * left.mean())
        assert growing.at("b - a", str(visit + 1)).estimate - before == pytest.approx(2 * gone[:, visit].mean())
        assert everything.at("b - a", str(visit + 1)).estimate - before == pytest.approx(2 * lost.mean())
        assert once.at("a", str(visit + 1)).estimate == pytest.approx(plain.at("a", str(visit + 1)).estimate)


def test_a_result_says_how_much_was_filled_and_becomes_a_table_and_plain_values() -> None:
    outcomes = study()
    told: list[tuple[int, int]] = []
    draws = Draws(seed=1, imputations=10, sweeps=30, progress=lambda done, total: told.append((done, total)))
    found = multiple_imputation(outcomes, "J2R", draws, pairs=[(TRAINING, SALINE)])
    assert told[-1] == (10, 10)
    assert found.amounts.seen + found.amounts.gaps + found.amounts.after == 154 * 5
    assert (found.amounts.seen, found.sweeps, found.imputations, found.seed) == (680, 30, 10, 1)
    assert found.to_polars()["visit"].to_list() == VISITS
    plain = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert [row["label"] for row in plain["means"][::5]] == [SALINE, "ketamine-sham", TRAINING]
    assert "Multiple imputation, rule J2R, reference saline-training: 154 people, 680 values" in found.summary()
    with pytest.raises(KeyError):
        found.at("x", "day-1")


def test_rules_by_person_values_set_aside_and_people_without_values_are_told() -> None:
    outcomes = made(lost=0.4)
    values = outcomes.values.copy()
    values[3] = np.nan
    given = replace(outcomes, values=values, rule_from=[1] * 10 + [None] * 30)
    found = multiple_imputation(given, ["J2R"] * 20 + ["MAR"] * 20, Draws(seed=1, imputations=5))
    assert found.rule == "by person"
    assert found.warnings[0] == "People without any value: 1. Theirs come from arm and covariates alone."
    assert "Values after a rule set in: " in found.warnings[1]


def test_what_cannot_be_imputed_is_refused_in_a_sentence() -> None:
    outcomes, one = made(), Draws(seed=1, imputations=5)
    with pytest.raises(FitError, match="at least two tables"):
        multiple_imputation(outcomes, "MAR", Draws(seed=1, imputations=1))
    with pytest.raises(FitError, match="at least one sweep"):
        multiple_imputation(outcomes, "MAR", Draws(seed=1, sweeps=0))
    with pytest.raises(FitError, match="no arm 'z'"):
        multiple_imputation(outcomes, "MAR", one, pairs=[("a", "z")])
    with pytest.raises(FitError, match="against itself"):
        multiple_imputation(outcomes, "MAR", one, pairs=[("a", "a")])
    with pytest.raises(FitError, match="delta: There is no arm 'z'"):
        multiple_imputation(outcomes, "MAR", one, delta=Delta({"z": 1.0}))
    with pytest.raises(FitError, match="b: A delta is no number"):
        multiple_imputation(outcomes, "MAR", one, delta=Delta({"b": math.nan}))


def test_few_people_with_many_gaps_are_answered_for() -> None:
    found = multiple_imputation(study("small-24"), "CIR", Draws(seed=1))
    assert found.warnings == ()
    shares = [row.fmi for row in found.contrasts if row.visit != "day-1"]
    assert all(share is not None and 0 < share < 0.9 for share in shares)
    assert all(1 < row.df <= 20 for row in found.contrasts)


def test_one_person_in_an_arm_is_answered_for_while_seen_and_refused_once_gone() -> None:
    outcomes = made(20, 2, 0, 0)
    alone = replace(outcomes, arms=["a"] * 19 + ["b"])
    assert multiple_imputation(alone, "MAR", Draws(seed=1, imputations=5)).contrasts[0].se > 0
    values = alone.values.copy()
    values[19, 1] = np.nan
    with pytest.raises(FitError, match="2: Too few people have a value"):
        multiple_imputation(replace(alone, values=values), "MAR", Draws(seed=1, imputations=5))


@pytest.mark.slow
@pytest.mark.evidence("property", "500 made-up trials with people lost at random: how often 95 % limits hold the truth")
def test_the_limits_cover_as_often_as_they_say_where_people_are_lost_at_random() -> None:
    hits = 0
    for seed in range(500):
        row = multiple_imputation(made(80, 3, 0.4, 0, seed=seed), "MAR", Draws(seed=seed, imputations=30)).at(
            "b - a", "3"
        )
        hits += row.ci_low < -3.0 < row.ci_high
    assert hits / 500 == pytest.approx(0.95, abs=0.03)
