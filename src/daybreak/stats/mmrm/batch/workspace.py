"""What the compiled path works on: sums and indices that stay as they are, and room for one replicate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.mmrm.people import Codes, Flags
from daybreak.stats.results import Array


class Sums(NamedTuple):
    """Moments, and `way` by its entries that are not nil: covariate, visit and coefficient of each, and the entry.

    `pairs` (K, K) and `places` (T, T) number unordered pairs of covariates and of visits.
    """

    kept: Flags
    count: Array
    zz: Array
    zy: Array
    yy: Array
    covariate: Codes
    visit: Codes
    column: Codes
    entry: Array
    pairs: Codes
    places: Codes


class Room(NamedTuple):
    """Arrays for one replicate. By pattern: W, W D W, W E W (or E). `total` and `spread` are by pair of covariates.

    `lower` and `root` are of A (see `place`) and its inverse; `table` and `slope` serve the trace of B's.
    """

    w: Array
    design: Array
    error: Array
    left: Array
    square: Array
    half: Array
    total: Array
    spread: Array
    lower: Array
    root: Array
    inverse: Array
    gamma: Array
    beta: Array
    gradient: Array
    hessian: Array
    hessian_room: Array
    hessian_root: Array
    hessian_inverse: Array
    direction: Array
    both: Array
    cross: Array
    edges: Array
    table: Array
    push: Array
    slope: Array
    inner: Array


def sums_of(moments: Moments, way: Array) -> Sums:
    """Return the sums with the indices that belong to them."""
    rows, columns = np.nonzero(way)
    covariates, visits = moments.covariates, moments.visits
    return Sums(
        *(np.ascontiguousarray(each) for each in (moments.kept, moments.count, moments.zz, moments.zy, moments.yy)),
        covariate=rows // visits,
        visit=rows % visits,
        column=columns,
        entry=way[rows, columns],
        pairs=numbered(covariates),
        places=numbered(visits),
    )


def numbered(size: int) -> Codes:
    """Return the number of each unordered pair, rows of the upper half first, shape (size, size)."""
    found = np.zeros((size, size), dtype=np.intp)
    rows, columns = np.triu_indices(size)
    found[rows, columns] = found[columns, rows] = np.arange(len(rows))
    return found


def room_for(sums: Sums, coefficients: int) -> Room:
    """Return room for one replicate."""
    patterns, visits = sums.kept.shape
    covariates, p = sums.zz.shape[2], coefficients
    size, pairs = visits * (visits + 1) // 2, covariates * (covariates + 1) // 2
    shapes = Room(
        w=(patterns, visits, visits),
        design=(patterns, visits, visits),
        error=(patterns, visits, visits),
        left=(covariates, visits),
        square=(visits, visits),
        half=(visits, visits),
        total=(pairs, visits * visits),
        spread=(pairs, visits * visits),
        lower=(p, p),
        root=(p, p),
        inverse=(p, p),
        gamma=(p,),
        beta=(covariates, visits),
        gradient=(size,),
        hessian=(size, size),
        hessian_room=(size, size),
        hessian_root=(size, size),
        hessian_inverse=(size, size),
        direction=(size,),
        both=(size, size),
        cross=(covariates * visits, size),
        edges=(size, p),
        table=(pairs, size, size),
        push=(size, size),
        slope=(size, p * (p + 1) // 2),
        inner=(3, p, p),
    )
    return Room(*(np.zeros(shape) for shape in shapes))
