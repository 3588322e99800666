"""The compiled path: the steps of `steps`, a replicate at a time, in loops that numba compiles once and keeps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from daybreak.stats.mmrm.batch.basis import sparse
from daybreak.stats.mmrm.batch.compiled_kenward_roger import prepared, raised
from daybreak.stats.mmrm.batch.compiled_place import edged, pull, squared, twisted, value_at
from daybreak.stats.mmrm.batch.compiled_trace import traced
from daybreak.stats.mmrm.batch.kenward_roger import KENWARD_ROGER, LINEAR
from daybreak.stats.mmrm.batch.kernel import entrance, inverse_of, kernel
from daybreak.stats.mmrm.batch.lanes import Lanes, bend, lanes_for, loaded, spread_out
from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.mmrm.batch.steps import (
    LATE,
    NEAR,
    NEARLY_ROUNDING,
    ROUNDING,
    SCORING_STEPS,
    SHORTEST,
    SLOW,
    STEPS,
    Counts,
    Found,
)
from daybreak.stats.mmrm.batch.workspace import Room, Sums, room_for, sums_of
from daybreak.stats.mmrm.people import Flags
from daybreak.stats.optimise import TOLERANCE
from daybreak.stats.results import Array

# A decrement after which the Hessian changes by too little to matter for the next steps.
LATEST = 1e-5


class Told(NamedTuple):
    """Where the loops put what they find; as in `Found`."""

    gamma: Array
    variance: Array
    df: Array
    value: Array
    sigma: Array
    steps: Counts
    converged: Flags


def fit(moments: Moments, way: Array, contrasts: Array, start: Array, *, df: str | None) -> Found:
    """Return the fits of all replicates."""
    basis = sparse(moments, way)
    sums = sums_of(basis.moments, basis.way)
    room = room_for(sums, way.shape[1])
    replicates, count = moments.replicates, len(contrasts)
    told = Told(
        gamma=np.full((replicates, way.shape[1]), np.nan),
        variance=np.full((replicates, count), np.nan),
        df=np.full((replicates, count), np.inf if df is None else np.nan),
        value=np.full(replicates, np.nan),
        sigma=start.copy(),
        steps=np.zeros(replicates, dtype=np.int64),
        converged=np.zeros(replicates, dtype=bool),
    )
    asked = (df is not None, df in KENWARD_ROGER, df == LINEAR)
    fit_all(sums, (room, lanes_for(sums)), np.ascontiguousarray(contrasts @ basis.back), told, asked)
    told.sigma[~told.converged] = np.nan
    gamma = told.gamma @ basis.back.T
    free = moments.observations - way.shape[1]
    return Found(
        gamma=gamma,
        estimate=gamma @ contrasts.T,
        variance=told.variance,
        df=told.df,
        loglik=-0.5 * (told.value + basis.shift + free * np.log(2 * np.pi)),
        sigma=told.sigma,
        steps=told.steps,
        converged=told.converged,
    )


@entrance
def fit_all(sums: Sums, both: tuple[Room, Lanes], contrasts: Array, told: Told, asked: tuple[bool, bool, bool]) -> None:
    """Fit one replicate after the other; `asked` are degrees of freedom, Kenward-Roger, and its linear form."""
    degrees, kenward_roger, linear = asked
    room, lanes = both
    for r in range(len(told.value)):
        count = loaded(sums, r, lanes)
        value = ascend(sums, room, lanes, count, told.sigma[r], told.steps[r : r + 1])
        if np.isnan(value):
            continue
        exact(sums, room, lanes, count)
        if not inverse_of(room.hessian, room.hessian_room, room.hessian_root, room.hessian_inverse):
            continue
        if not decrement_of(room) < TOLERANCE:
            continue
        if kenward_roger and not prepared(sums, both, count, told.sigma[r], linear):
            continue
        told.converged[r] = True
        told.value[r] = value
        told.gamma[r] = room.gamma
        judged(room, contrasts, told.variance[r])
        if degrees:
            for c in range(len(contrasts)):
                told.df[r, c] = freedom(sums, both, count, contrasts[c], told.variance[r, c])
                if kenward_roger:
                    told.variance[r, c] += raised(sums, both, count, contrasts[c])


@kernel
def ascend(sums: Sums, room: Room, lanes: Lanes, count: int, sigma: Array, steps: Counts) -> float:
    """Return the value where no step matters any more, with `sigma` moved there; NaN if none was reached."""
    there = np.empty_like(sigma)
    if not np.isfinite(sigma).all():
        return np.nan
    value = value_at(sums, room, lanes, count, sigma)
    last, slow = np.inf, False
    for step in range(STEPS):
        if np.isnan(value):
            return value
        pull(sums, room, lanes, count)
        if last < LATEST and not slow:
            # So near that the last Hessian still serves.
            decrement = decrement_of(room)
        else:
            decrement = descent(sums, room, lanes, count, (step < SCORING_STEPS, slow))
        if np.isnan(decrement):
            return decrement
        if decrement < ROUNDING or (slow and decrement < NEARLY_ROUNDING and decrement > 0.1 * last):
            return value
        slow = slow or (last < LATE and decrement > SLOW * last)
        last = decrement
        value = fall(sums, (room, lanes), count, (sigma, there), value)
        steps[0] += 1
    return np.nan


@kernel
def decrement_of(room: Room) -> float:
    """Put -H^-1 g into `direction`; return g'H^-1 g."""
    total = 0.0
    for i in range(len(room.gradient)):
        one = 0.0
        for j in range(len(room.gradient)):
            one -= room.hessian_inverse[i, j] * room.gradient[j]
        room.direction[i] = one
        total -= one * room.gradient[i]
    return total


