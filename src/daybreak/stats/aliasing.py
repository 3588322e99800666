"""Which columns of a model's matrix say nothing new, as R's `qr` decides it, and what can still be estimated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import linalg

Array = npt.NDArray[np.float64]

TOLERANCE = 1e-7  # of R's qr.default (LINPACK dqrdc2): what is left of a column, over its length
_SAFE = 1e-4  # a Gram matrix tells shares this large for certain


@dataclass(frozen=True)
class Aliasing:
    """The columns kept and dropped: a later column goes where earlier ones say the same.

    `mix[:, d]` writes dropped column d in the columns kept.
    """

    kept: tuple[int, ...]
    dropped: tuple[int, ...]
    mix: Array

    @cached_property
    def whole(self) -> bool:
        """Whether every column was kept."""
        return not self.dropped

    @cached_property
    def null(self) -> Array:
        """For each column dropped, 1 in its own place and minus its mix of the columns kept in theirs."""
        basis = np.zeros((len(self.kept) + len(self.dropped), len(self.dropped)))
        basis[list(self.kept)] = -self.mix
        basis[list(self.dropped), range(len(self.dropped))] = 1.0
        return basis

    def estimable(self, rows: Array) -> npt.NDArray[np.bool_]:
        """Return for each row over *all* columns whether its value is the same for every solution, shape (m,)."""
        if self.whole:
            return np.ones(len(rows), dtype=np.bool_)
        size = 1.0 + np.abs(rows).max(axis=1, initial=0.0)
        return np.asarray(np.abs(rows @ self.null).max(axis=1) <= 1e-8 * size)


def aliasing(matrix: Array) -> Aliasing:
    """Return which columns of `matrix`, shape (n, p), add something to those before them."""
    columns = matrix.shape[1]
    if _plainly_whole(matrix.T @ matrix):
        return Aliasing(tuple(range(columns)), (), np.empty((columns, 0)))
    # the triangle has the same dependencies among its columns, and p rows only
    triangle = linalg.qr(matrix, mode="r", check_finite=False)[0][:columns]
    basis = np.empty((triangle.shape[0], 0))
    kept: list[int] = []
    dropped: list[int] = []
    for place, column in enumerate(triangle.T):
        length = float(np.linalg.norm(column))
        rest = column - basis @ (basis.T @ column)
        rest = rest - basis @ (basis.T @ rest)  # a second time, against what rounding left
        left = float(np.linalg.norm(rest))
        if length == 0.0 or left < TOLERANCE * length:
            dropped.append(place)
        else:
            kept.append(place)
            basis = np.column_stack([basis, rest / left])
    mix = np.zeros((len(kept), len(dropped)))
    if kept and dropped:
        mix = np.asarray(np.linalg.lstsq(triangle[:, kept], triangle[:, dropped], rcond=None)[0], dtype=np.float64)
    return Aliasing(tuple(kept), tuple(dropped), mix)


def _plainly_whole(gram: Array) -> bool:
    """Return whether a Cholesky factor of the scaled cross-product settles that nothing is to be dropped."""
    lengths = np.sqrt(np.diag(gram))
    if not lengths.all():
        return False
    try:
        factor = np.linalg.cholesky(gram / np.outer(lengths, lengths))
    except np.linalg.LinAlgError:
        return False
    return bool((np.diag(factor) > _SAFE).all())
