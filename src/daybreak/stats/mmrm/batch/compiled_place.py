"""What `place` reckons for many replicates, for one at a time in compiled loops: value, gradient, Hessians."""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.kernel import between, crossed, factored, inverted, kernel
from daybreak.stats.mmrm.batch.workspace import Room, Sums
from daybreak.stats.mmrm.people import Codes, Flags
from daybreak.stats.results import Array


@kernel
def inverse_block(sigma: Array, kept: Flags, room: Room, w: Array) -> float:
    """Put the padded inverse of the block kept into `w`; return its log determinant, NaN if not positive definite."""
    visits = len(sigma)
    for s in range(visits):
        for t in range(s + 1):
            both = kept[s] and kept[t]
            room.square[s, t] = sigma[s, t] if both else (1.0 if s == t else 0.0)
    found = factored(room.square, visits)
    if np.isnan(found):
        return found
    inverted(room.square, visits, room.half)
    crossed(room.half, visits, w)
    for s in range(visits):
        if not kept[s]:
            w[s, s] = 0.0
    return found


@kernel
def value_at(sums: Sums, r: int, room: Room, sigma: Array) -> float:
    """Return f, and leave W, L, its inverse, gamma and E behind; NaN where f is not defined."""
    total, width = 0.0, sigma.size
    room.total[:] = 0.0
    for k in range(len(sums.kept)):
        if sums.people[r, k] == 0:
            continue
        found = inverse_block(sigma, sums.kept[k], room, room.w[k])
        if np.isnan(found):
            return found
        total += sums.people[r, k] * found
        flat = room.w[k].reshape(width)
        for a in range(sums.zz.shape[2]):
            for b in range(a, sums.zz.shape[2]):
                weight, row = sums.zz[r, k, a, b], room.total[sums.pairs[a, b]]
                for i in range(width):
                    row[i] += weight * flat[i]
    found = estimate(sums, r, room)
    if np.isnan(found):
        return found
    return total + found + residuals(sums, r, room)


@kernel
def estimate(sums: Sums, r: int, room: Room) -> float:
    """Put L, its inverse, gamma and beta into the room; return log|A|, NaN if A is not positive definite."""
    visits, p = sums.kept.shape[1], len(room.gamma)
    room.lower[:] = 0.0
    for x in range(len(sums.entry)):
        for y in range(len(sums.entry)):
            if sums.column[y] <= sums.column[x]:
                pair, cell = sums.pairs[sums.covariate[x], sums.covariate[y]], sums.visit[x] * visits + sums.visit[y]
                room.lower[sums.column[x], sums.column[y]] += sums.entry[x] * sums.entry[y] * room.total[pair, cell]
    found = factored(room.lower, p)
    if np.isnan(found):
        return found
    inverted(room.lower, p, room.root)
    crossed(room.root, p, room.inverse)
    pulled(sums, r, room)
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
def pulled(sums: Sums, r: int, room: Room) -> None:
    """Put sum Z'Y W into beta's place."""
    visits = sums.kept.shape[1]
    room.beta[:] = 0.0
    for k in range(len(sums.kept)):
        if sums.people[r, k] == 0:
            continue
        w, zy = room.w[k], sums.zy[r, k]
        for a in range(len(room.beta)):
            for t in range(visits):
                total = 0.0
                for s in range(visits):
                    total += zy[a, s] * w[t, s]
                room.beta[a, t] += total


@kernel
def squared(beta: Array, pairs: Codes, found: Array) -> None:
    """Put the products of beta's rows, visit by visit, by pair of covariates, into `found`."""
    visits = beta.shape[1]
    for a in range(len(beta)):
        for b in range(a, len(beta)):
            row = found[pairs[a, b]]
            for s in range(visits):
                for t in range(visits):
                    one = beta[a, s] * beta[b, t]
                    row[s * visits + t] = one if a == b else one + beta[b, s] * beta[a, t]


@kernel
def residuals(sums: Sums, r: int, room: Room) -> float:
    """Put E of each pattern into the room (right where both visits were kept); return sum <W, E>."""
    visits, covariates, total = sums.kept.shape[1], len(room.beta), 0.0
    squared(room.beta, sums.pairs, room.spread)
    for k in range(len(sums.kept)):
        if sums.people[r, k] == 0:
            continue
        error, w, zy, yy = room.error[k], room.w[k], sums.zy[r, k], sums.yy[r, k]
        spread_out(sums.zz[r, k], sums.pairs, room.spread, error)
        for s in range(visits):
            for t in range(s + 1):
                rest = yy[s, t] + error[s, t]
                for a in range(covariates):
                    rest -= room.beta[a, s] * zy[a, t] + room.beta[a, t] * zy[a, s]
                error[s, t] = error[t, s] = rest
                total += w[s, t] * rest if s == t else 2 * w[s, t] * rest
    return total


