"""The same models in covariates and coefficients whose products are nil as often as can be: less to reckon.

An intercept beside indicators of groups becomes the indicator of the first group, and each group gets a mean of its
own. The likelihood is that of the model as it was, but for a constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.mmrm.people import Flags
from daybreak.stats.results import Array


@dataclass(frozen=True, eq=False)
class Basis:
    """Moments and `way` of other covariates and coefficients: those of the model are gamma = `back` times them.

    `shift` is what log|A| (see `place`) has too little.
    """

    moments: Moments
    way: Array
    back: Array
    shift: float


def sparse(moments: Moments, way: Array) -> Basis:
    """Return a basis in which covariates that exclude each other have products of nil."""
    change, found = apart(moments)
    turned = np.einsum("ab,atp->btp", change, way.reshape(moments.covariates, moments.visits, -1)).reshape(way.shape)
    reduced, back = echelon(turned)
    order = np.argsort(joints(reduced, linked(found.zz)).sum(axis=0), kind="stable")
    back = back[:, order]
    return Basis(found, np.ascontiguousarray(reduced[:, order]), back, -2 * float(np.linalg.slogdet(back)[1]))


def apart(moments: Moments) -> tuple[Array, Moments]:
    """Return N and the moments of z', old covariates z = N z': z' are the old ones less those that they contain.

    One contains another if their product is the other's square in each pattern of each replicate.
    """
    zz, zy, size = moments.zz.copy(), moments.zy.copy(), moments.covariates
    change = np.eye(size)
    for b in range(size):
        for a in range(size):
            if a != b and contains(zz[:1], a, b) and contains(zz, a, b):
                zz[..., a, :] -= zz[..., b, :]
                zz[..., :, a] -= zz[..., :, b]
                zy[..., a, :] -= zy[..., b, :]
                change[:, b] += change[:, a]
    return change, Moments(moments.kept, moments.count, zz, zy, moments.yy)


def contains(zz: Array, a: int, b: int) -> bool:
    """Return whether a covariate contains another, and not only itself or nothing."""
    both, other = zz[..., a, b], zz[..., b, b]
    return bool(both.any() and (both == other).all() and (zz[..., a, a] != other).any())


def echelon(way: Array) -> tuple[Array, Array]:
    """Return `way` times the second array: each column is 1 in a row in which all others are nil."""
    found, back = way.copy(), np.eye(way.shape[1])
    free = np.ones(len(way), dtype=bool)
    for column in range(way.shape[1]):
        pivot = int(np.argmax(np.abs(found[:, column]) * free))
        free[pivot] = False
        back[:, column] /= found[pivot, column]
        found[:, column] /= found[pivot, column]
        for other in np.flatnonzero(found[pivot]).tolist():
            if other != column:
                back[:, other] -= found[pivot, other] * back[:, column]
                found[:, other] -= found[pivot, other] * found[:, column]
    return found, back


def linked(zz: Array) -> Flags:
    """Return which covariates have a product that is not nil anywhere."""
    found: Flags = (zz != 0).any(axis=(0, 1))
    return found


def joints(way: Array, links: Flags) -> Flags:
    """Return which coefficients share an entry of A that need not be nil, shape (p, p)."""
    visits = len(way) // len(links)
    uses = (way != 0).reshape(len(links), visits, -1).any(axis=1)
    found: Flags = (uses.T.astype(np.intp) @ links @ uses) > 0
    return found
