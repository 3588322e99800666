"""Kenward and Roger's variance of contrasts, of many replicates at once: the readable reference.

A contrast c has u = R A^-1 c. With w twice the inverse Hessian and the letters of `place`, its variance is
    c'A^-1 c + 2 sum w_ab (u'(Q_ab - B_a C B_b) u) - u'U u / 2,
    Q_ab = sum ZZ_k (x) W V_a W V_b W,   U = sum ZZ_k (x) W S W.
S is the sum of w_ab S_ab, the second derivatives of Sigma in those parameters in which the single fit takes them: logs
of the diagonal of its Cholesky factor, and rows of the factor over the diagonal (see `covariance.Cholesky`). The linear
form leaves U out. Degrees of freedom of one contrast are Satterthwaite's.

Without U variances only grow: the sum is one of products, with w, of the residuals of W^1/2 V_a W X on W^1/2 X. And U
takes so little that A^-1 stays positive definite, if Sigma - S / 2 is. Then the adjusted covariance of all estimates
surely is, which the single fit asks of it.
"""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.place import Place, cholesky, entries, inverted, numbered, turned
from daybreak.stats.mmrm.people import Flags
from daybreak.stats.results import Array

LINEAR = "kenward-roger-linear"
KENWARD_ROGER = ("kenward-roger", LINEAR)


def adjusted(at: Place, hats: Array, weights: Array, *, linear: bool) -> tuple[Array, Flags]:
    """Return each contrast's variance (R, C), and which replicates surely have a positive definite covariance (R,).

    `hats` are as `Place.hats` tells them, and `weights` are w (R, m, m).
    """
    bend = np.zeros_like(at.sigma) if linear else curvature(at.sigma, weights)
    inner = at.inverse @ (twice_pushed(at.inverse, weights) - bend[:, None] / 4) @ at.inverse
    moved = at.slopes @ hats[:, None]
    flat = moved.reshape(*moved.shape[:2], -1)
    spread = (flat * (weights @ flat)).reshape(moved.shape).sum(axis=(1, 2))
    variance = np.einsum("rpc,rpc->rc", hats, hats + 2 * at.summed(inner) @ hats) - 2 * spread
    return variance, np.isfinite(cholesky(at.sigma - bend / 2)[:, -1, -1])


def twice_pushed(inverse: Array, weights: Array) -> Array:
    """Return the sums of w_ab V_a W V_b of each pattern, shape (R, P, T, T)."""
    replicates, patterns, visits, _ = inverse.shape
    of_entry = numbered(visits)
    # w by the entries (s, t) and (u, v) of V_a and V_b, as a matrix from (t, u) to (s, v).
    whole = weights[:, of_entry[:, :, None, None], of_entry].transpose(0, 2, 3, 1, 4)
    found = inverse.reshape(replicates, patterns, -1) @ whole.reshape(replicates, visits**2, visits**2)
    return np.asarray(found.reshape(inverse.shape))


def curvature(sigma: Array, weights: Array) -> Array:
    """Return the sums of w_ab S_ab, shape (R, T, T): what Sigma bends, on average, as its factor L moves.

    L moves by d with products w: dS = dL' + Ld', and its second derivative is 2 dd' + bL' + Lb'. Where the parameters
    move evenly a row of L grows as its diagonal does: b_ij = (2 d_ii d_ij - L_ij d_ii^2 / L_ii) / L_ii.
    """
    replicates, visits, _ = sigma.shape
    lower = cholesky(sigma)
    root = inverted(lower)[:, None]
    half = np.tril(np.ones((visits, visits))) - np.eye(visits) / 2
    move = (lower[:, None] @ (half * (root @ entries(visits) @ turned(root)))).reshape(replicates, -1, visits**2)
    products = (turned(move) @ weights @ move).reshape(replicates, *[visits] * 4)
    pivots = np.einsum("rii->ri", lower)[:, :, None]
    along = np.einsum("riiij->rij", products)
    bend = (2 * along - lower * np.einsum("rii->ri", along)[:, :, None] / pivots) / pivots
    one = bend @ turned(lower) + np.einsum("rijkj->rik", products)
    return np.asarray(one + turned(one))
