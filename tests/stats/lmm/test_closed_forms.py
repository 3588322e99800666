"""Balanced data have closed forms: analysis of variance, and tests on one summary of each person."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.lmm import lmm
from daybreak.stats.lmm.result import DfMethod
from tests.stats.lmm.tables import DAY, PERSON, noise, table

methods = pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger"])
ARM = (PERSON % 2).astype(float)
Y = noise(11) + 2 * noise(12, 20)[PERSON] + 0.7 * DAY * noise(13, 20)[PERSON] + ARM


@pytest.mark.evidence("double", "expected mean squares of a balanced one-way layout")
def test_variances_are_those_of_mean_squares() -> None:
    fit = lmm("y ~ 1 + (1 | id)", table(Y))
    means = Y.reshape(20, 5).mean(axis=1)
    within = ((Y.reshape(20, 5) - means[:, None]) ** 2).sum() / 80
    between = 5 * means.var(ddof=1)
    assert fit.residual_sd**2 == pytest.approx(within, rel=1e-9)
    assert fit.random[0].variances[0] == pytest.approx((between - within) / 5, rel=1e-9)
    assert fit.df(np.eye(1)) == pytest.approx([19])


@pytest.mark.evidence("double", "expected mean squares of a balanced one-way layout")
def test_five_thousand_people_are_told_as_exactly_as_twenty() -> None:
    person = np.repeat(np.arange(5000), 4)
    y = noise(14, 20_000) + 0.5 * noise(15, 5000)[person]
    fit = lmm("y ~ 1 + (1 | id)", {"y": y, "id": [f"p{one}" for one in person]}, df="kenward-roger")
    means = y.reshape(5000, 4).mean(axis=1)
    within = ((y.reshape(5000, 4) - means[:, None]) ** 2).sum() / 15_000
    assert fit.residual_sd**2 == pytest.approx(within, rel=1e-9)
    assert fit.random[0].variances[0] == pytest.approx(means.var(ddof=1) - within / 4, rel=1e-8)
    assert fit.df(np.eye(1)) == pytest.approx([4999])


@methods
@pytest.mark.evidence("double", "two-sample t test of the slopes of single people")
def test_the_interaction_is_a_t_test_of_each_persons_slope(df: DfMethod) -> None:
    fit = lmm("y ~ arm * day + (1 + day | id)", table(Y, arm=ARM), df=df)
    slopes = np.array([np.polyfit(DAY[:5], one, 1)[0] for one in Y.reshape(20, 5)])
    expected = stats.ttest_ind(slopes[1::2], slopes[::2])
    found = fit.coefficients[3]
    assert found.t == pytest.approx(float(expected.statistic), rel=1e-7)
    assert found.df == pytest.approx(18, rel=1e-6)
    assert found.p == pytest.approx(float(expected.pvalue), rel=1e-6)


@pytest.mark.evidence("double", "Hotelling's test of level and slope at once: F on 2 and n - 3")
def test_kenward_rogers_joint_test_is_hotellings() -> None:
    fit = lmm("y ~ arm * day + (1 + day | id)", table(Y, arm=ARM), df="kenward-roger")
    lines = np.array([np.polyfit(DAY[:5], one, 1)[::-1] for one in Y.reshape(20, 5)])
    gap = lines[1::2].mean(axis=0) - lines[::2].mean(axis=0)
    pooled = (np.cov(lines[1::2].T) + np.cov(lines[::2].T)) / 2
    hotelling = 5 * gap @ np.linalg.solve(pooled, gap)
    joint = fit.joint(np.eye(4)[[1, 3]])
    assert (joint.df1, joint.df2) == pytest.approx((2, 17), rel=1e-6)
    assert joint.f == pytest.approx(hotelling * 17 / 36, rel=1e-6)
    assert joint.p == pytest.approx(stats.f.sf(hotelling * 17 / 36, 2, 17), rel=1e-6)
    assert joint.scale == pytest.approx(17 / 18, rel=1e-6)


def test_a_joint_test_counts_what_is_said_twice_once_and_refuses_to_test_nothing() -> None:
    fit = lmm("y ~ arm * day + (1 + day | id)", table(Y, arm=ARM))
    once, twice = np.eye(4)[[1, 3]], np.array([[0.0, 1, 0, 0], [0, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0]])
    assert fit.joint(twice).df1 == 2
    assert fit.joint(twice).f == pytest.approx(fit.joint(once).f, rel=1e-9)
    single = fit.joint(np.eye(4)[[3]])
    assert (single.f, single.p) == pytest.approx((fit.coefficients[3].t ** 2, fit.coefficients[3].p), rel=1e-9)
    with pytest.raises(FitError, match="all nil"):
        fit.joint(np.zeros((2, 4)))


def test_residual_df_are_rows_less_columns() -> None:
    fit = lmm("y ~ arm * day + (1 | id)", table(Y, arm=ARM), df="residual")
    assert fit.df(np.eye(4)) == pytest.approx([96] * 4)
    assert fit.joint(np.eye(4)[1:]).df2 == pytest.approx(96)
