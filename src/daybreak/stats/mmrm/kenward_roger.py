"""Kenward and Roger's covariance of the estimates, and their F test (Biometrics 53, 1997, 983-997).

With A = X'V^-1X the identity (see `solution`), P_a = -B_a, and w the covariance of the parameters:
    adjusted = I + 2 sum w_ab (Q_ab - B_a B_b - R_ab / 4),
    Q_ab = sum X'W V_a W V_b W X,   R_ab = sum X'W V_ab W X.
Second derivatives R depend on how the covariance is parametrised; `linear` leaves them out, as if it were linear.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.freedom import scaled_f
from daybreak.stats.mmrm.covariance import Cholesky, Unstructured
from daybreak.stats.mmrm.likelihood import Part
from daybreak.stats.mmrm.solution import Solution
from daybreak.stats.results import Array


def adjusted(solution: Solution, structure: object, *, linear: bool) -> Array:
    """Return the adjusted covariance in the solution's coordinates, shape (p, p)."""
    point, people = solution.point, solution.people
    rank, width = people.rank, people.z.shape[2]
    size = point.likelihood.size
    total = np.zeros((people.slots * width, people.slots * width))
    for part in point.parts:
        weights = solution.weights[part.low : part.low + size, part.low : part.low + size]
        middle = twice_pushed(part, weights)
        if not linear:
            middle -= 0.25 * part.inverse @ curved(part, structure, weights) @ part.inverse
        total += part.summed(middle, width)
    design = point.basis[:, :-1]
    flat = solution.slopes.reshape(len(solution.slopes), -1)
    mixed = (solution.weights @ flat).reshape(solution.slopes.shape)
    spread = np.einsum("aij,ajk->ik", solution.slopes, mixed)
    raw = np.eye(rank) + 2 * (design.T @ total @ design - spread)
    found: Array = (raw + raw.T) / 2
    if not np.linalg.eigvalsh(found)[0] > 0:
        raise FitError(
            "With so few people the Kenward-Roger covariance of the estimates is not positive definite.",
            remedy="Use a simpler covariance, or Satterthwaite.",
        )
    return found


def twice_pushed(part: Part, weights: Array) -> Array:
    """Return the sums of w_ab W V_a W V_b W of each pattern, shape (K, T, T)."""
    count, size, slots, _ = part.turned.shape
    mixed = weights @ part.turned.reshape(count, size, slots * slots)
    mixed = mixed.reshape(count, size, slots, slots)
    found: Array = np.einsum("ksat,katu->ksu", part.pushed, mixed, optimize=True)
    return found


def curved(part: Part, structure: object, weights: Array) -> Array:
    """Return the sums of w_ab V_ab of each pattern, shape (K or 1, T, T)."""
    if part.local.second is not None:
        found: Array = np.tensordot(weights, part.local.second, axes=([0, 1], [0, 1]))
        return found
    linear = cast("Unstructured", structure)
    free = Cholesky(linear.visits)
    start = free.start(part.local.matrix[0])
    # The same covariance of parameters, of mmrm's instead of those in which the matrix is linear.
    back = np.linalg.inv(linear.parameters(free.shape(start).first))
    return free.curvature(start, back.T @ weights @ back)[None]


def scale_of(solution: Solution, basis: Array) -> tuple[float, float]:
    """Return the denominator df of the F statistic and its scale, for an orthonormal basis (p, q) of the contrasts.

    Raises:
        FitError: there are too few people for the approximation.
    """
    inner = basis.T @ solution.slopes @ basis
    traces = np.trace(inner, axis1=1, axis2=2)
    flat = inner.reshape(len(inner), -1)
    weights = solution.weights
    return scaled_f(basis.shape[1], float(traces @ weights @ traces), float(np.sum(weights * (flat @ flat.T))))
