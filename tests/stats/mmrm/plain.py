"""The slow and obvious model: one dense covariance of all rows, nothing shared with the code it checks.

Parameters are R mmrm's: log-SDs, then theta = rho / sqrt(1 - rho^2) (cs: logit between -1 / (T - 1) and 1; us: the
factor's rows over its diagonal; sp_exp: log-variance and logit of rho).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from daybreak.stats.results import Array


def sigma(kind: str, theta: Array, visits: int) -> Array:
    """Return the covariance of a person with every visit."""
    if kind == "us":
        factor = np.zeros((visits, visits))
        place = visits
        for row in range(visits):
            factor[row, row] = np.exp(theta[row])
            for column in range(row):
                factor[row, column] = np.exp(theta[row]) * theta[place]
                place += 1
        return factor @ factor.T
    sds = np.exp(theta[:visits] if kind.endswith("h") else np.repeat(theta[0], visits))
    free = theta[visits:] if kind.endswith("h") else theta[1:]
    least = -1 / (visits - 1)
    rho = least + (1 - least) / (1 + np.exp(-free)) if kind.startswith("cs") else free / np.sqrt(1 + free**2)
    found = np.empty((visits, visits))
    for one in range(visits):
        for two in range(visits):
            found[one, two] = sds[one] * sds[two] * correlation(kind, rho, min(one, two), max(one, two))
    return found


def correlation(kind: str, rho: Array, low: int, high: int) -> float:
    """Return the correlation of two visits."""
    if low == high:
        return 1.0
    if kind.startswith("cs"):
        return float(rho[0])
    if kind.startswith("ar1"):
        return float(rho[0] ** (high - low))
    if kind.startswith("toep"):
        return float(rho[high - low - 1])
    return float(np.prod(rho[low:high]))


@dataclass(frozen=True)
class Plain:
    """Rows and a covariance kind; `group` and `weights` as in the model, `days` for sp_exp."""

    y: Array
    x: Array
    subject: Array
    visit: Array
    kind: str
    reml: bool
    weights: Array
    group: Array
    days: Array

    @property
    def visits(self) -> int:
        """How many visits."""
        return int(self.visit.max()) + 1

    @property
    def size(self) -> int:
        """How many parameters a group has."""
        kind, visits = self.kind, self.visits
        if kind == "us":
            return visits * (visits + 1) // 2
        correlations = visits - 1 if kind[:2] in ("to", "ad") else 1
        return (visits if kind.endswith("h") else 1) + correlations

    def covariance(self, theta: Array) -> Array:
        """Return the covariance of all rows."""
        found = np.zeros((len(self.y), len(self.y)))
        for person in np.unique(self.subject):
            rows = np.flatnonzero(self.subject == person)
            part = theta[int(self.group[rows[0]]) * self.size :][: self.size]
            if self.kind == "sp_exp":
                apart = np.abs(self.days[rows][:, None] - self.days[rows])
                own = np.exp(part[0]) * (1 / (1 + np.exp(-part[1]))) ** apart
            else:
                visits = self.visit[rows].astype(int)
                own = sigma(self.kind, part, self.visits)[np.ix_(visits, visits)]
            found[np.ix_(rows, rows)] = own / np.sqrt(np.outer(self.weights[rows], self.weights[rows]))
        return found

    def estimates(self, theta: Array) -> tuple[Array, Array]:
        """Return generalised least squares and its covariance."""
        inverse = np.linalg.inv(self.covariance(theta))
        spread = np.linalg.inv(self.x.T @ inverse @ self.x)
        return spread @ self.x.T @ inverse @ self.y, np.asarray(spread, dtype=np.float64)

    def deviance(self, theta: Array) -> float:
        """Return -2 log (restricted) likelihood."""
        v = self.covariance(theta)
        inverse = np.linalg.inv(v)
        normal = self.x.T @ inverse @ self.x
        residual = self.y - self.x @ np.linalg.solve(normal, self.x.T @ inverse @ self.y)
        free = len(self.y) - (self.x.shape[1] if self.reml else 0)
        value = free * np.log(2 * np.pi) + np.linalg.slogdet(v)[1] + residual @ inverse @ residual
        return float(value + (np.linalg.slogdet(normal)[1] if self.reml else 0))

    def weights_of(self, theta: Array) -> Array:
        """Return the covariance of the parameters."""
        return np.asarray(2 * np.linalg.inv(hessian(self.deviance, theta)), dtype=np.float64)

    def kenward_roger(self, theta: Array, *, linear: bool = False) -> Array:
        """Return their covariance of the estimates by differences of the dense covariance."""
        slopes = differences(self.covariance, theta)
        bends = [differences(lambda at, place=place: differences(self.covariance, at)[place], theta)  # type: ignore[misc]
                 for place in range(len(theta))]  # fmt: skip
        weights = self.weights_of(theta)
        inverse = np.linalg.inv(self.covariance(theta))
        _, spread = self.estimates(theta)
        push = self.x.T @ inverse
        inner = np.zeros_like(spread)
        for a, one in enumerate(slopes):
            for b, two in enumerate(slopes):
                p_a, p_b = -push @ one @ push.T, -push @ two @ push.T
                q = push @ one @ inverse @ two @ push.T
                r = 0 if linear else push @ bends[a][b] @ push.T
                inner += weights[a, b] * (q - p_a @ spread @ p_b - r / 4)
        return spread + 2 * spread @ inner @ spread

    def satterthwaite(self, theta: Array) -> Array:
        """Return the df of each coefficient by differences of its variance."""
        weights = self.weights_of(theta)
        slopes = np.array(differences(lambda at: np.diag(self.estimates(at)[1]), theta))
        variance = np.diag(self.estimates(theta)[1])
        found: Array = 2 * variance**2 / np.einsum("ai,ab,bi->i", slopes, weights, slopes)
        return found

    def sandwich(self, theta: Array, kind: str) -> tuple[Array, Array]:
        """Return a sandwich and the df of each coefficient by Bell and McCaffrey, with n by n matrices throughout."""
        inverse = np.linalg.inv(self.covariance(theta))
        root = np.linalg.cholesky(inverse).T
        x, (beta, spread) = root @ self.x, self.estimates(theta)
        residual = root @ (self.y - self.x @ beta)
        hat = x @ spread @ x.T
        meat, columns = np.zeros_like(spread), []
        for person in np.unique(self.subject):
            rows = np.flatnonzero(self.subject == person)
            own = np.eye(len(rows)) - hat[np.ix_(rows, rows)]
            values, vectors = np.linalg.eigh(own)
            power = {"empirical": 0.0, "bias-reduced": -0.5, "jackknife": -1.0}[kind]
            lifted = (vectors * values**power) @ vectors.T @ x[rows]
            score = lifted.T @ residual[rows]
            meat += np.outer(score, score)
            columns.append((np.eye(len(x)) - hat)[:, rows] @ lifted @ spread)
        stacked = np.stack(columns)
        gram = np.einsum("inp,jnp->pij", stacked, stacked)
        df = np.trace(gram, axis1=1, axis2=2) ** 2 / (gram**2).sum(axis=(1, 2))
        return spread @ meat @ spread, df


def differences(f: Callable[[Array], Array], theta: Array, step: float = 1e-4) -> list[Array]:
    """Return derivatives by central differences of fourth order."""
    found = []
    for place in range(len(theta)):
        move = np.zeros_like(theta)
        move[place] = step
        near, far = f(theta + move) - f(theta - move), f(theta + 2 * move) - f(theta - 2 * move)
        found.append((8 * near - far) / (12 * step))
    return found


def hessian(f: Callable[[Array], float], theta: Array) -> Array:
    """Return second derivatives by central differences of fourth order."""
    slope = lambda at: np.array(differences(lambda there: np.array(f(there)), at, 1e-3))  # noqa: E731
    return np.array(differences(slope, theta, 1e-3))
