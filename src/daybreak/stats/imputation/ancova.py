"""Analysis of completed tables: at each visit a regression on arm and covariates, for many tables at once.

Where nothing is missing and every covariate has a slope at every visit, this is what the MMRM with an unstructured
covariance gives at each visit, so that either name describes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.imputation.outcomes import Layout
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Questions:
    """What is asked of each visit: rows over the columns of the design, contrasts first, then means of arms."""

    labels: tuple[str, ...]
    rows: Array
    contrasts: int


def questions(layout: Layout, pairs: Sequence[tuple[str, str]]) -> Questions:
    """Return the contrasts a - b of `pairs` (every arm against the reference where empty) and the arms' means.

    Means are at the mean of every covariate.

    Raises:
        FitError: a pair names no arm, or one arm twice.
    """
    arms = layout.arms
    asked = list(pairs) or [(arm, arms[0]) for arm in arms[1:]]
    for pair in asked:
        if unknown := [arm for arm in pair if arm not in arms]:
            raise FitError(f"There is no arm {unknown[0]!r}.", remedy=f"The arms are {', '.join(arms)}.")
        if pair[0] == pair[1]:
            raise FitError("An arm cannot be held against itself.", where=" - ".join(pair), remedy="Name two arms.")
    unit = np.eye(len(arms))
    unit[:, 0] = 1.0  # the intercept is the reference's mean
    means = np.zeros((len(arms), layout.own.shape[1]))
    means[:, : len(arms)] = unit
    place = {arm: means[row] for row, arm in enumerate(arms)}
    contrasts = [place[a] - place[b] for a, b in asked]
    return Questions(
        labels=(*(f"{a} - {b}" for a, b in asked), *arms),
        rows=np.array([*contrasts, *means]),
        contrasts=len(asked),
    )


def answers(design: Array, tables: Array, rows: Array) -> tuple[Array, Array, int]:
    """Return estimates and variances, shapes (R, Q, T), and residual degrees of freedom, for tables (R, n, T)."""
    n, k = design.shape
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ (design.T @ tables)
    rest = tables - design @ beta
    variance = np.einsum("rnt,rnt->rt", rest, rest) / (n - k)
    lever = np.einsum("qk,kl,ql->q", rows, inverse, rows)
    return rows @ beta, variance[:, None, :] * lever[:, None], n - k
