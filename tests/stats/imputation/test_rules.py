"""Rules and filling against one person at a time, and the layout they stand on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import FitError
from daybreak.stats.imputation import RULES
from daybreak.stats.imputation.cells import fill, patterns
from daybreak.stats.imputation.outcomes import lay_out, rules_of
from daybreak.stats.imputation.rules import means_by_rule
from tests.stats.imputation.cases import made
from tests.stats.imputation.plain import filled


@pytest.mark.evidence("double", "tests/stats/imputation/plain.py: one person at a time")
@given(st.sampled_from(RULES), st.integers(0, 10_000))
def test_filling_is_that_of_one_person_at_a_time(rule: str, seed: int) -> None:
    outcomes = made(12, 4, 0.6, 0.2, seed)
    rng = np.random.default_rng(seed)
    starts = [None if place == 4 else int(place) for place in rng.integers(0, 5, 12)]
    layout = lay_out(replace(outcomes, rule_from=starts))
    beta = rng.normal(size=(2, layout.own.shape[1], 4))
    root = rng.normal(size=(2, 4, 4))
    sigma = root @ root.transpose(0, 2, 1) + np.eye(4)
    mean = means_by_rule(layout, rules_of(rule, layout), beta)
    found = fill(layout.values, patterns(layout.seen), mean, sigma)
    for replicate in range(2):
        for person in range(12):
            own, reference = layout.own[person] @ beta[replicate], layout.referred[person] @ beta[replicate]
            by = (rule, int(layout.first[person]))
            expected = filled(layout.values[person], own, reference, sigma[replicate], by)
            assert found[replicate, person] == pytest.approx(expected, abs=1e-8)


def test_draws_spread_about_the_conditional_mean_as_the_normal_says() -> None:
    values = np.array([[1.0, np.nan, np.nan]])
    sigma = np.array([[[2.0, 1.0, 0.5], [1.0, 3.0, 1.2], [0.5, 1.2, 2.5]]])
    mean = np.zeros((20_000, 1, 3))
    kinds = patterns(~np.isnan(values))
    drawn = fill(values, kinds, mean, np.repeat(sigma, 20_000, axis=0), np.random.default_rng(4))[:, 0]
    assert (drawn[:, 0] == 1.0).all()
    assert drawn[:, 1:].mean(axis=0) == pytest.approx([0.5, 0.25], abs=0.05)
    assert np.cov(drawn[:, 1:].T).ravel() == pytest.approx([2.5, 0.95, 0.95, 2.375], abs=0.1)


def test_the_rule_holds_from_the_first_visit_after_the_last_value() -> None:
    nan = np.nan
    values = [[1, 2, 3], [1, nan, 3], [1, 2, nan], [1, nan, nan], [nan, nan, nan], [nan, 2, nan]]
    layout = lay_out(replace(made(6, 3, 0, 0), values=np.array(values, dtype=float)))
    assert layout.first.tolist() == [3, 3, 2, 1, 0, 2]
    assert layout.after.sum(axis=1).tolist() == [0, 0, 1, 2, 3, 1]


def test_values_after_the_rule_sets_in_stay_but_teach_nothing() -> None:
    layout = lay_out(replace(made(6, 3, 0, 0), rule_from=[0, 1, 2, None, None, 3]))
    assert layout.seen.all()
    assert layout.modelled.sum(axis=1).tolist() == [0, 1, 2, 3, 3, 3]


def test_each_person_may_have_a_rule_of_their_own() -> None:
    outcomes = replace(made(6, 3, 0, 0), people=["f", "e", "d", "c", "b", "a"])
    layout = lay_out(outcomes)
    assert rules_of(["MAR", "J2R", "CR", "CIR", "MAR", "CR"], layout).tolist() == [
        "CR", "MAR", "CIR", "CR", "J2R", "MAR",
    ]  # fmt: skip
    with pytest.raises(FitError, match="no rule LOCF"):
        rules_of("LOCF", layout)
    with pytest.raises(FitError, match="not one rule for each"):
        rules_of(["MAR"], layout)


def test_names_as_covariates_have_a_column_for_each_but_one() -> None:
    outcomes = replace(made(6, 3, 0, 0), covariates={"site": ["x", "y", "z", "x", "y", "z"]})
    assert lay_out(outcomes).own.shape[1] == 4


def test_what_is_no_table_is_refused_in_a_sentence() -> None:
    base = made(6, 3, 0, 0)
    endless = base.values.copy()
    endless[0, 0] = np.inf
    refused = [
        (replace(base, values=base.values[0]), "no table"),
        (replace(base, values=endless), "outcome: A value is endless"),
        (replace(base, covariates={"born": [date(1980, 1, day) for day in range(1, 7)]}), "born: Not everything"),
        (replace(base, arms=["a"]), "do not fit"),
        (replace(base, visits=["x"]), "do not fit"),
        (replace(base, people=["x"] * 6), "same person"),
        (replace(base, reference="z"), "Nobody is in the reference 'z'"),
        (replace(base, covariates={"age": [1.0]}), "age: There is not one value"),
        (replace(base, covariates={"age": [1.0, np.nan, 2.0, 3.0, 1.0, 4.0]}), "age: A covariate is missing for 2"),
        (replace(base, covariates={"age": [1.0] * 6}), "age: A covariate tells nothing"),
        (replace(base, covariates={"site": ["x"] * 3 + ["y"] * 3}), "site: A covariate tells nothing"),
        (replace(base, rule_from=[1]), "not one start"),
        (replace(base, rule_from=[4] * 6), "outside the 3 visits"),
    ]
    for outcomes, says in refused:
        with pytest.raises(FitError, match=says):
            lay_out(outcomes)
