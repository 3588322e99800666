"""Sums over the rows, made once: all that the likelihood of a mixed model needs of the data.

The grouping factor with most levels is the *main* one: effects of different levels meet only in their own rows, so its
part is a stack of small blocks. The effects of every other factor (sites, raters) are few and stay one dense block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import linalg, sparse

from daybreak.core.errors import FitError
from daybreak.stats.frame import RandomEffects
from daybreak.stats.results import Array

MOST_DENSE = 1000
ALIKE = 1e-10


@dataclass(frozen=True)
class Place:
    """Where the effects of one term stand, main or dense; its columns were made orthogonal by `mix`."""

    main: bool
    start: int
    size: int
    levels: int
    mix: Array

    @property
    def span(self) -> slice:
        """Return its columns: of each block if main, of the dense part if not."""
        return slice(self.start, self.start + (self.size if self.main else self.size * self.levels))


@dataclass(frozen=True)
class Blocks:
    """Sums of products with the columns W: the dense effects, the fixed effects (made orthonormal), the outcome.

    Attributes:
        places: where each term stands, in the order of the formula.
        gram: Z'Z of the main factor, shape (m, q, q).
        cross: Z'W of the main factor, shape (m, q, w).
        total: W'W, shape (w, w).
        n, p, b: rows, fixed effects, dense random effects.
        root: the triangle R of X = QR; shift: coefficients of Q already taken off the outcome.
    """

    places: tuple[Place, ...]
    gram: Array
    cross: Array
    total: Array
    n: int
    p: int
    b: int
    root: Array
    shift: Array


def assemble(matrix: Array, response: Array, terms: Sequence[RandomEffects]) -> Blocks:
    """Return the sums for these rows.

    Raises:
        FitError: an effect is always nil, or the factors beside the main one have too many levels.
    """
    main = max(terms, key=lambda term: len(term.labels))
    places, inner, outer = _lay_out(terms, main)
    q, root = linalg.qr(matrix, mode="economic")
    shift = q.T @ response
    dense = np.column_stack([q, response - q @ shift])
    z = _sparse([terms[t] for t in inner], [places[t] for t in inner], interleaved=True)
    rest = _sparse([terms[t] for t in outer], [places[t] for t in outer], interleaved=False)
    m, size = len(main.labels), sum(places[t].size for t in inner)
    cross = np.asarray(z.T @ dense) if not outer else np.hstack([(z.T @ rest).toarray(), z.T @ dense])
    return Blocks(
        places=places,
        gram=_gram([terms[t] for t in inner], [places[t] for t in inner], m),
        cross=cross.reshape(m, size, -1),
        total=_total(rest, dense) if outer else dense.T @ dense,
        n=len(response),
        p=matrix.shape[1],
        b=rest.shape[1] if outer else 0,
        root=np.asarray(root, dtype=np.float64),
        shift=shift,
    )


def _mix(term: RandomEffects) -> Array:
    """Return T with orthogonal columns Z T of size 1, so that origin and unit of a slope do not matter.

    Raises:
        FitError: an effect is nil in every row, or a combination of the others.
    """
    rows = len(term.columns)
    root = np.linalg.qr(term.columns / np.sqrt(rows), mode="r")
    sizes = np.sqrt(np.mean(term.columns**2, axis=0))
    for name, left, size in zip(term.names, np.abs(np.diag(root)), sizes, strict=True):
        if left <= ALIKE * size:
            what = f"{name} is nil in every row." if size == 0 else f"{name} is a combination of the effects before it."
            raise FitError(what, where=f"random effects of {term.group}", remedy="Leave it out of the random term.")
    return np.asarray(linalg.solve_triangular(root, np.eye(len(root))))


def _lay_out(
    terms: Sequence[RandomEffects], main: RandomEffects
) -> tuple[tuple[Place, ...], tuple[int, ...], tuple[int, ...]]:
    places: list[Place] = []
    ends = {True: 0, False: 0}
    for term in terms:
        inner = np.array_equal(term.codes, main.codes)
        place = Place(inner, ends[inner], len(term.names), len(term.labels), _mix(term))
        ends[inner] = place.span.stop
        places.append(place)
    if ends[False] > MOST_DENSE:
        raise FitError(
            f"The random effects beside those of {main.group} have {ends[False]} levels, more than {MOST_DENSE}.",
            where="random effects",
            remedy="Cross the large grouping factor with smaller ones only.",
        )
    inside = tuple(t for t, place in enumerate(places) if place.main)
    outside = tuple(t for t, place in enumerate(places) if not place.main)
    return tuple(places), inside, outside


def _sparse(terms: Sequence[RandomEffects], places: Sequence[Place], *, interleaved: bool) -> Any:
    """Return the columns of these terms, level by level; interleaved: all terms of a level stand together."""
    width = sum(place.size for place in places)
    parts = []
    for term, place in zip(terms, places, strict=True):
        step, start = (width, place.start) if interleaved else (place.size, place.start)
        for j, values in enumerate((term.columns @ place.mix).T):
            parts.append((values, term.codes * step + start + j))
    if not parts:
        return sparse.csr_array((0, 0))
    rows = np.tile(np.arange(len(terms[0].codes)), len(parts))
    columns = width * places[0].levels if interleaved else places[-1].span.stop
    data, where = np.concatenate([v for v, _ in parts]), np.concatenate([w for _, w in parts])
    return sparse.csr_array((data, (rows, where)), shape=(len(terms[0].codes), columns))


def _gram(terms: Sequence[RandomEffects], places: Sequence[Place], levels: int) -> Array:
    columns = np.column_stack([term.columns @ place.mix for term, place in zip(terms, places, strict=True)])
    size = columns.shape[1]
    gram = np.empty((levels, size, size))
    for i in range(size):
        for j in range(i + 1):
            sums = np.bincount(terms[0].codes, weights=columns[:, i] * columns[:, j], minlength=levels)
            gram[:, i, j] = gram[:, j, i] = sums
    return gram


def _total(rest: Any, dense: Array) -> Array:
    between = rest.T @ dense
    return np.block([[(rest.T @ rest).toarray(), between], [between.T, dense.T @ dense]])
