"""The imputation model: a multivariate normal regression with missing cells, fitted by REML, many replicates at once.

Every column has a coefficient at every visit and visits covary freely: the MMRM `y ~ visit * (arm + covariates) +
us(visit | person)`. Expectation-maximisation takes all the fits of a jackknife in step; squared extrapolation (SqS3 of
Varadhan & Roland, Scand J Stat 2008;35:335-353) hastens it where much is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.imputation.expectation import Sums, step
from daybreak.stats.imputation.outcomes import Layout
from daybreak.stats.results import Array

TOLERANCE = 1e-12
MOST_CYCLES = 5_000
ALIKE = 1e-8
NUDGE = 1e-4
TURNS = 40


@dataclass(frozen=True)
class Regression:
    """Fits: coefficients (R, K, T), covariances (R, T, T), and cycles of two steps until the last came to rest."""

    beta: Array
    sigma: Array
    cycles: int


def fit_regression(known: Sums, start: Array) -> Regression:
    """Return the REML fits of all replicates from a covariance to start from, shape (T, T).

    Raises:
        FitError: it does not converge, or a visit is told wholly by others.
    """
    replicates = len(known.people)
    sigma = np.broadcast_to(start, (replicates, *start.shape)).copy()
    beta = np.zeros((replicates, known.zz.shape[-1], len(start)))
    safe, before = sigma.copy(), np.full(replicates, np.inf)
    going, left, cycles = np.arange(replicates), known, 0
    while len(going):
        cycles += 1
        if cycles > MOST_CYCLES:
            raise FitError(
                "The imputation model does not converge.",
                where="covariance of visits",
                remedy="Leave out visits that few people have.",
            )
        here = sigma[going]
        beta[going], once = step(left, here)
        moved = _distance(once, here)
        astray = moved > before[going]
        twice = step(left, once)[1]
        _refuse_alike(twice[~astray])
        ahead = _extrapolated(here, once, twice)
        sigma[going] = np.where(astray[:, None, None], safe[going], ahead)
        before[going] = np.where(astray, np.inf, _distance(twice, once))
        safe[going] = np.where(astray[:, None, None], safe[going], twice)
        rests = moved <= TOLERANCE
        if rests.any():
            sigma[going[rests]] = once[rests]
            going = going[~rests]
            left = known.of(going)
    return Regression(beta, sigma, cycles)


def forgetting_rate(known: Sums, fit: Regression) -> float:
    """Return by how much a step shrinks the distance to the first replicate's fit in its slowest direction.

    Found by power iteration on the step itself: it is the largest fraction of missing information (Dempster, Laird &
    Rubin, J R Stat Soc B 1977;39:1-38).
    """
    only, sigma = known.of(np.array([0])), fit.sigma[:1]
    scale = np.sqrt(np.einsum("rtt->rt", sigma))
    unit = scale[:, :, None] * scale[:, None, :]
    t = sigma.shape[-1]
    direction = (np.eye(t) + np.ones((t, t)) / (1 + np.abs(np.subtract.outer(np.arange(t), np.arange(t)))))[None]
    direction = direction / np.abs(direction).max()
    rate = 0.0
    for _ in range(TURNS):
        moved = (
            step(only, sigma + NUDGE * unit * direction)[1] - step(only, sigma - NUDGE * unit * direction)[1]
        ) / unit
        rate = float(np.abs(moved).max()) / (2 * NUDGE)
        direction = moved / np.abs(moved).max()
    return rate


def start_of(layout: Layout) -> Array:
    """Return a covariance to start from: residual variances visit by visit, shape (T, T).

    Raises:
        FitError: a visit at which the model cannot be told, or two visits that too few people have together.
    """
    t, k = len(layout.visits), layout.own.shape[1]
    together = layout.modelled.T.astype(int) @ layout.modelled.astype(int)
    variances = []
    for place, visit in enumerate(layout.visits):
        rows = layout.modelled[:, place]
        z, y = layout.own[rows], layout.values[rows, place]
        if rows.sum() <= k or np.linalg.matrix_rank(z) < k:
            raise FitError("Too few people have a value to tell the model here.", where=visit, remedy="Leave it out.")
        rest = y - z @ np.linalg.lstsq(z, y, rcond=None)[0]
        variance = float(rest @ rest) / (len(y) - k)
        if variance <= ALIKE**2 * max(float(y @ y) / len(y), np.finfo(float).tiny):
            raise FitError("The outcome does not vary beyond the model.", where=visit, remedy="Leave the visit out.")
        variances.append(variance)
    few = np.argwhere(together <= k)
    if t > 1 and len(few):
        pair = " and ".join(layout.visits[place] for place in few[0])
        raise FitError("Too few people have both visits.", where=pair, remedy="Leave one of them out.")
    return np.diag(variances)


def _extrapolated(here: Array, once: Array, twice: Array) -> Array:
    """Return where two steps lead if they went on so; the second step itself where that is no covariance."""
    scale = np.sqrt(np.einsum("rtt->rt", twice))
    unit = scale[:, :, None] * scale[:, None, :]
    first, turn = (once - here) / unit, (twice - 2 * once + here) / unit
    length = np.sqrt((first**2).sum(axis=(1, 2)) / np.maximum((turn**2).sum(axis=(1, 2)), np.finfo(float).tiny))
    length = np.clip(length, 1.0, 1e3)[:, None, None]
    ahead = here + (2 * length * first + length**2 * turn) * unit
    sound = _least(ahead) > ALIKE
    return np.where(sound[:, None, None], ahead, twice)


def _distance(one: Array, other: Array) -> Array:
    """Return the greatest difference of entries in units of the visits' spread."""
    scale = np.sqrt(np.einsum("rtt->rt", one))
    distance: Array = (np.abs(one - other) / (scale[:, :, None] * scale[:, None, :])).max(axis=(1, 2))
    return distance


def _least(sigma: Array) -> Array:
    """Return the least eigenvalue of each correlation; -1 where a variance is not above nil."""
    variances = np.einsum("rtt->rt", sigma)
    sound = (variances > 0).all(axis=1)
    scale = np.sqrt(np.where(sound[:, None], variances, 1.0))
    least = np.linalg.eigvalsh(sigma / (scale[:, :, None] * scale[:, None, :]))[:, 0]
    return np.where(sound, least, -1.0)


def _refuse_alike(sigma: Array) -> None:
    if not (_least(sigma) > ALIKE).all():
        raise FitError(
            "A visit is told wholly by the others.", where="covariance of visits", remedy="Leave one of them out."
        )
