"""A fitted mixed model prints, tabulates and exports itself, and answers what every fit answers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from daybreak.stats.lmm import lmm
from daybreak.stats.results import Fitted
from tests.stats.lmm.tables import noise, sleepstudy, table

FORMULA = "Reaction ~ Days + (Days | Subject)"
FIT = lmm(FORMULA, sleepstudy())


def test_it_is_a_fit_as_means_and_tests_know_them() -> None:
    fit: Fitted = FIT
    assert fit.coding.names == ("(Intercept)", "Days")
    assert fit.joint(np.eye(2)[[1]]).df2 == pytest.approx(17, rel=1e-6)


def test_its_summary_holds_model_estimates_variances_and_size() -> None:
    page = FIT.summary()
    for part in (FORMULA, "REML, satterthwaite df; 18 groups, 180 rows", "10.46729", "correlation  0.066", "25.59182"):
        assert part in page
    assert "left out" not in page


def test_its_summary_tells_of_rows_left_out_and_of_a_singular_fit() -> None:
    y = np.tile(noise(3, 5), 20) + 0.01 * noise(4)
    y[7] = np.nan
    fit = lmm("y ~ day + (1 | id)", table(y), reml=False)
    assert "ML, satterthwaite df; 20 groups, 99 rows (1 with gaps left out)" in fit.summary()
    assert fit.summary().endswith("Singular fit. The variance of (Intercept) over id is nil.")
    assert not fit.reml


def test_its_table_has_a_row_for_each_coefficient() -> None:
    rows = FIT.to_polars()
    assert rows.columns == ["term", "estimate", "se", "df", "t", "p", "ci_low", "ci_high"]
    assert rows["estimate"].to_list() == FIT.beta.tolist()


def test_its_dictionary_is_plain_and_has_the_keys_of_fit_json() -> None:
    told = json.loads(json.dumps(FIT.to_dict(), allow_nan=False))
    expected = {"method", "converged", "n_subjects", "n_obs", "loglik", "coefficients", "covariance", "warnings"}
    assert expected <= told.keys()
    assert told["method"]["model"] == "lmm"
    assert told["covariance"]["effects"] == ["(Intercept) | Subject", "Days | Subject"]
    np.testing.assert_allclose(told["covariance"]["matrix"], FIT.random[0].covariance)
    assert told["random"][0]["sds"] == FIT.random[0].sds.tolist()
    assert (told["n_subjects"], told["n_obs"], told["warnings"]) == (18, 180, [])


def test_effects_of_two_terms_stand_apart_in_the_covariance() -> None:
    fit = lmm("Reaction ~ Days + (Days || Subject)", sleepstudy())
    told = json.loads(json.dumps(fit.to_dict()))["covariance"]["matrix"]
    assert told == [[fit.random[0].covariance[0, 0], 0], [0, fit.random[1].covariance[0, 0]]]


def test_confidence_limits_are_those_of_students_t_at_the_level_asked_for() -> None:
    fit = lmm(FORMULA, sleepstudy(), level=0.9)
    one = fit.coefficients[1]
    half = stats.t.ppf(0.95, one.df) * one.se
    assert (one.ci_low, one.ci_high) == pytest.approx((one.estimate - half, one.estimate + half), rel=1e-12)
    assert one.p == pytest.approx(2 * stats.t.sf(abs(one.t), one.df), rel=1e-10)


@pytest.mark.evidence(
    "reference", "lme4's documentation: ranef(fm1) of sleepstudy begins 2.2586, 9.1990; -40.3986, -8.6197"
)
def test_predicted_effects_are_listed_by_level_and_effect() -> None:
    first = FIT.blups[:4]
    assert [(one.level, one.effect) for one in first] == [
        ("308", "(Intercept)"),
        ("308", "Days"),
        ("309", "(Intercept)"),
        ("309", "Days"),
    ]
    assert [one.estimate for one in first] == pytest.approx([2.2586, 9.1990, -40.3986, -8.6197], abs=2e-4)
    assert len(FIT.blups) == 36


def test_it_says_how_it_was_found() -> None:
    assert FIT.converged
    assert "Newton with exact derivatives" in FIT.optimiser
    assert "of 2 tried" in FIT.optimiser
