"""A plain fit: least squares with the covariance of each person's visits given. Slow, short, obvious."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.design import Design
from daybreak.stats.frame import Frame, frame
from daybreak.stats.results import Array, Fitted, JointTest


@dataclass(frozen=True)
class PlainFit:
    """Generalised least squares; every contrast has the residual degrees of freedom unless others are given."""

    coding: Design
    beta: Array
    beta_covariance: Array
    residual_df: float

    def df(self, contrasts: Array) -> Array:
        return np.full(len(contrasts), self.residual_df)

    def joint(self, contrasts: Array) -> JointTest:
        if not contrasts.any():
            raise FitError("The rows say nothing.")
        estimate = contrasts @ self.beta
        q = np.linalg.matrix_rank(contrasts)
        wald = estimate @ np.linalg.pinv(contrasts @ self.beta_covariance @ contrasts.T) @ estimate
        f = float(wald / q)
        return JointTest(f, float(q), self.residual_df, float(stats.f.sf(f, q, self.residual_df)))


def least_squares(formula: str, data: Any, levels: Mapping[str, Sequence[str]] | None = None) -> Fitted:
    """Return an ordinary linear model."""
    rows = frame(formula, data, levels=levels)
    x, y = rows.matrix, rows.response
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    df = len(y) - x.shape[1]
    covariance: Array = float(((y - x @ beta) ** 2).sum()) / df * inverse.astype(np.float64)
    return PlainFit(rows.coding, beta, covariance, df)


def with_covariances(rows: Frame, sigma: Sequence[Array]) -> Fitted:
    """Return the fit in which the visits of each person of group g have the covariance sigma[g]."""
    p = rows.matrix.shape[1]
    cross, right = np.zeros((p, p)), np.zeros(p)
    for person in range(len(rows.subject.labels)):
        mine = np.flatnonzero(rows.subject.codes == person)
        visits = rows.visit.codes[mine]
        weight = np.linalg.inv(sigma[int(rows.group.codes[mine[0]])][np.ix_(visits, visits)])
        cross += rows.matrix[mine].T @ weight @ rows.matrix[mine]
        right += rows.matrix[mine].T @ weight @ rows.response[mine]
    covariance: Array = np.linalg.inv(cross).astype(np.float64)
    return PlainFit(rows.coding, covariance @ right, covariance, len(rows.response) - p)
