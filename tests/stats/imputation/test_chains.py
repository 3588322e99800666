"""Bayesian draws: a posterior known in closed form, the distribution drawn from, how long chains run."""

from __future__ import annotations

import numpy as np
import pytest

from daybreak.core.errors import FitError
from daybreak.stats.imputation.cells import patterns
from daybreak.stats.imputation.chains import draw_parameters, inverse_wishart, sweeps_for
from daybreak.stats.imputation.expectation import sums
from daybreak.stats.imputation.outcomes import lay_out
from daybreak.stats.imputation.regression import Regression, fit_regression, start_of
from tests.stats.imputation.cases import made


@pytest.mark.evidence("property", "mean of the inverse-Wishart: scale / (df - T - 1)")
def test_covariances_are_drawn_from_the_inverse_wishart() -> None:
    scale = np.array([[4.0, 1.0], [1.0, 3.0]])
    drawn = inverse_wishart(12, np.repeat(scale[None], 40_000, axis=0), np.random.default_rng(2))
    assert drawn.mean(axis=0) == pytest.approx(scale / 9, rel=0.03)
    assert (1 / drawn[:, 0, 0]).mean() == pytest.approx((12 - 1) / 4, rel=0.02)
    assert (1 / drawn[:, 0, 0]).var() == pytest.approx(2 * (12 - 1) / 16, rel=0.05)


@pytest.mark.evidence(
    "property", "two visits with losses: the posterior under Jeffreys' prior falls into known factors"
)
def test_chains_reach_the_posterior_known_in_closed_form() -> None:
    """The first variance is S / chi-squared(n - K - 1); the second's, given the first visit, R / chi-squared(m - K)."""
    layout = lay_out(made(60, 2, 0.5, 0, seed=3))
    first, second = layout.values.T
    whole = ~np.isnan(second)
    rest = first - layout.own @ np.linalg.lstsq(layout.own, first, rcond=None)[0]
    both = np.column_stack([layout.own, first])[whole]
    slopes, (left,), *_ = np.linalg.lstsq(both, second[whole], rcond=None)
    n, k, m = 60, layout.own.shape[1], int(whole.sum())
    fit = fit_regression(sums(layout, np.ones((1, n))), start_of(layout))
    kinds = patterns(layout.modelled)
    _, sigma = draw_parameters(layout, kinds, fit, 4000, 30, np.random.default_rng(9))
    given = sigma[:, 1, 1] - sigma[:, 0, 1] ** 2 / sigma[:, 0, 0]
    slope = sigma[:, 0, 1] / sigma[:, 0, 0]
    assert sigma[:, 0, 0].mean() == pytest.approx(rest @ rest / (n - k - 3), rel=0.02)
    assert given.mean() == pytest.approx(left / (m - k - 2), rel=0.03)
    assert slope.mean() == pytest.approx(slopes[-1], abs=0.02)
    spread = left / (m - k - 2) * np.linalg.inv(both.T @ both)[-1, -1]
    assert slope.var() == pytest.approx(spread, rel=0.1)


def test_a_chain_runs_until_it_forgot_its_start() -> None:
    assert sweeps_for(0.0) == 20
    assert sweeps_for(0.5) == 20
    assert sweeps_for(0.9) == 88
    assert 0.9**88 < 1e-4 < 0.9**87
    assert sweeps_for(0.9999) == 2000
    assert sweeps_for(1.0) == 2000


def test_too_few_people_to_draw_a_covariance_are_refused() -> None:
    layout = lay_out(made(6, 4, 0, 0))
    fit = Regression(np.zeros((1, 3, 4)), np.eye(4)[None], 1)
    with pytest.raises(FitError, match="6 people are too few"):
        draw_parameters(layout, patterns(layout.modelled), fit, 2, 20, np.random.default_rng(1))
