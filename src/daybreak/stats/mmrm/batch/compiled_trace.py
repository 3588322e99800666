"""The dearest term of the Hessian in compiled loops: tr(C B_a C B_b).

The entries a of the covariance are the last axis everywhere, so that the innermost loops run over them.
"""

from __future__ import annotations

from daybreak.stats.mmrm.batch.kernel import kernel
from daybreak.stats.mmrm.batch.workspace import Room, Sums
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array


@kernel
def traced(sums: Sums, r: int, room: Room) -> None:
    """Take tr(C B_a C B_b) off the Hessian."""
    width = room.push.size
    room.table[:] = 0.0
    for k in range(len(sums.kept)):
        if sums.people[r, k] == 0:
            continue
        pushed(room.w[k], sums.places, room.push)
        flat = room.push.reshape(width)
        for a in range(sums.zz.shape[2]):
            for b in range(a, sums.zz.shape[2]):
                weight, row = sums.zz[r, k, a, b], room.table[sums.pairs[a, b]].reshape(width)
                for i in range(width):
                    row[i] += weight * flat[i]
    narrowed(sums, room)
    through(room.root, room.slope, room.turned)
    taken_off(room.hessian, room.turned)


@kernel
def pushed(w: Array, places: Codes, found: Array) -> None:
    """Put the entries on and above the diagonal of each W V_a W into the columns of `found`."""
    visits = len(w)
    for u in range(visits):
        for v in range(u, visits):
            row = found[places[u, v]]
            for s in range(visits):
                for t in range(s, visits):
                    both = w[u, s] * w[t, v]
                    row[places[s, t]] = both if s == t else both + w[u, t] * w[s, v]


@kernel
def narrowed(sums: Sums, room: Room) -> None:
    """Put R' B_a R into `slope`, shape (p, p, m)."""
    size, p = len(room.gradient), len(room.gamma)
    room.slope[:] = 0.0
    for x in range(len(sums.entry)):
        for y in range(len(sums.entry)):
            i, j = sums.column[x], sums.column[y]
            if j <= i:
                pair = sums.pairs[sums.covariate[x], sums.covariate[y]]
                row, found = room.table[pair, sums.places[sums.visit[x], sums.visit[y]]], room.slope[i, j]
                weight = sums.entry[x] * sums.entry[y]
                for a in range(size):
                    found[a] += weight * row[a]
    for i in range(p):
        for j in range(i):
            room.slope[j, i] = room.slope[i, j]


@kernel
def through(root: Array, slope: Array, found: Array) -> None:
    """Put the lower half of root times each matrix times root' into `found`; what was in `slope` is lost."""
    p, size = len(root), slope.shape[2]
    for j in range(p):
        for i in range(p - 1, -1, -1):
            row = slope[i, j]
            for a in range(size):
                row[a] *= root[i, i]
            for k in range(i):
                weight, other = root[i, k], slope[k, j]
                for a in range(size):
                    row[a] += weight * other[a]
    for i in range(p):
        for j in range(i + 1):
            row = found[i, j]
            row[:] = 0.0
            for k in range(j + 1):
                weight, other = root[j, k], slope[i, k]
                for a in range(size):
                    row[a] += weight * other[a]


@kernel
def taken_off(hessian: Array, found: Array) -> None:
    """Take the products of all two matrices, of which the lower halves are told, off the Hessian."""
    size = len(hessian)
    for i in range(len(found)):
        for j in range(i + 1):
            row, times = found[i, j], 1.0 if i == j else 2.0
            for a in range(size):
                weight = times * row[a]
                for b in range(size):
                    hessian[a, b] -= weight * row[b]