@kernel
def pull(sums: Sums, r: int, room: Room) -> None:
    """Put W D W, W E W (once E was there) and the gradient into the room."""
    visits = sums.kept.shape[1]
    room.spread[:] = 0.0
    for x in range(len(sums.entry)):
        for y in range(len(sums.entry)):
            pair, cell = sums.pairs[sums.covariate[x], sums.covariate[y]], sums.visit[x] * visits + sums.visit[y]
            weight = sums.entry[x] * sums.entry[y]
            room.spread[pair, cell] += weight * room.inverse[sums.column[x], sums.column[y]]
    room.gradient[:] = 0.0
    for k in range(len(sums.kept)):
        if sums.people[r, k] == 0:
            continue
        kept, w, design, error = sums.kept[k], room.w[k], room.design[k], room.error[k]
        spread_out(sums.zz[r, k], sums.pairs, room.spread, room.square)
        between(w, room.square, kept, room.half, design)
        room.square[:] = error
        between(w, room.square, kept, room.half, error)
        for s in range(visits):
            for t in range(s, visits):
                one = sums.people[r, k] * w[s, t] - design[s, t] - error[s, t]
                room.gradient[sums.places[s, t]] += one if s == t else 2 * one


@kernel
def spread_out(zz: Array, pairs: Codes, spread: Array, found: Array) -> None:
    """Put the sum over pairs of covariates of zz times `spread` into `found` (T, T)."""
    flat = found.reshape(found.size)
    flat[:] = 0.0
    for a in range(len(zz)):
        for b in range(a, len(zz)):
            weight, row = zz[a, b], spread[pairs[a, b]]
            for i in range(len(flat)):
                flat[i] += weight * row[i]


@kernel
def twisted(sums: Sums, r: int, room: Room, weights: tuple[float, float, float]) -> None:
    """Put the sums of tr(V_a W V_b M) into the Hessian, with M a combination of n W, W D W and W E W."""
    visits, size = sums.kept.shape[1], len(room.gradient)
    room.both[:] = 0.0
    for k in range(len(sums.kept)):
        if sums.people[r, k] > 0:
            bent(sums, room, k, (weights[0] * sums.people[r, k], weights[1], weights[2]))
    for i in range(size):
        for j in range(i):
            room.both[i, j] = room.both[j, i] = 0.5 * (room.both[i, j] + room.both[j, i])
    for s in range(visits):
        for t in range(s, visits):
            unfold(sums.places, room, s, t)


@kernel
def bent(sums: Sums, room: Room, k: int, weights: tuple[float, float, float]) -> None:
    """Add the products of all entries of a pattern's W and M."""
    visits, flat, w = sums.kept.shape[1], room.direction, room.w[k]
    for u in range(visits):
        for v in range(u, visits):
            one = weights[1] * room.design[k, u, v] + weights[2] * room.error[k, u, v]
            flat[sums.places[u, v]] = weights[0] * w[u, v] + one
    for s in range(visits):
        for t in range(s, visits):
            weight, row = w[s, t], room.both[sums.places[s, t]]
            if weight != 0:
                for i in range(len(flat)):
                    row[i] += weight * flat[i]


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
def edged(sums: Sums, r: int, room: Room) -> None:
    """Take twice the products of L^-1 R' c_a off the Hessian."""
    visits, whole = sums.kept.shape[1], room.whole
    room.cross[:] = 0.0
    for k in range(len(sums.kept)):
        if sums.people[r, k] > 0:
            left_over(sums, r, room, k)
            bound(sums.places, room, k)
    for s in range(visits):
        for t in range(s, visits):
            folded(sums, room, s, t)
            row = room.edges[sums.places[s, t]]
            for i in range(len(whole)):
                one = 0.0
                for j in range(i + 1):
                    one += room.root[i, j] * whole[j]
                row[i] = one
    products_off(room.hessian, room.edges, 2.0, len(room.gradient))


@kernel
def left_over(sums: Sums, r: int, room: Room, k: int) -> None:
    """Put a pattern's Z'r (right at visits kept) into the room."""
    for a in range(len(room.beta)):
        for t in range(sums.kept.shape[1]):
            rest = sums.zy[r, k, a, t]
            for b in range(len(room.beta)):
                rest -= sums.zz[r, k, a, b] * room.beta[b, t]
            room.left[a, t] = rest


@kernel
def bound(places: Codes, room: Room, k: int) -> None:
    """Add the products of the entries of a pattern's Z'r W and W."""
    visits, w, flat = len(places), room.w[k], room.direction
    for t in range(visits):
        for u in range(t, visits):
            flat[places[t, u]] = w[t, u]
    for a in range(len(room.beta)):
        for s in range(visits):
            weight = 0.0
            for u in range(visits):
                weight += room.left[a, u] * w[s, u]
            row = room.cross[a * visits + s]
            for i in range(len(flat)):
                row[i] += weight * flat[i]


@kernel
def folded(sums: Sums, room: Room, s: int, t: int) -> None:
    """Put R' c_a of the entry (s, t) into `whole`."""
    visits, whole = sums.kept.shape[1], room.whole
    whole[:] = 0.0
    for x in range(len(sums.entry)):
        first, u = sums.covariate[x] * visits, sums.visit[x]
        one = room.cross[first + s, sums.places[t, u]]
        if s != t:
            one += room.cross[first + t, sums.places[s, u]]
        whole[sums.column[x]] += sums.entry[x] * one


@kernel
def products_off(hessian: Array, rows: Array, weight: float, size: int) -> None:
    """Take `weight` times the products of all two rows off."""
    for i in range(size):
        for j in range(i + 1):
            one = 0.0
            for k in range(rows.shape[1]):
                one += rows[i, k] * rows[j, k]
            hessian[i, j] -= weight * one
            if i != j:
                hessian[j, i] -= weight * one
