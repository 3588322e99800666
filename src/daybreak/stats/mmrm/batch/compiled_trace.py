"""The dearest term of the Hessian in compiled loops: tr(C B_a C B_b)."""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.compiled_place import products_off
from daybreak.stats.mmrm.batch.kernel import kernel
from daybreak.stats.mmrm.batch.workspace import Room, Sums
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array


@kernel
def traced(sums: Sums, r: int, room: Room) -> None:
    """Take tr(C B_a C B_b) off the Hessian."""
    visits, size = sums.kept.shape[1], len(room.gradient)
    room.table[:] = 0.0
    for k in range(len(sums.kept)):
        if sums.people[r, k] == 0:
            continue
        pushed(room.w[k], sums.places, room.push)
        flat = room.push.reshape(size * size)
        for a in range(sums.zz.shape[2]):
            for b in range(a, sums.zz.shape[2]):
                weight, row = sums.zz[r, k, a, b], room.table[sums.pairs[a, b]].reshape(size * size)
                for i in range(size * size):
                    row[i] += weight * flat[i]
    for s in range(visits):
        for t in range(s, visits):
            sloped(sums, room, sums.places[s, t])
    products_off(room.hessian, room.slope, 1.0, size)


@kernel
def pushed(w: Array, places: Codes, found: Array) -> None:
    """Put the entries on and above the diagonal of each W V_a W into the rows of `found`."""
    visits = len(w)
    for s in range(visits):
        for t in range(s, visits):
            row = found[places[s, t]]
            for u in range(visits):
                for v in range(u, visits):
                    both = w[u, s] * w[t, v]
                    row[places[u, v]] = both if s == t else both + w[u, t] * w[s, v]


@kernel
def sloped(sums: Sums, room: Room, a: int) -> None:
    """Put L^-1 R' B_a R L'^-1 into its row of `slope`: its lower half, entries off the diagonal times root 2."""
    p = len(room.gamma)
    whole, left, found = room.inner[0], room.inner[1], room.inner[2]
    whole[:] = 0.0
    for x in range(len(sums.entry)):
        for y in range(len(sums.entry)):
            if sums.column[y] <= sums.column[x]:
                pair = sums.pairs[sums.covariate[x], sums.covariate[y]]
                one = room.table[pair, a, sums.places[sums.visit[x], sums.visit[y]]]
                whole[sums.column[x], sums.column[y]] += sums.entry[x] * sums.entry[y] * one
    for i in range(p):
        for j in range(i):
            whole[j, i] = whole[i, j]
    through(room.root, whole, left, False)
    for i in range(p):
        for j in range(i):
            left[i, j], left[j, i] = left[j, i], left[i, j]
    through(room.root, left, found, True)
    place = 0
    for i in range(p):
        for j in range(i):
            room.slope[a, place] = np.sqrt(2.0) * found[i, j]
            place += 1
        room.slope[a, place] = found[i, i]
        place += 1


@kernel
def through(root: Array, matrix: Array, found: Array, half: bool) -> None:
    """Put a lower root times a matrix, or the lower half of that, into `found`."""
    size = len(root)
    for i in range(size):
        width = i + 1 if half else size
        for j in range(width):
            found[i, j] = 0.0
        for k in range(i + 1):
            weight = root[i, k]
            for j in range(width):
                found[i, j] += weight * matrix[k, j]
