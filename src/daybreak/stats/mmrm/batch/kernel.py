"""What the compiled path is made of: numba, with factors of small matrices.

Of the fast arithmetic only fusing and reordering of sums are allowed. What would assume that no number is NaN or
infinite is not: that is how a matrix that is not positive definite is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit

from daybreak.stats.mmrm.people import Codes
from daybreak.stats.optimise import FLAT
from daybreak.stats.results import Array

INNER = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
F = TypeVar("F", bound=Callable[..., Any])
HOW: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "fastmath": {"contract", "reassoc"},
}


def entrance(function: F) -> F:
    """Return the function compiled when first called, and kept on the disk."""
    return cast("F", njit(**HOW)(function))


def kernel(function: F) -> F:
    """Do as `entrance` for a function that only compiled ones call: it compiles faster."""
    return cast("F", njit(**(HOW | INNER))(function))


@kernel
def factored(matrix: Array, size: int) -> float:
    """Put the lower factor into the lower half, and return the log determinant; NaN if not positive definite."""
    total = 0.0
    for i in range(size):
        for j in range(i):
            rest = matrix[i, j]
            for k in range(j):
                rest -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = rest / matrix[j, j]
        rest = matrix[i, i]
        for k in range(i):
            rest -= matrix[i, k] * matrix[i, k]
        if not rest > 0:
            return np.nan
        matrix[i, i] = np.sqrt(rest)
        total += np.log(rest)
    return total


@kernel
def inverted(lower: Array, size: int, found: Array) -> None:
    """Put the inverse of a lower factor into the lower half of `found`."""
    for i in range(size):
        pivot = 1.0 / lower[i, i]
        for j in range(i):
            found[i, j] = 0.0
        for k in range(i):
            weight = lower[i, k] * pivot
            for j in range(k + 1):
                found[i, j] -= weight * found[k, j]
        found[i, i] = pivot


@kernel
def crossed(root: Array, size: int, found: Array) -> None:
    """Put root' root, of a lower root, into all of `found`."""
    for i in range(size):
        for j in range(i + 1):
            found[i, j] = 0.0
    for k in range(size):
        for i in range(k + 1):
            weight = root[k, i]
            for j in range(i + 1):
                found[i, j] += weight * root[k, j]
    for i in range(size):
        for j in range(i):
            found[j, i] = found[i, j]


@kernel
def factored_from(matrix: Array, reach: Codes) -> float:
    """Do as `factored` where rows are nil left of `reach`."""
    total = 0.0
    for i in range(len(reach)):
        for j in range(reach[i], i):
            rest = matrix[i, j]
            for k in range(max(reach[i], reach[j]), j):
                rest -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = rest / matrix[j, j]
        rest = matrix[i, i]
        for k in range(reach[i], i):
            rest -= matrix[i, k] * matrix[i, k]
        if not rest > 0:
            return np.nan
        matrix[i, i] = np.sqrt(rest)
        total += np.log(rest)
    return total


@kernel
def inverted_from(lower: Array, reach: Codes, found: Array) -> None:
    """Do as `inverted` where rows are nil left of `reach`."""
    for i in range(len(reach)):
        pivot = 1.0 / lower[i, i]
        for j in range(i):
            found[i, j] = 0.0
        for k in range(reach[i], i):
            weight = lower[i, k] * pivot
            for j in range(reach[k], k + 1):
                found[i, j] -= weight * found[k, j]
        found[i, i] = pivot


@kernel
def crossed_from(root: Array, reach: Codes, found: Array) -> None:
    """Do as `crossed` where rows are nil left of `reach`."""
    for i in range(len(reach)):
        for j in range(i + 1):
            found[i, j] = 0.0
    for k in range(len(reach)):
        for i in range(reach[k], k + 1):
            weight = root[k, i]
            for j in range(reach[k], i + 1):
                found[i, j] += weight * root[k, j]
    for i in range(len(reach)):
        for j in range(i):
            found[j, i] = found[i, j]


@kernel
def scaled(hessian: Array, scale: Array, found: Array, lift: float) -> bool:
    """Put the lower half with the diagonal scaled to 1 + `lift` into `found`; false if a diagonal is not positive."""
    for i in range(len(hessian)):
        if not hessian[i, i] > 0:
            return False
        scale[i] = 1.0 / np.sqrt(hessian[i, i])
        for j in range(i + 1):
            found[i, j] = hessian[i, j] * (scale[i] * scale[j])
        found[i, i] = 1.0 + lift
    return True


@kernel
def inverse_of(hessian: Array, room: Array, root: Array, found: Array) -> bool:
    """Put the inverse into `found`, reckoned with the diagonal scaled to 1; false if not positive beyond rounding."""
    size, scale = len(hessian), np.empty(len(hessian))
    if not scaled(hessian, scale, room, -FLAT) or np.isnan(factored(room, size)):
        return False
    scaled(hessian, scale, room, 0.0)
    if np.isnan(factored(room, size)):
        return False
    inverted(room, size, root)
    crossed(root, size, found)
    for i in range(size):
        for j in range(size):
            found[i, j] *= scale[i] * scale[j]
    return True
