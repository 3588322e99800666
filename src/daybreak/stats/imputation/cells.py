"""Filling the missing cells of a table from the normal distribution given the cells seen, pattern by pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daybreak.stats.imputation.outcomes import Mask, Places
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Pattern:
    """People who are seen at the same visits."""

    people: Places
    seen: Places
    missing: Places


def patterns(seen: Mask) -> tuple[Pattern, ...]:
    """Return the patterns of a table, by their visits."""
    kinds, which = np.unique(seen, axis=0, return_inverse=True)
    which = which.ravel()
    return tuple(
        Pattern(np.flatnonzero(which == place), np.flatnonzero(kind), np.flatnonzero(~kind))
        for place, kind in enumerate(kinds)
    )


def fill(
    values: Array,
    kinds: Sequence[Pattern],
    mean: Array,
    sigma: Array,
    rng: np.random.Generator | None = None,
) -> Array:
    """Return the table with its gaps filled, shape (R, n, T): by conditional means, or by draws where `rng` is given.

    Args:
        values: shape (n, T); cells not `seen` in `kinds` are never read.
        kinds: its patterns.
        mean: each person's mean, shape (R, n, T).
        sigma: covariance of visits, shape (R, T, T).
        rng: where chance comes from.
    """
    filled = np.broadcast_to(values, mean.shape).copy()
    for kind in kinds:
        if not len(kind.missing):
            continue
        about = mean[:, kind.people]
        told = np.take(about, kind.missing, axis=2)
        between = sigma[:, kind.missing[:, None], kind.seen]
        spread = sigma[:, kind.missing[:, None], kind.missing]
        if len(kind.seen):
            slopes = np.linalg.solve(sigma[:, kind.seen[:, None], kind.seen], between.transpose(0, 2, 1))
            distance = values[kind.people[:, None], kind.seen] - np.take(about, kind.seen, axis=2)
            told = told + distance @ slopes
            spread = spread - between @ slopes
        if rng is not None:
            told = told + rng.standard_normal(told.shape) @ np.linalg.cholesky(spread).transpose(0, 2, 1)
        filled[:, kind.people[:, None], kind.missing] = told
    return filled
