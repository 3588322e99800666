"""One replicate laid out for the processor: its patterns side by side, the last axis of every array.

The innermost loops run over patterns, all of which take the same steps, so that several go through at once. Symmetric
matrices are held by their entries on and above the diagonal, row by row ("places").
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from daybreak.stats.mmrm.batch.kernel import kernel
from daybreak.stats.mmrm.batch.workspace import Sums
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array


class Lanes(NamedTuple):
    """The sums of a replicate's patterns, and room; P patterns at most, of which `count` occur.

    `kept` (T, P) is 1 or nil; `zz` is by pair of covariates. `w`, `error`, `inner`, `bent` and `mixed` are symmetric:
    W, E, D + E, W (D + E) W, and what a Hessian needs of such. `left` and `drawn` (K, T, P) are Z'r and Z'r W. `rows`,
    `columns` and `others` have a pattern's numbers together, one pattern after the other.
    """

    people: Array
    kept: Array
    zz: Array
    zy: Array
    yy: Array
    lower: Array
    root: Array
    pivots: Array
    w: Array
    error: Array
    inner: Array
    bent: Array
    mixed: Array
    half: Array
    left: Array
    drawn: Array
    rows: Array
    columns: Array
    others: Array


def lanes_for(sums: Sums) -> Lanes:
    """Return room for one replicate."""
    patterns, visits = sums.kept.shape
    covariates, places = sums.zz.shape[2], visits * (visits + 1) // 2
    symmetric, square = (places, patterns), (visits, visits, patterns)
    return Lanes(
        people=np.zeros(patterns),
        kept=np.zeros((visits, patterns)),
        zz=np.zeros((covariates * (covariates + 1) // 2, patterns)),
        zy=np.zeros((covariates, visits, patterns)),
        yy=np.zeros(symmetric),
        lower=np.zeros(square),
        root=np.zeros(square),
        pivots=np.zeros(patterns),
        w=np.zeros(symmetric),
        error=np.zeros(symmetric),
        inner=np.zeros(symmetric),
        bent=np.zeros(symmetric),
        mixed=np.zeros(symmetric),
        half=np.zeros(square),
        left=np.zeros((covariates, visits, patterns)),
        drawn=np.zeros((covariates, visits, patterns)),
        rows=np.zeros(patterns * places),
        columns=np.zeros(patterns * places),
        others=np.zeros(patterns * covariates * visits),
    )


@kernel
def loaded(sums: Sums, r: int, lanes: Lanes) -> int:
    """Put the patterns that a replicate has side by side; return how many."""
    count = 0
    for k in range(len(sums.kept)):
        if sums.people[r, k] == 0:
            continue
        lanes.people[count] = sums.people[r, k]
        for x in range(len(sums.linked)):
            a, b, pair = sums.linked[x]
            lanes.zz[pair, count] = sums.zz[r, k, a, b]
        place = 0
        for s in range(sums.kept.shape[1]):
            lanes.kept[s, count] = 1.0 if sums.kept[k, s] else 0.0
            for a in range(sums.zy.shape[2]):
                lanes.zy[a, s, count] = sums.zy[r, k, a, s]
            for t in range(s, sums.kept.shape[1]):
                lanes.yy[place, count] = sums.yy[r, k, s, t]
                place += 1
        count += 1
    return count


@kernel
def dot(left: Array, right: Array, count: int) -> float:
    """Return the sum of products."""
    found = 0.0
    for k in range(count):
        found += left[k] * right[k]
    return found


@kernel
def grown(found: Array, weight: float, more: Array, count: int) -> None:
    """Add `weight` times `more`."""
    for k in range(count):
        found[k] += weight * more[k]


@kernel
def multiplied(found: Array, left: Array, right: Array, count: int) -> None:
    """Add products."""
    for k in range(count):
        found[k] += left[k] * right[k]


@kernel
def lessened(found: Array, left: Array, right: Array, count: int) -> None:
    """Take products off."""
    for k in range(count):
        found[k] -= left[k] * right[k]


@kernel
def scaled_by(found: Array, factor: Array, count: int) -> None:
    """Multiply."""
    for k in range(count):
        found[k] *= factor[k]


@kernel
def inverse_blocks(sigma: Array, lanes: Lanes, count: int) -> float:
    """Put W of each pattern into `w`; return sum n log|Sigma_k|, NaN if one is not positive definite."""
    found = roots(sigma, lanes, count)
    if np.isnan(found):
        return found
    unrolled(lanes, len(sigma), count)
    place = 0
    for s in range(len(sigma)):
        for t in range(s, len(sigma)):
            row, left, right = lanes.w[place], lanes.kept[s], lanes.kept[t]
            row[:count] = 0.0
            for u in range(t, len(sigma)):
                multiplied(row, lanes.root[u, s], lanes.root[u, t], count)
            for k in range(count):
                row[k] *= left[k] * right[k]
            place += 1
    return found


@kernel
def roots(sigma: Array, lanes: Lanes, count: int) -> float:
    """Put the factors into `lower` and the diagonals of their inverses into `root`; return sum n log|Sigma_k|, or NaN.

    A visit not kept has a variance of 1 and no covariance.
    """
    total, pivots, visits = 0.0, lanes.pivots, len(sigma)
    pivots[:count] = 1.0
    for s in range(visits):
        for t in range(s + 1):
            row, left, right, one = lanes.lower[s, t], lanes.kept[s], lanes.kept[t], sigma[s, t]
            for k in range(count):
                row[k] = left[k] * right[k] * one
            for u in range(t):
                lessened(row, lanes.lower[s, u], lanes.lower[t, u], count)
            if s != t:
                scaled_by(row, lanes.root[t, t], count)
        if not pivoted(lanes, s, count):
            return np.nan
        # Logarithms are dear, but a product of all sixteen pivots might leave the numbers.
        if s % 4 == 3 or s == visits - 1:
            for k in range(count):
                total += lanes.people[k] * np.log(pivots[k])
            pivots[:count] = 1.0
    return total


@kernel
def pivoted(lanes: Lanes, s: int, count: int) -> bool:
    """Put what a visit leaves of its variance, 1 if not kept, into `pivots`, and its inverse root into `root`."""
    row, inverse, kept = lanes.lower[s, s], lanes.root[s, s], lanes.kept[s]
    for k in range(count):
        row[k] += 1.0 - kept[k]
        if not row[k] > 0:
            return False
    for k in range(count):
        lanes.pivots[k] *= row[k]
        inverse[k] = 1.0 / np.sqrt(row[k])
    return True


@kernel
def unrolled(lanes: Lanes, visits: int, count: int) -> None:
    """Fill `root`, the inverse of `lower`, below its diagonal."""
    for s in range(visits):
        for t in range(s):
            row = lanes.root[s, t]
            row[:count] = 0.0
            for u in range(t, s):
                lessened(row, lanes.lower[s, u], lanes.root[u, t], count)
            scaled_by(row, lanes.root[s, s], count)


@kernel
def bend(places: Codes, lanes: Lanes, matrix: Array, found: Array, count: int) -> None:
    """Put W M W of the symmetric M in `matrix` into `found`."""
    visits = len(places)
    for s in range(visits):
        for u in range(visits):
            row = lanes.half[s, u]
            row[:count] = 0.0
            for t in range(visits):
                multiplied(row, lanes.w[places[s, t]], matrix[places[t, u]], count)
    for s in range(visits):
        for t in range(s, visits):
            row = found[places[s, t]]
            row[:count] = 0.0
            for u in range(visits):
                multiplied(row, lanes.half[s, u], lanes.w[places[u, t]], count)


@kernel
def spread_out(sums: Sums, lanes: Lanes, spread: Array, found: Array, count: int) -> None:
    """Add the sum over pairs of covariates of zz times `spread` to the symmetric `found`."""
    for place in range(len(found)):
        for x in range(len(sums.linked)):
            pair = sums.linked[x, 2]
            grown(found[place], spread[pair, place], lanes.zz[pair], count)


@kernel
def together(room: Array, lanes: Array, count: int) -> Array:
    """Return what is by pattern last, shape (m, P), by pattern first, shape (count, m); it lies in `room`."""
    found = room[: count * len(lanes)].reshape((count, len(lanes)))
    for place in range(len(lanes)):
        row = lanes[place]
        for k in range(count):
            found[k, place] = row[k]
    return found
