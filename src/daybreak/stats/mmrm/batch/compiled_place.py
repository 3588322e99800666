"""What `place` reckons for many replicates, for one at a time in compiled loops: value, gradient, Hessians."""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.kernel import crossed_from, factored_from, inverted_from, kernel
from daybreak.stats.mmrm.batch.lanes import (
    Lanes,
    bend,
    dot,
    grown,
    inverse_blocks,
    multiplied,
    spread_out,
    together,
)
from daybreak.stats.mmrm.batch.workspace import Room, Sums
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array


@kernel
def value_at(sums: Sums, room: Room, lanes: Lanes, count: int, sigma: Array) -> float:
    """Return f, and leave W, L, its inverse, gamma and E behind; NaN where f is not defined."""
    logs = inverse_blocks(sigma, lanes, count)
    if np.isnan(logs):
        return logs
    for x in range(len(sums.linked)):
        pair = sums.linked[x, 2]
        for place in range(len(lanes.w)):
            room.total[pair, place] = dot(lanes.zz[pair], lanes.w[place], count)
    found = estimate(sums, room, lanes, count)
    if np.isnan(found):
        return found
    return logs + found + residuals(sums, room, lanes, count)


@kernel
def estimate(sums: Sums, room: Room, lanes: Lanes, count: int) -> float:
    """Put L, its inverse, gamma and beta into the room; return log|A|, NaN if A is not positive definite."""
    p = len(room.gamma)
    room.lower[:] = 0.0
    for x in range(len(sums.down)):
        i, j, pair, place = sums.down[x]
        room.lower[i, j] += sums.down_weight[x] * room.total[pair, place]
    found = factored_from(room.lower, sums.reach)
    if np.isnan(found):
        return found
    inverted_from(room.lower, sums.reach, room.root)
    crossed_from(room.root, sums.reach, room.inverse)
    pulled(sums, room, lanes, count)
    room.gamma[:] = 0.0
    for x in range(len(sums.entry)):
        weight = sums.entry[x] * room.beta[sums.covariate[x], sums.visit[x]]
        for i in range(p):
            room.gamma[i] += weight * room.inverse[sums.column[x], i]
    room.beta[:] = 0.0
    for x in range(len(sums.entry)):
        room.beta[sums.covariate[x], sums.visit[x]] += sums.entry[x] * room.gamma[sums.column[x]]
    return found


@kernel
def pulled(sums: Sums, room: Room, lanes: Lanes, count: int) -> None:
    """Put sum Z'Y W into beta's place."""
    visits = sums.kept.shape[1]
    for a in range(len(room.beta)):
        for t in range(visits):
            total = 0.0
            for s in range(visits):
                total += dot(lanes.zy[a, s], lanes.w[sums.places[s, t]], count)
            room.beta[a, t] = total


@kernel
def squared(sums: Sums, beta: Array, found: Array) -> None:
    """Put the products of beta's rows, by pairs of visits and of covariates, into `found`."""
    visits = beta.shape[1]
    for x in range(len(sums.linked)):
        a, b, pair = sums.linked[x]
        place = 0
        for s in range(visits):
            for t in range(s, visits):
                one = beta[a, s] * beta[b, t]
                found[pair, place] = one if a == b else one + beta[b, s] * beta[a, t]
                place += 1


@kernel
def residuals(sums: Sums, room: Room, lanes: Lanes, count: int) -> float:
    """Put E of each pattern into its lane (right where both visits were kept); return sum <W, E>."""
    total, beta, place = 0.0, room.beta, 0
    squared(sums, beta, room.spread)
    for s in range(beta.shape[1]):
        for t in range(s, beta.shape[1]):
            row, whole = lanes.error[place], lanes.yy[place]
            for k in range(count):
                row[k] = whole[k]
            for a in range(len(beta)):
                grown(row, -beta[a, s], lanes.zy[a, t], count)
                grown(row, -beta[a, t], lanes.zy[a, s], count)
            place += 1
    spread_out(sums, lanes, room.spread, lanes.error, count)
    for place in range(len(lanes.w)):
        total += sums.twice[place] * dot(lanes.w[place], lanes.error[place], count)
    return total


