"""A linear mixed model the slow and obvious way: whole n by n matrices, straight from the textbook formulae."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from daybreak.stats.frame import RandomEffects
from daybreak.stats.results import Array


@dataclass(frozen=True)
class Dense:
    """X, y and the matrices V is a sum of: one for each variance and covariance, the unit matrix for the residual."""

    x: Array
    y: Array
    pieces: tuple[Array, ...]

    def v(self, parameters: Array) -> Array:
        return np.asarray(sum(value * piece for value, piece in zip(parameters, self.pieces, strict=True)))

    def information(self, parameters: Array) -> tuple[Array, Array]:
        """Return X'V^-1X inverted, and P."""
        w = np.linalg.inv(self.v(parameters))
        phi = np.linalg.inv(self.x.T @ w @ self.x)
        return np.asarray(phi, dtype=np.float64), np.asarray(w - w @ self.x @ phi @ self.x.T @ w, dtype=np.float64)

    def beta(self, parameters: Array) -> Array:
        w = np.linalg.inv(self.v(parameters))
        return np.asarray(np.linalg.solve(self.x.T @ w @ self.x, self.x.T @ w @ self.y))

    def deviance(self, parameters: Array, reml: bool) -> float:
        n, p = self.x.shape
        phi, projection = self.information(parameters)
        value = np.linalg.slogdet(self.v(parameters))[1] + self.y @ projection @ self.y
        value += (n - p if reml else n) * np.log(2 * np.pi)
        return float(value - np.linalg.slogdet(phi)[1] if reml else value)

    def gradient(self, parameters: Array, reml: bool) -> Array:
        """Return the derivatives of the deviance by the parameters."""
        projection = self.information(parameters)[1]
        w = projection if reml else np.linalg.inv(self.v(parameters))
        r = projection @ self.y
        return np.array([np.trace(w @ piece) - r @ piece @ r for piece in self.pieces])

    def slopes(self, parameters: Array) -> Array:
        """Return the derivatives of phi."""
        w = np.linalg.inv(self.v(parameters))
        phi = self.information(parameters)[0]
        return np.array([phi @ self.x.T @ w @ piece @ w @ self.x @ phi for piece in self.pieces])

    def observed(self, parameters: Array, reml: bool) -> Array:
        """Return the covariance of the parameters by the observed information."""
        projection = self.information(parameters)[1]
        w = projection if reml else np.linalg.inv(self.v(parameters))
        r = projection @ self.y
        hessian = [
            [-np.trace(w @ a @ w @ b) + 2 * r @ a @ projection @ b @ r for b in self.pieces] for a in self.pieces
        ]
        return 2 * np.linalg.inv(np.array(hessian))

    def kenward_roger(self, parameters: Array) -> tuple[Array, Array]:
        """Return the adjusted covariance, and the covariance of the parameters by the expected information."""
        w = np.linalg.inv(self.v(parameters))
        phi = self.information(parameters)[0]
        first = [-self.x.T @ w @ a @ w @ self.x for a in self.pieces]
        second = [[self.x.T @ w @ a @ w @ b @ w @ self.x for b in self.pieces] for a in self.pieces]
        information = [
            [
                np.trace(w @ a @ w @ b) - 2 * np.trace(phi @ second[i][j]) + np.trace(phi @ first[i] @ phi @ first[j])
                for j, b in enumerate(self.pieces)
            ]
            for i, a in enumerate(self.pieces)
        ]
        spread = 2 * np.linalg.inv(np.array(information))
        middle = sum(
            spread[i, j] * (second[i][j] - first[i] @ phi @ first[j])
            for i in range(len(first))
            for j in range(len(first))
        )
        return phi + 2 * phi @ middle @ phi, spread


def dense(x: Array, y: Array, terms: Sequence[RandomEffects]) -> Dense:
    """Return the pieces of V in the order of `parameters`."""
    pieces = []
    for term in terms:
        same = term.codes[:, None] == term.codes
        q = term.columns.shape[1]
        for c in range(q):
            for r in range(c, q):
                one = np.outer(term.columns[:, r], term.columns[:, c])
                pieces.append(same * (one if r == c else one + one.T))
    return Dense(x, y, (*pieces, np.eye(len(y))))


def parameters(covariances: Sequence[Array], sigma: float) -> Array:
    """Return variances and covariances, column by column of each lower triangle, then the residual variance."""
    values = [matrix[r, c] for matrix in covariances for c in range(len(matrix)) for r in range(c, len(matrix))]
    return np.array([*values, sigma**2])


def blups(x: Array, y: Array, term: RandomEffects, covariance: Array, v: Array) -> Array:
    """Return G Z'V^-1 (y - X beta), level by level."""
    w = np.linalg.inv(v)
    rest = w @ (y - x @ np.linalg.solve(x.T @ w @ x, x.T @ w @ y))
    levels = range(len(term.labels))
    return np.array([covariance @ term.columns[term.codes == one].T @ rest[term.codes == one] for one in levels])
