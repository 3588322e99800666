"""What the compiled path works on: sums and indices that stay as they are, and room for one replicate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.mmrm.batch.place import numbered
from daybreak.stats.mmrm.people import Codes, Flags
from daybreak.stats.results import Array


class Sums(NamedTuple):
    """Moments (`people` is their `count`), and `way` by its entries that are not nil.

    Of each of those: its covariate, visit and coefficient, and the entry. `pairs` (K, K) and `places` (T, T) number
    unordered pairs of covariates and of visits.
    """

    kept: Flags
    people: Array
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
    turned: Array
    whole: Array


def sums_of(moments: Moments, way: Array) -> Sums:
    """Return the sums with the indices that belong to them."""
    rows, columns = np.nonzero(way)
    covariates, visits = moments.covariates, moments.visits
    return Sums(
        kept=np.ascontiguousarray(moments.kept),
        people=np.ascontiguousarray(moments.count),
        zz=np.ascontiguousarray(moments.zz),
        zy=np.ascontiguousarray(moments.zy),
        yy=np.ascontiguousarray(moments.yy),
        covariate=rows // visits,
        visit=rows % visits,
        column=columns,
        entry=way[rows, columns],
        pairs=numbered(covariates),
        places=numbered(visits),
    )


def room_for(sums: Sums, coefficients: int) -> Room:
    """Return room for one replicate."""
    patterns, visits = sums.kept.shape
    covariates, p = sums.zz.shape[2], coefficients
    size, pairs = visits * (visits + 1) // 2, covariates * (covariates + 1) // 2
    return Room(
        w=np.zeros((patterns, visits, visits)),
        design=np.zeros((patterns, visits, visits)),
        error=np.zeros((patterns, visits, visits)),
        left=np.zeros((covariates, visits)),
        square=np.zeros((visits, visits)),
        half=np.zeros((visits, visits)),
        total=np.zeros((pairs, visits * visits)),
        spread=np.zeros((pairs, visits * visits)),
        lower=np.zeros((p, p)),
        root=np.zeros((p, p)),
        inverse=np.zeros((p, p)),
        gamma=np.zeros((p,)),
        beta=np.zeros((covariates, visits)),
        gradient=np.zeros((size,)),
        hessian=np.zeros((size, size)),
        hessian_room=np.zeros((size, size)),
        hessian_root=np.zeros((size, size)),
        hessian_inverse=np.zeros((size, size)),
        direction=np.zeros((size,)),
        both=np.zeros((size, size)),
        cross=np.zeros((covariates * visits, size)),
        edges=np.zeros((size, p)),
        table=np.zeros((pairs, size, size)),
        push=np.zeros((size, size)),
        slope=np.zeros((p, p, size)),
        turned=np.zeros((p, p, size)),
        whole=np.zeros(p),
    )