@kernel
def pull(sums: Sums, room: Room, lanes: Lanes, count: int) -> None:
    """Put D + E into `inner`, W (D + E) W into `bent`, and the gradient into the room."""
    room.spread[:] = 0.0
    for x in range(len(sums.across)):
        i, j, pair, place = sums.across[x]
        room.spread[pair, place] += sums.across_weight[x] * room.inverse[i, j]
    for place in range(len(lanes.error)):
        for k in range(count):
            lanes.inner[place, k] = lanes.error[place, k]
    spread_out(sums, lanes, room.spread, lanes.inner, count)
    bend(sums.places, lanes, lanes.inner, lanes.bent, count)
    for place in range(len(lanes.w)):
        one = dot(lanes.people, lanes.w[place], count)
        for k in range(count):
            one -= lanes.bent[place, k]
        room.gradient[place] = sums.twice[place] * one


@kernel
def twisted(sums: Sums, room: Room, lanes: Lanes, count: int, weights: tuple[float, float, float]) -> None:
    """Put the sums of tr(V_a W V_b M) into the Hessian, with M a combination of n W, W D W and W E W."""
    visits, size = sums.kept.shape[1], len(room.gradient)
    rest = weights[2] - weights[1]
    if rest != 0:
        bend(sums.places, lanes, lanes.error, lanes.mixed, count)
    for place in range(size):
        row, w, bent = lanes.mixed[place], lanes.w[place], lanes.bent[place]
        for k in range(count):
            more = rest * row[k] if rest != 0 else 0.0
            row[k] = weights[0] * lanes.people[k] * w[k] + weights[1] * bent[k] + more
    rows, columns = together(lanes.rows, lanes.w, count), together(lanes.columns, lanes.mixed, count)
    np.dot(rows.T, columns, room.both)
    for i in range(size):
        for j in range(i):
            room.both[i, j] = room.both[j, i] = 0.5 * (room.both[i, j] + room.both[j, i])
    for s in range(visits):
        for t in range(s, visits):
            unfold(sums.places, room, s, t)


@kernel
def unfold(places: Codes, room: Room, s: int, t: int) -> None:
    """Put the row of entry (s, t) of the Hessian together from products of entries of W and M."""
    for u in range(len(places)):
        for v in range(u, len(places)):
            one = room.both[places[t, u], places[v, s]] + room.both[places[s, u], places[v, t]]
            two = room.both[places[t, v], places[u, s]] + room.both[places[s, v], places[u, t]]
            share = (0.5 if s == t else 1.0) * (0.5 if u == v else 1.0)
            room.hessian[places[s, t], places[u, v]] = share * (one + two)


@kernel
def edged(sums: Sums, room: Room, lanes: Lanes, count: int) -> None:
    """Take twice the products of L^-1 R' c_a off the Hessian."""
    visits = sums.kept.shape[1]
    left_over(sums, room, lanes, count)
    rows = together(lanes.rows, lanes.w, count)
    drawn = together(lanes.others, lanes.drawn.reshape(room.beta.size, len(lanes.people)), count)
    np.dot(drawn.T, rows, room.cross)
    room.folds[:] = 0.0
    for s in range(visits):
        for t in range(s, visits):
            folded(sums, room, s, t)
    np.dot(room.folds, room.root.T, room.edges)
    np.dot(room.edges, room.edges.T, room.products)
    room.hessian[:] -= 2.0 * room.products


@kernel
def left_over(sums: Sums, room: Room, lanes: Lanes, count: int) -> None:
    """Put each pattern's Z'r (right at visits kept) into `left`, and Z'r W into `drawn`."""
    visits = sums.kept.shape[1]
    for a in range(len(room.beta)):
        for t in range(visits):
            row, whole = lanes.left[a, t], lanes.zy[a, t]
            for k in range(count):
                row[k] = whole[k]
    for x in range(len(sums.linked)):
        a, b, pair = sums.linked[x]
        for t in range(visits):
            grown(lanes.left[a, t], -room.beta[b, t], lanes.zz[pair], count)
            if a != b:
                grown(lanes.left[b, t], -room.beta[a, t], lanes.zz[pair], count)
    for a in range(len(room.beta)):
        for t in range(visits):
            row = lanes.drawn[a, t]
            row[:count] = 0.0
            for s in range(visits):
                multiplied(row, lanes.left[a, s], lanes.w[sums.places[s, t]], count)


@kernel
def folded(sums: Sums, room: Room, s: int, t: int) -> None:
    """Add R' c_a of the entry (s, t) to `folds`."""
    visits, whole = sums.kept.shape[1], room.folds[sums.places[s, t]]
    for x in range(len(sums.entry)):
        first, u = sums.covariate[x] * visits, sums.visit[x]
        one = room.cross[first + s, sums.places[t, u]]
        if s != t:
            one += room.cross[first + t, sums.places[s, u]]
        whole[sums.column[x]] += sums.entry[x] * one