@kernel
def exact(sums: Sums, room: Room, lanes: Lanes, count: int) -> None:
    """Put the exact Hessian into the room."""
    twisted(sums, room, lanes, count, (-1.0, 2.0, 2.0))
    edged(sums, room, lanes, count)
    traced(sums, room, lanes, count)


@kernel
def descent(sums: Sums, room: Room, lanes: Lanes, count: int, how: tuple[bool, bool]) -> float:
    """Put a direction downhill into the room; return its decrement, NaN if none.

    `how`: whether by the expected information, and else whether by the exact Hessian.
    """
    scoring, slow = how
    if not scoring:
        if slow:
            exact(sums, room, lanes, count)
        else:
            twisted(sums, room, lanes, count, (-1.0, 1.0, 2.0))
            edged(sums, room, lanes, count)
        if inverse_of(room.hessian, room.hessian_room, room.hessian_root, room.hessian_inverse):
            return decrement_of(room)
    twisted(sums, room, lanes, count, (1.0, -1.0, 0.0))
    if inverse_of(room.hessian, room.hessian_room, room.hessian_root, room.hessian_inverse):
        return decrement_of(room)
    return np.nan


@kernel
def fall(sums: Sums, both: tuple[Room, Lanes], count: int, covariances: tuple[Array, Array], before: float) -> float:
    """Move sigma along the direction, the step halved until the value falls; return the value, NaN if it never does."""
    (room, lanes), (sigma, there) = both, covariances
    decrement = 0.0
    for i in range(len(room.gradient)):
        decrement -= room.gradient[i] * room.direction[i]
    length = 1.0
    while length > SHORTEST:
        for s in range(len(sigma)):
            for t in range(len(sigma)):
                there[s, t] = sigma[s, t] + length * room.direction[sums.places[s, t]]
        value = value_at(sums, room, lanes, count, there)
        most = before - 1e-4 * length * decrement + 1e-11 * (1 + abs(before))
        if np.isfinite(value) and (value <= most or decrement < NEAR):
            sigma[:] = there
            return value
        length /= 2
    return np.nan


@kernel
def judged(room: Room, contrasts: Array, variance: Array) -> None:
    """Put each contrast's variance into `variance`."""
    for c in range(len(contrasts)):
        total = 0.0
        for i in range(len(room.gamma)):
            for j in range(len(room.gamma)):
                total += contrasts[c, i] * room.inverse[i, j] * contrasts[c, j]
        variance[c] = total


@kernel
def freedom(sums: Sums, both: tuple[Room, Lanes], count: int, contrast: Array, variance: float) -> float:
    """Return Satterthwaite's degrees of freedom of a contrast."""
    room, lanes = both
    toward(sums, room, contrast)
    squared(sums, room.beta, room.spread)
    slope = room.direction
    lanes.inner[:] = 0.0
    spread_out(sums, lanes, room.spread, lanes.inner, count)
    bend(sums.places, lanes, lanes.inner, lanes.mixed, count)
    for place in range(len(slope)):
        slope[place] = sums.twice[place] * lanes.mixed[place, :count].sum()
    below = 0.0
    for i in range(len(slope)):
        for j in range(len(slope)):
            below += slope[i] * room.hessian_inverse[i, j] * slope[j]
    return variance * variance / below


@kernel
def toward(sums: Sums, room: Room, contrast: Array) -> None:
    """Put R A^-1 of a contrast into beta's place."""
    room.beta[:] = 0.0
    for x in range(len(sums.entry)):
        one = 0.0
        for j in range(len(contrast)):
            one += room.inverse[sums.column[x], j] * contrast[j]
        room.beta[sums.covariate[x], sums.visit[x]] += sums.entry[x] * one
