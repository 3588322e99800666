"""S = Z'PZ and what is asked of it, where P takes some columns out of the relative covariance H = V / sigma^2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daybreak.stats.lmm.blocks import Place
from daybreak.stats.lmm.terms import Direction
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Effects:
    """Values for all random effects: `main` by level, shape (m, q, s), and `dense`, shape (b, s)."""

    main: Array
    dense: Array

    def moments(self, places: Sequence[Place]) -> tuple[Array, ...]:
        """Return for each term the sum over its levels and columns of v v', shape (q, q)."""
        moments = []
        for place in places:
            v = self.main[:, place.span] if place.main else _by_level(self.dense[place.span], place)
            moments.append(np.einsum("mas,mbs->ab", v, v))
        return tuple(moments)

    def forms(self, places: Sequence[Place], directions: Sequence[Direction]) -> Array:
        """Return v'Ev for each direction E, shape (K, s, s)."""
        forms = np.empty((len(directions), self.dense.shape[1], self.dense.shape[1]))
        for k, direction in enumerate(directions):
            place = places[direction.term]
            v = self.main[:, place.span] if place.main else _by_level(self.dense[place.span], place)
            forms[k] = flat(v).T @ flat(direction.change @ v)
        return forms

    def moved(self, place: Place, direction: Direction) -> Effects:
        """Return Ev, main or dense as `place` is; the other part, which E does not touch, is left empty."""
        if place.main:
            return Effects(_padded(place, direction, self.main.shape[1]) @ self.main, self.dense[:0])
        dense = np.zeros_like(self.dense)
        moved = direction.change @ _by_level(self.dense[place.span], place)
        dense[place.span] = moved.reshape(place.levels * place.size, self.dense.shape[1])
        return Effects(self.main[:0], dense)


def _padded(place: Place, direction: Direction, size: int) -> Array:
    """Return the change among all main effects of a level, of which there are `size`."""
    padded = np.zeros((size, size))
    padded[place.span, place.span] = direction.change
    return padded


def _by_level(dense: Array, place: Place) -> Array:
    return dense.reshape(place.levels, place.size, dense.shape[1])


@dataclass(frozen=True)
class Projection:
    """S in parts: blockdiag(`blocks`) - `low` low' of the main effects, `across` to the rest, `dense` of these."""

    places: tuple[Place, ...]
    blocks: Array
    low: Array
    across: Array
    dense: Array

    def moments(self) -> tuple[Array, ...]:
        """Return for each term the sum of its diagonal blocks of S over its levels, shape (q, q)."""
        whole = self.blocks.sum(axis=0) - np.einsum("mac,mbc->ab", self.low, self.low)
        moments = []
        for place in self.places:
            if place.main:
                moments.append(whole[place.span, place.span])
            else:
                part = self.dense[place.span, place.span].reshape(place.levels, place.size, place.levels, place.size)
                moments.append(np.einsum("iaib->ab", part))
        return tuple(moments)

    def traces(self, directions: Sequence[Direction]) -> Array:
        """Return tr(E_k S E_l S) for all pairs of directions, shape (K, K)."""
        low, whole = Effects(self.low, self.dense[:, :0]), Effects(self.blocks, self.dense)
        moved = [whole.moved(self.places[d.term], d) for d in directions]
        shifted = [low.moved(self.places[d.term], d).main for d in directions]
        inner = [flat(self.low).T @ flat(s) if len(s) else s for s in shifted]
        traces = np.zeros((len(directions), len(directions)))
        for k, first in enumerate(directions):
            for m, second in enumerate(directions[: k + 1]):
                kinds = self.places[first.term].main, self.places[second.term].main
                if all(kinds):
                    value = np.einsum("mab,mba->", moved[k].main, moved[m].main) + np.sum(inner[k] * inner[m].T)
                    value -= 2 * np.sum(shifted[k] * (self.blocks @ shifted[m]))
                elif not any(kinds):
                    value = np.sum(moved[k].dense * moved[m].dense.T)
                else:
                    value = self._mixed(*((first, second) if kinds[0] else (second, first)))
                traces[k, m] = traces[m, k] = value
        return traces

    def _mixed(self, main: Direction, dense: Direction) -> float:
        """Return tr(E_k S E_l S) of a main and a dense direction."""
        across = Effects(self.across, self.dense[:, :0]).moved(self.places[main.term], main).main
        joined = Effects(self.across, flat(self.across).T @ flat(across))
        return float(np.trace(joined.moved(self.places[dense.term], dense).dense))

    def forms(self, directions: Sequence[Direction], effects: Effects) -> Array:
        """Return v'E_k S E_l v for all pairs of directions, shape (K, K, s, s)."""
        moved = [effects.moved(self.places[d.term], d) for d in directions]
        width = effects.dense.shape[1]
        forms = np.empty((len(directions), len(directions), width, width))
        for m, second in enumerate(directions):
            onto_main, onto_dense = self._times(moved[m], self.places[second.term].main)
            for k, first in enumerate(directions):
                if self.places[first.term].main:
                    forms[k, m] = flat(moved[k].main).T @ flat(onto_main)
                else:
                    forms[k, m] = moved[k].dense.T @ onto_dense
        return forms

    def _times(self, effects: Effects, main: bool) -> tuple[Array, Array]:
        """Return Sv, main part and dense part, of effects that are all main or all dense."""
        if not main:
            return self.across @ effects.dense, self.dense @ effects.dense
        v = effects.main
        low, across = flat(self.low), flat(self.across)
        taken = (low @ (low.T @ flat(v))).reshape(v.shape)
        return self.blocks @ v - taken, across.T @ flat(v)


def flat(stack: Array) -> Array:
    """Return levels and effects of a level as one axis."""
    return stack.reshape(stack.shape[0] * stack.shape[1], stack.shape[2])


def times(stack: Array, matrix: Array) -> Array:
    """Return each level's effects times a matrix, as one product: many small ones are slow."""
    return (flat(stack) @ matrix).reshape(*stack.shape[:2], matrix.shape[1])
