"""Sums of products by pattern in compiled loops: a person at a time."""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.batch.kernel import entrance, kernel
from daybreak.stats.mmrm.people import Codes, Flags
from daybreak.stats.results import Array


def summed(y: Array, z: Array) -> tuple[Flags, Array, Array, Array, Array]:
    """Return what `Moments` is made of, from checked responses (R, n, T) and covariates (R or 1, n, K)."""
    replicates, people, visits = y.shape
    y, z = np.ascontiguousarray(y), np.ascontiguousarray(z)
    marks = np.empty((replicates, people), dtype=np.intp)
    found = np.zeros(1 << visits, dtype=bool)
    marked(y, marks, found)
    found[0] = False
    present = np.flatnonzero(found)
    place = np.full(len(found), -1)
    place[present] = np.arange(len(present))
    shape, width = (replicates, len(present)), z.shape[2]
    count, zz = np.zeros(shape), np.zeros((*shape, width, width))
    zy, yy = np.zeros((*shape, width, visits)), np.zeros((*shape, visits, visits))
    added(y, z, place[marks], (count, zz, zy, yy))
    return (present[:, None] >> np.arange(visits) & 1).astype(bool), count, zz, zy, yy


@entrance
def marked(y: Array, marks: Codes, found: Flags) -> None:
    """Put the number of each person's pattern into `marks`, and say in `found` which occur."""
    for r in range(y.shape[0]):
        for i in range(y.shape[1]):
            mark = 0
            for t in range(y.shape[2]):
                if not np.isnan(y[r, i, t]):
                    mark |= 1 << t
            marks[r, i] = mark
            found[mark] = True


@entrance
def added(y: Array, z: Array, places: Codes, sums: tuple[Array, Array, Array, Array]) -> None:
    """Add everybody to the sums of their pattern."""
    count, zz, zy, yy = sums
    row = np.empty(y.shape[2])
    for r in range(y.shape[0]):
        for i in range(y.shape[1]):
            k = places[r, i]
            if k < 0:
                continue
            for t in range(len(row)):
                row[t] = 0.0 if np.isnan(y[r, i, t]) else y[r, i, t]
            count[r, k] += 1
            person(z[r % len(z), i], row, zz[r, k], zy[r, k], yy[r, k])
        for k in range(count.shape[1]):
            mirrored(zz[r, k])
            mirrored(yy[r, k])


@kernel
def person(z: Array, y: Array, zz: Array, zy: Array, yy: Array) -> None:
    """Add one person's products; of symmetric ones the upper half."""
    for a in range(len(z)):
        weight = z[a]
        for b in range(a, len(z)):
            zz[a, b] += weight * z[b]
        for t in range(len(y)):
            zy[a, t] += weight * y[t]
    for s in range(len(y)):
        weight = y[s]
        for t in range(s, len(y)):
            yy[s, t] += weight * y[t]


@kernel
def mirrored(matrix: Array) -> None:
    """Copy the upper half into the lower."""
    for a in range(len(matrix)):
        for b in range(a):
            matrix[a, b] = matrix[b, a]
