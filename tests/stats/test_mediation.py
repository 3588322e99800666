"""How much of an effect goes through a mediator: closed forms, a plain double, statsmodels, and hostile data."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.mediation import Mediation as Simulated

from daybreak.core.errors import FitError
from daybreak.stats.bootstrap import Bootstrap
from daybreak.stats.mediation import Mediation, mediation
from daybreak.stats.results import Array

ROLES = ("arm", "iat", "madrs")
ARMS = {"arm": ["sham", "active"]}


def people(count: int = 80, seed: int = 0, **more: Any) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    active = rng.integers(0, 2, count)
    baseline = rng.normal(30, 4, count)
    iat = 0.5 * active + 0.02 * baseline + 0.5 * rng.normal(size=count)
    madrs = -3 * iat - 2 * active + 0.5 * baseline + 4 * rng.normal(size=count)
    arm = np.array(["sham", "active"])[active].tolist()
    return pd.DataFrame({"arm": arm, "active": active, "baseline": baseline, "iat": iat, "madrs": madrs, **more})


def mediated(rows: Any, **options: Any) -> Mediation:
    usual: dict[str, Any] = {"covariates": ["baseline"], "levels": ARMS, "bootstrap": Bootstrap(draws=400, seed=7)}
    return mediation(rows, ROLES, **{**usual, **options})


def by_hand(rows: pd.DataFrame) -> list[float]:
    return regressed(rows[["active", "baseline", "iat", "madrs"]].to_numpy(dtype=float))


def regressed(values: Array) -> list[float]:
    """Return direct, indirect, total and proportion by three plain regressions."""
    x = np.column_stack([np.ones(len(values)), values[:, :2]])
    a = np.linalg.lstsq(x, values[:, 2], rcond=None)[0][1]
    both = np.linalg.lstsq(np.column_stack([x, values[:, 2]]), values[:, 3], rcond=None)[0]
    total = np.linalg.lstsq(x, values[:, 3], rcond=None)[0][1]
    return [both[1], a * both[3], total, a * both[3] / total]


@pytest.mark.evidence("double", "three regressions by least squares, and the identity total = direct + indirect")
def test_effects_are_products_of_plain_regressions() -> None:
    found = [one.estimate for one in mediated(people()).effects]
    assert found == pytest.approx(by_hand(people()), rel=1e-9)
    assert found[0] + found[1] == pytest.approx(found[2], rel=1e-12)


@pytest.mark.evidence("reference", "statsmodels OLS; Sobel 1982 by hand")
def test_paths_are_least_squares_and_sobels_error_their_product_rule() -> None:
    fit = mediated(people())
    on_mediator = smf.ols("iat ~ active + baseline", people()).fit()
    on_outcome = smf.ols("madrs ~ active + baseline + iat", people()).fit()
    whole = smf.ols("madrs ~ active + baseline", people()).fit()
    asked = [(on_mediator, "active"), (on_outcome, "iat"), (on_outcome, "active"), (whole, "active")]
    for path, (model, name) in zip(fit.paths, asked, strict=True):
        low, high = model.conf_int().loc[name]
        expected = (model.params[name], model.bse[name], model.df_resid, model.pvalues[name], low, high)
        assert (path.estimate, path.se, path.df, path.p, path.ci_low, path.ci_high) == pytest.approx(expected, rel=1e-8)
    a, b = fit.paths[:2]
    sobel = math.sqrt(a.estimate**2 * b.se**2 + b.estimate**2 * a.se**2)
    assert fit.sobel_se == pytest.approx(sobel, rel=1e-12)
    assert fit.sobel_z == pytest.approx(a.estimate * b.estimate / sobel, rel=1e-9)
    assert fit.sobel_p == pytest.approx(2 * stats.norm.sf(abs(fit.sobel_z)), rel=1e-9)


@pytest.mark.evidence("double", "each draw refitted row by row; BCa as Efron and Tibshirani (1993) write it")
def test_limits_are_those_of_refitting_every_draw() -> None:
    rows, n = people(), 80
    fit = mediated(rows)
    picked = np.random.default_rng(7).integers(0, n, size=(400, n))
    values = rows[["active", "baseline", "iat", "madrs"]].to_numpy(dtype=float)
    draws = np.array([regressed(values[one]) for one in picked])
    without = np.array([regressed(np.delete(values, k, axis=0)) for k in range(n)])
    for place, (effect, estimate) in enumerate(zip(fit.effects, by_hand(rows), strict=True)):
        assert effect.se == pytest.approx(draws[:, place].std(ddof=1), rel=1e-8)
        low, high = np.quantile(draws[:, place], [0.025, 0.975])
        assert (effect.ci_low, effect.ci_high) == pytest.approx((low, high), rel=1e-8)
        assert (effect.bca_low, effect.bca_high) == pytest.approx(bca(estimate, draws[:, place], without[:, place]))


def bca(estimate: float, draws: Array, without: Array) -> tuple[float, float]:
    z0 = stats.norm.ppf(np.mean(draws < estimate))
    gap = np.mean(without) - without
    a = sum(gap**3) / (6 * sum(gap**2) ** 1.5)
    low, high = (
        np.quantile(draws, stats.norm.cdf(z0 + (z0 + stats.norm.ppf(tail)) / (1 - a * (z0 + stats.norm.ppf(tail)))))
        for tail in (0.025, 0.975)
    )
    return float(low), float(high)


@pytest.mark.evidence(
    "reference", "statsmodels' simulated mediation (Imai, Keele, Tingley 2010), within Monte Carlo error"
)
def test_effects_and_limits_are_near_those_simulated_by_statsmodels() -> None:
    rows = people(400, seed=3)
    ones = np.ones(400)
    outcome = sm.OLS(rows["madrs"].to_numpy(), np.column_stack([ones, rows["active"], rows["iat"]]))
    mediator = sm.OLS(rows["iat"].to_numpy(), np.column_stack([ones, rows["active"]]))
    state = np.random.get_state()
    np.random.seed(5)
    simulated = Simulated(outcome, mediator, (1, 1), 2).fit(n_rep=500).summary()
    np.random.set_state(state)
    fit = mediated(rows, covariates=[], bootstrap=Bootstrap(draws=2000))
    names = {"direct": "ADE (average)", "indirect": "ACME (average)", "total": "Total effect"}
    for effect in fit.effects[:3]:
        theirs = simulated.loc[names[effect.label]]
        ours = np.array([effect.estimate, effect.ci_low, effect.ci_high])
        told = theirs[["Estimate", "Lower CI bound", "Upper CI bound"]].to_numpy(dtype=float)
        np.testing.assert_allclose(ours[:1], told[:1], atol=0.1 * effect.se)
        np.testing.assert_allclose(ours[1:], told[1:], atol=0.5 * effect.se)


def test_the_same_seed_gives_the_same_limits_and_another_seed_others() -> None:
    assert mediated(people()) == mediated(people())
    other = mediated(people(), bootstrap=Bootstrap(draws=400, seed=8))
    assert other.effects[1].ci_low != mediated(people()).effects[1].ci_low


def test_units_and_origins_scale_the_effects_only() -> None:
    rows = people()
    moved = rows.assign(iat=rows["iat"] * 1e3 + 500, madrs=rows["madrs"] * 1e-4, baseline=rows["baseline"] + 1e5)
    for before, after in zip(mediated(rows).effects[:3], mediated(moved).effects[:3], strict=True):
        assert after.estimate == pytest.approx(before.estimate * 1e-4, rel=1e-7)
        assert after.bca_high == pytest.approx(before.bca_high * 1e-4, rel=1e-6)


def test_a_treatment_in_numbers_is_told_by_one_unit() -> None:
    as_number = mediation(people(), ("active", "iat", "madrs"), covariates=["baseline"])
    assert as_number.contrast == "active + 1"
    assert [e.estimate for e in as_number.effects] == pytest.approx(by_hand(people()), rel=1e-9)
    assert (as_number.draws, as_number.level) == (5000, 0.95)


def test_two_of_three_arms_are_compared_in_models_of_all() -> None:
    arms = [("active", "sham", "none")[k % 3] for k in range(90)]
    rows = people(90).assign(arm=arms)
    fit = mediated(rows, levels=None, compare=("active", "none"), covariates=["baseline"])
    dummies = pd.get_dummies(rows["arm"]).astype(float)
    x = sm.add_constant(pd.concat([dummies[["active", "sham"]], rows["baseline"]], axis=1))
    a, b = sm.OLS(rows["iat"], x).fit().params["active"], sm.OLS(rows["madrs"], x.join(rows["iat"])).fit().params
    assert fit.contrast == "active - none"
    assert [e.estimate for e in fit.effects[:2]] == pytest.approx([b["active"], a * b["iat"]], rel=1e-8)


def test_it_prints_and_exports_itself() -> None:
    rows = people()
    rows.loc[3, "iat"] = np.nan
    fit = mediated(rows)
    assert fit.summary().startswith("Mediation, active - sham: 79 rows, 400 draws, 95% BCa limits\ndirect: ")
    assert fit.to_polars()["label"].to_list() == ["direct", "indirect", "total", "proportion mediated"]
    told = json.loads(json.dumps(fit.to_dict(), allow_nan=False))
    assert (told["left_out"], told["n_obs"], len(told["effects"])) == (1, 79, 4)


def test_a_total_effect_near_nil_gives_a_warning_about_the_proportion() -> None:
    rows = people().assign(madrs=np.random.default_rng(2).normal(size=80))
    assert "no stable meaning" in mediated(rows).summary()


def test_a_level_with_few_people_loses_draws_and_with_too_few_is_refused() -> None:
    few = people().assign(arm=["active" if k < 4 else "sham" for k in range(80)])
    told = mediated(few).warnings[0]
    assert "draws could not tell the effects; left out" in told
    with pytest.raises(FitError, match="bootstrap draws cannot tell"):
        mediated(people().assign(arm=["active" if k < 2 else "sham" for k in range(80)]))


@pytest.mark.parametrize(
    ("change", "options", "sentence"),
    [
        ({}, {"bootstrap": Bootstrap(draws=50)}, "50 draws are too few"),
        ({}, {"bootstrap": Bootstrap(level=1.5)}, "level of 1.5 makes no sense"),
        ({"arm": ["a", "b", "c", "d"] * 20}, {"levels": None}, "arm has 4 levels.*Name two of a, b, c, d"),
        ({}, {"compare": ("active", "placebo")}, "arm has 2 levels"),
        ({"iat": ["low", "high"] * 40}, {}, "A mediator is a column of numbers"),
        ({"iat": 1.0}, {}, "cannot tell iat"),
    ],
)
def test_what_it_cannot_answer_is_said(change: dict[str, Any], options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FitError, match=sentence):
        mediated(people().assign(**change), **options)


def test_a_total_effect_of_exactly_nil_has_no_share() -> None:
    rows = {"t": [0, 0, 0, 0, 1, 1, 1, 1], "m": [0.0, 1, 0, 1, 0, 1, 0, 1], "y": [0.0, 1, 1, 0, 0, 1, 1, 0]}
    with pytest.raises(FitError, match="no share of it can be mediated"):
        mediation(rows, ("t", "m", "y"))
