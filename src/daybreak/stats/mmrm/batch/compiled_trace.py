"""The dearest term of the Hessian in compiled loops: tr(C B_a C B_b).

The entries a of the covariance are the last axis everywhere, so that the innermost loops run over them.
"""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.kernel import kernel
from daybreak.stats.mmrm.batch.lanes import Lanes, grown, together
from daybreak.stats.mmrm.batch.workspace import Room, Sums
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array


@kernel
def traced(sums: Sums, room: Room, lanes: Lanes, count: int) -> None:
    """Take tr(C B_a C B_b) off the Hessian."""
    rows = together(lanes.rows, lanes.w, count)
    for x in range(len(sums.linked)):
        pair = sums.linked[x, 2]
        weighed = together(lanes.columns, lanes.w, count)
        for k in range(count):
            for place in range(len(lanes.w)):
                weighed[k, place] *= lanes.zz[pair, k]
        np.dot(rows.T, weighed, room.both)
        pushed(room.both, sums.places, room.table[pair])
    narrowed(sums, room)
    found = through(room.root, sums.reach, room.slope, room.turned)
    np.dot(found.T, found, room.products)
    room.hessian[:] -= room.products


@kernel
def pushed(both: Array, places: Codes, found: Array) -> None:
    """Put a pair of covariates' part of the B's together, entries of B by those of the covariance.

    `both` are the products of all entries of W and W, summed over patterns.
    """
    visits = len(places)
    for u in range(visits):
        for v in range(u, visits):
            for s in range(u + 1):
                for t in range(s, visits):
                    one = both[places[u, s], places[t, v]] + both[places[u, t], places[s, v]]
                    row, column = places[u, v], places[s, t]
                    found[row, column] = 0.5 * one if s == t else one
                    found[column, row] = 0.5 * one if u == v else one


@kernel
def narrowed(sums: Sums, room: Room) -> None:
    """Put R' B_a R into `slope`, shape (p, p, m)."""
    room.slope[:] = 0.0
    for x in range(len(sums.down)):
        i, j, pair, place = sums.down[x]
        row, found, weight = room.table[pair, place], room.slope[i, j], sums.down_weight[x]
        for a in range(len(found)):
            found[a] += weight * row[a]
    for i in range(len(room.gamma)):
        for j in range(sums.reach[i], i):
            room.slope[j, i] = room.slope[i, j]


@kernel
def through(root: Array, reach: Codes, slope: Array, found: Array) -> Array:
    """Return the lower halves of root times each matrix times root', a row of `found` an entry.

    Entries off the diagonal come times the root of 2. What was in `slope` is lost. Left of `reach` rows of the root,
    and of the matrices' lower halves, are nil, and so are those of what is found, which are left out.
    """
    p, size, x = len(root), slope.shape[2], 0
    for j in range(p):
        for i in range(p - 1, -1, -1):
            if j < reach[i] or i < reach[j]:
                continue
            row = slope[i, j]
            for a in range(size):
                row[a] *= root[i, i]
            for k in range(reach[i], i):
                grown(row, root[i, k], slope[k, j], size)
    for i in range(p):
        for j in range(reach[i], i + 1):
            row = found[x]
            row[:] = 0.0
            for k in range(reach[j], j + 1):
                grown(row, root[j, k] * (1.0 if i == j else np.sqrt(2.0)), slope[i, k], size)
            x += 1
    return found[:x]
