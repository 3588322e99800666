"""Degrees of freedom of contrasts, one by one and jointly, by each method.

`hat` contrasts are in the solution's coordinates, in which the model covariance of the estimates is the identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.freedom import judged, pooled
from daybreak.stats.mmrm.kenward_roger import scale_of
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.mmrm.solution import Solution
from daybreak.stats.results import Array, JointTest

# Rows that differ from combinations of others by less than this, after scaling, count as such.
RANK_TOLERANCE = 1e-9


def satterthwaite(solution: Solution, hat: Array) -> Array:
    """Return 2 var^2 / (grad' w grad) of each row, shape (m, p) to (m,)."""
    gradient = np.einsum("mp,apq,mq->ma", hat, solution.slopes, hat, optimize=True)
    below = np.einsum("ma,ab,mb->m", gradient, solution.weights, gradient)
    found: Array = 2 * np.einsum("mp,mp->m", hat, hat) ** 2 / below
    return found


@dataclass(frozen=True)
class Tested:
    """Contrasts to be tested together: those told, and independent ones that say the same, in hat coordinates too."""

    told_covariance: Array
    told_hat: Array
    estimates: Array
    covariance: Array
    hat: Array

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.estimates)

    @property
    def wald(self) -> float:
        """The Wald statistic."""
        return float(self.estimates @ np.linalg.solve(self.covariance, self.estimates))


def tested(contrasts: Array, beta: Array, covariance: Array, way: Array) -> Tested:
    """Return the contrasts as independent ones: themselves where they are, else their principal combinations.

    Raises:
        FitError: all are nil.
    """
    hat = contrasts @ way
    lengths = np.linalg.norm(hat, axis=1)
    told = lengths > 0
    if not told.any():
        raise FitError("The contrasts tested are all nil.", remedy="Name a contrast that differs from nil.")
    contrasts, hat, lengths = contrasts[told], hat[told], lengths[told]
    left, sizes, _ = np.linalg.svd(hat / lengths[:, None])
    rank = int(np.sum(sizes > RANK_TOLERANCE * sizes[0]))
    turn = left[:, :rank].T / lengths if rank < len(hat) else np.eye(rank)
    whole = contrasts @ covariance @ contrasts.T
    return Tested(whole, hat, turn @ contrasts @ beta, turn @ whole @ turn.T, turn @ hat)


@dataclass(frozen=True, eq=False)
class BySatterthwaite:
    """Satterthwaite's; `single` gives the df of rows in hat coordinates."""

    single: Callable[[Array], Array]

    def alone(self, contrasts: Array, hat: Array) -> Array:  # noqa: ARG002 (one shape for all methods)
        """Return the df of each contrast alone."""
        return self.single(hat)

    def together(self, contrasts: Array, joint: Tested) -> JointTest:  # noqa: ARG002
        """Return the joint test, its df by the principal axes of the contrasts' covariance."""
        axes = np.linalg.eigh(joint.told_covariance)[1][:, -joint.count :]
        return judged(joint.wald / joint.count, joint.count, pooled(self.single(axes.T @ joint.told_hat)), 1.0)


@dataclass(frozen=True, eq=False)
class ByKenwardRoger:
    """Kenward and Roger's."""

    solution: Solution

    def alone(self, contrasts: Array, hat: Array) -> Array:  # noqa: ARG002
        """Return the df of each contrast alone, which are Satterthwaite's."""
        return satterthwaite(self.solution, hat)

    def together(self, contrasts: Array, joint: Tested) -> JointTest:  # noqa: ARG002
        """Return the joint test with its scale."""
        df, scale = scale_of(self.solution, np.linalg.qr(joint.hat.T)[0])
        return judged(joint.wald / joint.count, joint.count, df, scale)


@dataclass(frozen=True, eq=False)
class ByCoefficient:
    """Fixed df of each coefficient; a contrast takes the least of those it touches."""

    each: Array

    def alone(self, contrasts: Array, hat: Array) -> Array:  # noqa: ARG002
        """Return the df of each contrast alone."""
        found: Array = np.where(contrasts != 0, self.each, np.inf).min(axis=1)
        return found

    def together(self, contrasts: Array, joint: Tested) -> JointTest:
        """Return the joint test."""
        least = self.alone(np.abs(contrasts).sum(axis=0, keepdims=True), joint.hat)
        return judged(joint.wald / joint.count, joint.count, float(least[0]), 1.0)


Degrees = BySatterthwaite | ByKenwardRoger | ByCoefficient


def residual(rows: int, columns: int) -> ByCoefficient:
    """Return rows less columns, for every coefficient."""
    return ByCoefficient(np.full(columns, float(rows - columns)))


def between_within(matrix: Array, subject: Codes, names: tuple[str, ...]) -> ByCoefficient:
    """Return the df between people for columns that do not change within a person, else those within.

    The intercept takes those within, as in R mmrm and nlme (Schluchter & Elashoff 1990; Pinheiro & Bates 2000).

    Raises:
        FitError: nothing is left between or within people.
    """
    rows, people = len(matrix), int(subject.max()) + 1
    first = np.zeros(people, dtype=np.intp)
    first[subject[::-1]] = np.arange(rows)[::-1]
    within = (matrix != matrix[first[subject]]).any(axis=0)
    intercept = np.array([name == "(Intercept)" for name in names])
    between = int((~within & ~intercept).sum())
    df_between = people - between - int(intercept.sum())
    df_within = rows - people - int((within & ~intercept).sum())
    each = np.where(within | intercept, float(df_within), float(df_between))
    if each.min() <= 0:
        raise FitError(
            "No degrees of freedom are left between or within people.", remedy="Use Satterthwaite or Kenward-Roger."
        )
    return ByCoefficient(each)
