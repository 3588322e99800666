"""Kenward and Roger's variance of contrasts (see `kenward_roger`) in compiled loops.

All of it is reckoned with the inverse Hessian, which is w / 2. What served on the way to the maximum is free by then:
room is taken from there.
"""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.kernel import factored, kernel
from daybreak.stats.mmrm.batch.lanes import Lanes, dot, grown
from daybreak.stats.mmrm.batch.workspace import Room, Sums
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array


@kernel
def prepared(sums: Sums, both: tuple[Room, Lanes], count: int, sigma: Array, linear: bool) -> bool:
    """Put the sums of w_ab V_a W V_b - w_ab S_ab / 4 of each pattern, halved, into E's place.

    False if it is not sure that the covariance of the estimates is positive definite.
    """
    room, lanes = both
    visits, bend, lower = len(sigma), np.zeros_like(sigma), sigma.copy()
    if not linear:
        factored(lower, visits)
        moved(lower, sums.places, room.both)
        curved(lower, sums.places, room, bend)
        for s in range(visits):
            for t in range(s + 1):
                lower[s, t] = sigma[s, t] - bend[s, t]
        if np.isnan(factored(lower, visits)):
            return False
    for s in range(visits):
        for t in range(s, visits):
            row = lanes.error[sums.places[s, t]]
            row[:count] = -0.25 * bend[s, t]
            twice_pushed(room.hessian_inverse, (sums.places[s], sums.places[t]), sums.places, lanes, row[:count])
    return True


@kernel
def twice_pushed(weights: Array, ends: tuple[Codes, Codes], places: Codes, lanes: Lanes, found: Array) -> None:
    """Add the entry between two visits of the sum of weights times V_a W V_b."""
    for t in range(len(places)):
        for u in range(len(places)):
            grown(found, weights[ends[0][t], ends[1][u]], lanes.w[places[t, u]], len(found))


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
    move, mixed, visits = room.both, room.products, len(lower)
    mixed[:] = 0.0
    for x in range(len(move)):
        for a in range(len(move)):
            weight = move[x, a]
            if weight != 0:
                for b in range(len(move)):
                    mixed[x, b] += weight * room.hessian_inverse[a, b]
    for s in range(visits):
        pivot, own = lower[s, s], move[places[s, s]]
        alone = dot(own, mixed[places[s, s]], len(own))
        for j in range(s + 1):
            bend = (2.0 * dot(own, mixed[places[s, j]], len(own)) - lower[s, j] * alone / pivot) / pivot
            row = move[places[s, j]]
            for t in range(j, visits):
                one = bend * lower[t, j] + dot(row, mixed[places[t, j]], len(row))
                found[s, t] += one
                found[t, s] += one


@kernel
def raised(sums: Sums, both: tuple[Room, Lanes], count: int, contrast: Array) -> float:
    """Return by how much the variance of a contrast grows, once `freedom` has left its W u'ZZ u W in `mixed`."""
    room, lanes = both
    total = 0.0
    for place in range(len(lanes.error)):
        total += sums.twice[place] * dot(lanes.error[place], lanes.mixed[place], count)
    return 4.0 * (total - explained(sums.reach, room, contrast))


@kernel
def explained(reach: Codes, room: Room, contrast: Array) -> float:
    """Return the sum of w_ab u'B_a C B_b u, halved; `turned` as `through` leaves it."""
    size, x, total = len(room.gradient), 0, 0.0
    hat, pulled = np.zeros(len(contrast)), np.zeros((len(contrast), len(room.gradient)))
    for i in range(len(contrast)):
        for j in range(reach[i], i + 1):
            hat[i] += room.root[i, j] * contrast[j]
    for i in range(len(contrast)):
        for j in range(reach[i], i + 1):
            if i == j:
                grown(pulled[i], hat[i], room.turned[x], size)
            else:
                grown(pulled[i], hat[j] * np.sqrt(0.5), room.turned[x], size)
                grown(pulled[j], hat[i] * np.sqrt(0.5), room.turned[x], size)
            x += 1
    for row in pulled:
        for a in range(size):
            total += row[a] * dot(room.hessian_inverse[a], row, size)
    return total
