"""What the compiled path works on: sums and indices that stay as they are, and room for one replicate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from daybreak.stats.mmrm.batch.basis import joints, linked
from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.mmrm.batch.place import numbered
from daybreak.stats.mmrm.people import Codes, Flags
from daybreak.stats.results import Array


class Sums(NamedTuple):
    """Moments (`people` is their `count`), and `way` by its entries that are not nil.

    Of each of those: its covariate, visit and coefficient, and the entry. `places` (T, T) numbers unordered pairs of
    visits; `twice` is 1 for a visit with itself and else 2. `linked` are the covariates, and the number, of each pair
    that has a product other than nil. Left of `reach` (p,) a row of A's factor and of its inverse is nil. `down` and
    `across` are products of two entries of `way` that have a part in A's lower half, and in visits up to the diagonal:
    the two coefficients, the pair of covariates and the visits' number, and their weight.
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
    places: Codes
    twice: Array
    linked: Codes
    reach: Codes
    down: Codes
    down_weight: Array
    across: Codes
    across_weight: Array


class Room(NamedTuple):
    """Arrays for one replicate, patterns taken together; apart they are in `lanes`.

    `total` and `spread` are by pair of covariates and of visits.
    `lower` and `root` are of A (see `place`) and its inverse; `table` and `slope` serve the trace of B's.
    """

    total: Array
    spread: Array
    lower: Array
    root: Array
    inverse: Array
    gamma: Array
    beta: Array
    gradient: Array
    hessian: Array
    products: Array
    hessian_room: Array
    hessian_root: Array
    hessian_inverse: Array
    direction: Array
    both: Array
    cross: Array
    folds: Array
    edges: Array
    table: Array
    slope: Array
    turned: Array


def sums_of(moments: Moments, way: Array) -> Sums:
    """Return the sums with the indices that belong to them."""
    rows, columns = np.nonzero(way)
    links = linked(moments.zz)
    pairs, places = numbered(moments.covariates), numbered(moments.visits)
    visits = moments.visits
    first, second = np.nonzero(links[rows // visits][:, rows // visits])
    met = np.stack(
        [
            columns[first],
            columns[second],
            pairs[rows[first] // visits, rows[second] // visits],
            places[rows[first] % visits, rows[second] % visits],
        ],
        axis=1,
    )
    entry = way[rows, columns]
    weight = entry[first] * entry[second]
    down = columns[second] <= columns[first]
    across = rows[first] % visits <= rows[second] % visits
    return Sums(
        kept=np.ascontiguousarray(moments.kept),
        people=np.ascontiguousarray(moments.count),
        zz=np.ascontiguousarray(moments.zz),
        zy=np.ascontiguousarray(moments.zy),
        yy=np.ascontiguousarray(moments.yy),
        covariate=rows // visits,
        visit=rows % visits,
        column=columns,
        entry=entry,
        places=places,
        twice=np.where(np.equal(*np.triu_indices(visits)), 1.0, 2.0),
        linked=np.array([(a, b, pairs[a, b]) for a, b in np.argwhere(np.triu(links))], dtype=np.intp).reshape(-1, 3),
        reach=reached(joints(way, links)),
        down=met[down],
        down_weight=weight[down],
        across=met[across],
        across_weight=weight[across],
    )


def reached(joined: Flags) -> Codes:
    """Return the first column of each row of a factor, and of its inverse, that need not be nil."""
    found: Codes = np.argmax(joined, axis=1)
    for row in range(len(found)):
        found[row] = min(found[row], *found[found[row] : row], row)
    return found


def room_for(sums: Sums, coefficients: int) -> Room:
    """Return room for one replicate."""
    visits = sums.kept.shape[1]
    covariates, p = sums.zz.shape[2], coefficients
    size, pairs = visits * (visits + 1) // 2, covariates * (covariates + 1) // 2
    return Room(
        total=np.zeros((pairs, size)),
        spread=np.zeros((pairs, size)),
        lower=np.zeros((p, p)),
        root=np.zeros((p, p)),
        inverse=np.zeros((p, p)),
        gamma=np.zeros((p,)),
        beta=np.zeros((covariates, visits)),
        gradient=np.zeros((size,)),
        hessian=np.zeros((size, size)),
        products=np.zeros((size, size)),
        hessian_room=np.zeros((size, size)),
        hessian_root=np.zeros((size, size)),
        hessian_inverse=np.zeros((size, size)),
        direction=np.zeros((size,)),
        both=np.zeros((size, size)),
        cross=np.zeros((covariates * visits, size)),
        edges=np.zeros((size, p)),
        table=np.zeros((pairs, size, size)),
        slope=np.zeros((p, p, size)),
        turned=np.zeros((p * (p + 1) // 2, size)),
        folds=np.zeros((size, p)),
    )
