"""Where a batch starts: the residual covariance of those who kept every visit, or of all pairs of visits kept."""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.results import Array

# The smallest eigenvalue that a starting correlation may have (as a single fit's).
CLEAR = 0.02
# People who kept every visit, beyond covariates and visits, from which on they are enough by themselves.
ENOUGH = 4


def starts(moments: Moments) -> Array:
    """Return a positive definite covariance for each replicate, shape (R, T, T); NaN where columns cannot be told."""
    found = np.full((moments.replicates, moments.visits, moments.visits), np.nan)
    whole = np.flatnonzero(moments.kept.all(axis=1))
    if len(whole) > 0:
        place = int(whole[0])
        free = moments.count[:, place] - moments.covariates
        good = free >= moments.visits + ENOUGH
        zz, zy = moments.zz[good, place], moments.zy[good, place]
        residual = moments.yy[good, place] - zy.transpose(0, 2, 1) @ solved(zz, zy)
        found[good] = residual / free[good, None, None]
    rest = np.isnan(found[:, 0, 0])
    if rest.any():
        found[rest] = by_pairs(moments.of(rest))
    return found


def by_pairs(moments: Moments) -> Array:
    """Return the covariance of least-squares residuals over pairs of visits, drawn to its variances until positive."""
    kept, seen = moments.kept.astype(np.float64), moments.seen.astype(np.float64)
    zz = np.einsum("rkab,kt->rtab", moments.zz, kept, optimize=True)
    beta = solved(zz, moments.zy.sum(axis=1).transpose(0, 2, 1)[..., None])[..., 0].transpose(0, 2, 1)
    fitted = moments.zz @ beta[:, None]
    cross = beta.transpose(0, 2, 1)[:, None] @ (moments.zy - fitted)
    residual = moments.yy - moments.zy.transpose(0, 1, 3, 2) @ beta[:, None] - cross
    pairs = np.einsum("rk,kst->rst", moments.count, seen)
    covariance = np.einsum("rkst,kst->rst", residual, seen) / np.maximum(pairs, 1)
    variances = np.einsum("rtt->rt", covariance)
    sds = np.sqrt(np.where(variances > 0, variances, np.nan))
    grown = sds[:, :, None] * sds[:, None, :]
    others = np.where(np.isfinite(grown), covariance, 0.0) / np.where(np.isfinite(grown), grown, 1.0)
    others *= 1 - np.eye(moments.visits)
    while True:
        poor = np.linalg.eigvalsh(np.eye(moments.visits) + others)[:, 0] < CLEAR
        if not poor.any():
            break
        others[poor] *= 0.8
    safe: Array = (np.eye(moments.visits) + others) * grown
    return safe


def solved(matrices: Array, right: Array) -> Array:
    """Return matrices^-1 right for positive definite matrices (..., K, K); NaN for those that are singular."""
    scale = np.sqrt(np.einsum("...aa->...a", matrices))
    scale = np.where(scale > 0, scale, 1.0)
    scaled = matrices / (scale[..., :, None] * scale[..., None, :])
    singular = np.linalg.eigvalsh(scaled)[..., 0] < 1e-10
    scaled = np.where(singular[..., None, None], np.eye(matrices.shape[-1]), scaled)
    found = np.linalg.solve(scaled, right / scale[..., None]) / scale[..., None]
    told: Array = np.where(singular[..., None, None], np.nan, found)
    return told
