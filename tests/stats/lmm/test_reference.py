"""Mixed models equal lme4, lmerTest and pbkrtest, run tightly (`tests/stats/oracles/make_oracles.R`)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from daybreak.stats.lmm import LmmFit, lmm
from tests.stats.cast import data, reference
from tests.stats.lmm.plain import dense, parameters
from tests.stats.lmm.tables import sleepstudy

METHODS = {"Satterthwaite": "satterthwaite", "Kenward-Roger": "kenward-roger"}
WAYS = [(name, place) for name in ("study-154", "small-24") for place in range(4)]


def fitted(name: str, place: int) -> tuple[LmmFit, dict[str, Any]]:
    found = reference(name)["lmm"][place]
    method: Any = METHODS[found["ddf"]]
    return lmm(found["formula"], data(name), df=method), found


@pytest.mark.evidence("reference", "lmerTest 3.1.3 and pbkrtest 0.5.2")
@pytest.mark.parametrize(("name", "place"), WAYS)
def test_estimates_errors_df_and_likelihood_are_those_of_r(name: str, place: int) -> None:
    fit, found = fitted(name, place)
    assert [one.label for one in fit.coefficients] == found["terms"]
    np.testing.assert_allclose([one.estimate for one in fit.coefficients], found["estimate"], rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose([one.se for one in fit.coefficients], found["se"], rtol=1e-6)
    np.testing.assert_allclose([one.df for one in fit.coefficients], found["df"], rtol=1e-4)
    np.testing.assert_allclose([one.p for one in fit.coefficients], found["p"], rtol=1e-4)
    assert fit.loglik == pytest.approx(found["loglik"], abs=1e-7)
    assert fit.singular is found["singular"]


@pytest.mark.evidence("reference", "lme4 1.1.31")
@pytest.mark.parametrize(("name", "place"), WAYS)
def test_variances_are_those_of_r(name: str, place: int) -> None:
    fit, found = fitted(name, place)
    (part,) = fit.random
    for row in found["random"]:
        if row["grp"] == "Residual":
            assert fit.residual_sd == pytest.approx(row["sdcor"], rel=1e-5)
            continue
        i, j = part.names.index(row["var1"]), part.names.index(row.get("var2", row["var1"]))
        assert part.covariance[i, j] == pytest.approx(row["vcov"], rel=1e-4)
        if i != j:
            assert part.correlations[i, j] == pytest.approx(row["sdcor"], rel=1e-4)


@pytest.mark.evidence("reference", "lme4, published figures of its default fit")
def test_sleepstudy_has_its_published_figures() -> None:
    fit = lmm("Reaction ~ Days + (Days | Subject)", sleepstudy())
    (part,) = fit.random
    assert -2 * fit.loglik == pytest.approx(1743.628272, abs=5e-7)
    assert [one.estimate for one in fit.coefficients] == pytest.approx([251.405105, 10.46728596], rel=1e-8)
    assert [one.df for one in fit.coefficients] == pytest.approx([17, 17], rel=1e-6)
    # The published errors and SDs are of a fit that stopped at lme4's default: see the next test.
    assert [one.se for one in fit.coefficients] == pytest.approx([6.824597, 1.545790], rel=1e-5)
    assert [*part.sds, part.correlations[0, 1]] == pytest.approx([24.74066, 5.92214, 0.065551], rel=2e-5)
    assert fit.residual_sd == pytest.approx(25.591796, rel=2e-6)


@pytest.mark.evidence("double", "whole matrices: the gradient and the deviance at both points")
def test_where_sleepstudys_published_sds_differ_theirs_lie_higher() -> None:
    rows = sleepstudy()
    fit = lmm("Reaction ~ Days + (Days | Subject)", rows)
    x = np.column_stack([np.ones(len(rows)), rows["Days"].to_numpy()])
    whole = dense(x, rows["Reaction"].to_numpy(), fit.bottom.terms)
    ours = parameters([fit.random[0].covariance], fit.residual_sd)
    covariance = 24.74066 * 5.92214 * 0.065551
    published = parameters([np.array([[24.74066**2, covariance], [covariance, 5.92214**2]])], 25.591796)
    assert whole.deviance(published, True) > whole.deviance(ours, True)
    slope, slope_there = (np.abs(whole.gradient(one, True) * one).max() for one in (ours, published))
    assert slope < 1e-9
    assert slope_there > 1e-6
    np.testing.assert_allclose(fit.beta_covariance, whole.information(ours)[0], rtol=1e-9)


@pytest.mark.evidence("reference", "lme4's published figures: -2 log likelihood 1751.939344, df 18.16 of lmerTest")
def test_sleepstudy_by_maximum_likelihood_and_with_slopes_apart() -> None:
    fit = lmm("Reaction ~ Days + (Days | Subject)", sleepstudy(), reml=False)
    assert -2 * fit.loglik == pytest.approx(1751.939344, abs=5e-7)
    assert (fit.aic, fit.bic) == pytest.approx((1763.939344, 1783.097086), abs=1e-6)
    apart = lmm("Reaction ~ Days + (Days || Subject)", sleepstudy())
    assert -2 * apart.loglik == pytest.approx(1743.669, abs=5e-4)
    assert [part.sds[0] for part in apart.random] == pytest.approx([25.051, 5.988], abs=5e-4)
