"""Kenward and Roger's variance of contrasts (see `kenward_roger`) in compiled loops.

All of it is reckoned with the inverse Hessian, which is w / 2. What served on the way to the maximum is free by then:
room is taken from there.
"""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.kernel import factored, kernel
from daybreak.stats.mmrm.batch.workspace import Room, Sums
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array


@kernel
def prepared(sums: Sums, r: int, room: Room, sigma: Array, linear: bool) -> bool:
    """Put the sums of w_ab V_a W V_b - w_ab S_ab / 4 of each pattern, halved, into E's place.

    False if it is not sure that the covariance of the estimates is positive definite.
    """
    visits, bend, lower = len(sigma), room.half, room.square
    bend[:] = 0.0
    if not linear:
        lower[:] = sigma
        factored(lower, visits)
        moved(lower, sums.places, room.both)
        curved(lower, sums.places, room, bend)
        for s in range(visits):
            for t in range(s + 1):
                lower[s, t] = sigma[s, t] - bend[s, t]
        if np.isnan(factored(lower, visits)):
            return False
    for k in range(len(sums.kept)):
        if sums.people[r, k] > 0:
            twice_pushed(room.hessian_inverse, sums.places, room.w[k], room.error[k])
            for s in range(visits):
                for t in range(s, visits):
                    room.error[k, s, t] -= 0.25 * bend[s, t]
    return True


@kernel
def twice_pushed(weights: Array, places: Codes, w: Array, found: Array) -> None:
    """Put the upper half of the sum of weights times V_a w V_b into `found`."""
    visits = len(w)
    for s in range(visits):
        for v in range(s, visits):
            total = 0.0
            for t in range(visits):
                row = weights[places[s, t]]
                for u in range(visits):
                    total += row[places[u, v]] * w[t, u]
            found[s, v] = total


@kernel
def moved(lower: Array, places: Codes, found: Array) -> None:
    """Put the derivatives of the factor's entries, a row each, in the entries of the covariance into `found`."""
    for i in range(len(lower)):
        for j in range(i + 1):
            row = found[places[i, j]]
            row[:] = 0.0
            row[places[i, j]] = 1.0
            for k in range(j):
                one, two = found[places[i, k]], found[places[j, k]]
                for a in range(len(row)):
                    row[a] -= lower[j, k] * one[a] + lower[i, k] * two[a]
            if i == j:
                for a in range(len(row)):
                    row[a] /= 2.0 * lower[j, j]
            else:
                last = found[places[j, j]]
                for a in range(len(row)):
                    row[a] = (row[a] - lower[i, j] * last[a]) / lower[j, j]


@kernel
def curved(lower: Array, places: Codes, room: Room, found: Array) -> None:
    """Add the sum of w_ab S_ab, halved, to `found`; how the factor moves stands in `both`."""
    move, mixed, visits = room.both, room.push, len(lower)
    mixed[:] = 0.0
    for x in range(len(move)):
        for a in range(len(move)):
            weight = move[x, a]
            if weight != 0:
                for b in range(len(move)):
                    mixed[x, b] += weight * room.hessian_inverse[a, b]
    for s in range(visits):
        pivot, own = lower[s, s], move[places[s, s]]
        alone = dotted(own, mixed[places[s, s]])
        for j in range(s + 1):
            bend = (2.0 * dotted(own, mixed[places[s, j]]) - lower[s, j] * alone / pivot) / pivot
            row = move[places[s, j]]
            for t in range(j, visits):
                one = bend * lower[t, j] + dotted(row, mixed[places[t, j]])
                found[s, t] += one
                found[t, s] += one


@kernel
def dotted(left: Array, right: Array) -> float:
    """Return the product of two rows."""
    total = 0.0
    for i in range(len(left)):
        total += left[i] * right[i]
    return total


@kernel
def raised(sums: Sums, r: int, room: Room, contrast: Array) -> float:
    """Return by how much the variance of a contrast grows, once `freedom` has left its W u'ZZ u W in D's place."""
    visits, total = sums.kept.shape[1], 0.0
    for k in range(len(sums.kept)):
        if sums.people[r, k] > 0:
            for s in range(visits):
                for t in range(s, visits):
                    one = room.error[k, s, t] * room.design[k, s, t]
                    total += one if s == t else 2 * one
    return 4.0 * (total - explained(room, contrast))


@kernel
def explained(room: Room, contrast: Array) -> float:
    """Return the sum of w_ab u'B_a C B_b u, halved."""
    hat, row, total = room.whole, room.direction, 0.0
    for i in range(len(contrast)):
        hat[i] = 0.0
        for j in range(i + 1):
            hat[i] += room.root[i, j] * contrast[j]
    for i in range(len(contrast)):
        row[:] = 0.0
        for j in range(len(contrast)):
            weight, slope = hat[j], room.turned[max(i, j), min(i, j)]
            for a in range(len(row)):
                row[a] += weight * slope[a]
        for a in range(len(row)):
            total += row[a] * dotted(room.hessian_inverse[a], row)
    return total
