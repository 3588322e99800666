"""Bayesian draws of the imputation model: data augmentation in many chains at once.

Tanner & Wong, J Am Stat Assoc 1987;82:528-540; Schafer, Analysis of Incomplete Multivariate Data, 1997, chapter 5. A
sweep fills the gaps given the parameters, then draws the parameters given the filled table: the covariance
inverse-Wishart with n - K degrees of freedom, the coefficients normal (Jeffreys' prior). Each chain starts at the REML
fit and gives one draw.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.imputation.cells import Pattern, fill
from daybreak.stats.imputation.outcomes import Layout
from daybreak.stats.imputation.regression import Regression
from daybreak.stats.results import Array

FORGOTTEN = 1e-4
LEAST_SWEEPS, MOST_SWEEPS = 20, 2000


def sweeps_for(rate: float) -> int:
    """Return after how many sweeps a chain has forgotten its start, for `regression.forgetting_rate`.

    A chain forgets as fast as expectation-maximisation converges (Schafer 1997): the start's share is the rate to
    the power of sweeps, here held below 1e-4.
    """
    if rate <= 0:
        return LEAST_SWEEPS
    if rate >= 1:
        return MOST_SWEEPS
    return min(MOST_SWEEPS, max(LEAST_SWEEPS, math.ceil(math.log(FORGOTTEN) / math.log(rate))))


def draw_parameters(
    layout: Layout, kinds: Sequence[Pattern], fit: Regression, chains: int, sweeps: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return one draw of coefficients (R, K, T) and covariance (R, T, T) from each chain.

    Raises:
        FitError: fewer people than the covariance needs.
    """
    n, k = layout.own.shape
    t = len(layout.visits)
    if n - k < t:
        raise FitError(
            f"{n} people are too few to draw the covariance of {t} visits.",
            where="imputation",
            remedy="Use the conditional-mean route, or fewer visits or covariates.",
        )
    beta = np.repeat(fit.beta, chains, axis=0)
    sigma = np.repeat(fit.sigma, chains, axis=0)
    inverse = np.linalg.inv(layout.own.T @ layout.own)
    root = np.linalg.cholesky(inverse)
    for _ in range(sweeps):
        filled = fill(layout.values, kinds, layout.own @ beta, sigma, rng)
        centre = inverse @ (layout.own.T @ filled)
        rest = filled - layout.own @ centre
        sigma = inverse_wishart(n - k, rest.transpose(0, 2, 1) @ rest, rng)
        beta = centre + root @ rng.standard_normal(centre.shape) @ np.linalg.cholesky(sigma).transpose(0, 2, 1)
    return beta, sigma


def inverse_wishart(df: int, scale: Array, rng: np.random.Generator) -> Array:
    """Return one draw for each scale matrix, shape (R, T, T) (Bartlett's decomposition)."""
    replicates, t, _ = scale.shape
    triangle = np.tril(rng.standard_normal((replicates, t, t)), -1)
    places = np.arange(t)
    triangle[:, places, places] = np.sqrt(rng.chisquare(df - places, (replicates, t)))
    half = np.linalg.solve(triangle, np.linalg.cholesky(scale).transpose(0, 2, 1))
    return half.transpose(0, 2, 1) @ half
