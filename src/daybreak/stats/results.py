"""What every fit answers to, whatever its model: so that means, tests and pooling are written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Coding(Protocol):
    """How a row of data becomes a row of the model's matrix; kept by a fit so that other rows can be coded alike."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, as R writes them; columns dropped for rank are not among them."""

    @property
    def factors(self) -> Mapping[str, tuple[str, ...]]:
        """Each categorical variable with its levels, the reference first."""

    @property
    def covariates(self) -> Mapping[str, float]:
        """Each numeric variable with its mean over the rows the model used."""

    @property
    def blocks(self) -> Mapping[str, tuple[int, ...]]:
        """Each term of the formula, as R writes it (`arm:visit`), with the places of its columns."""

    def code(self, rows: Mapping[str, Sequence[object]]) -> Array:
        """Return the rows of the matrix, shape (m, p), for m rows given by variable.

        Raises:
            FitError: a variable is missing, or a value is no level of its factor.
        """

    def whole(self, rows: Mapping[str, Sequence[object]]) -> Array:
        """Return the rows of the *whole* coding, columns dropped for rank included, shape (m, P).

        Raises:
            FitError: as `code`, which is `whole(rows)[:, kept]`.
        """

    @property
    def kept(self) -> tuple[int, ...]:
        """Places in the whole coding of the columns kept, in the order of `names`."""

    @property
    def null(self) -> Array:
        """A basis, shape (P, P - p), of the directions the data leave open: one column for each column dropped.

        For a dropped column, 1 in its own place and minus its combination of kept columns in theirs. Whatever is not
        orthogonal to all of them cannot be estimated; no columns where the matrix has full rank.
        """

    def estimable(self, rows: Array) -> npt.NDArray[np.bool_]:
        """Return for each row of the *whole* coding whether the columns dropped leave it estimable, shape (m,)."""

    def counts(self, factors: Sequence[str]) -> Array:
        """Return in how many rows the model used each combination of levels stands; one axis a factor, as levels go."""


@dataclass(frozen=True)
class JointTest:
    """An F test of several contrasts at once. `scale` multiplies the Wald statistic / q (1 but for Kenward-Roger)."""

    f: float
    df1: float
    df2: float
    p: float
    scale: float = 1.0


class Fitted(Protocol):
    """A fit by maximum or restricted likelihood: estimates, their covariance, and degrees of freedom of contrasts."""

    @property
    def coding(self) -> Coding:
        """How its rows were coded."""

    @property
    def beta(self) -> Array:
        """Estimates, shape (p,)."""

    @property
    def beta_covariance(self) -> Array:
        """Their covariance by the method asked for, shape (p, p)."""

    def df(self, contrasts: Array) -> Array:
        """Return the denominator degrees of freedom of each row of `contrasts` alone, shape (m, p) to (m,)."""

    def joint(self, contrasts: Array) -> JointTest:
        """Return the F test that every row of `contrasts`, shape (q, p), is nil.

        Raises:
            FitError: the rows say nothing (all nil).
        """


@dataclass(frozen=True)
class Estimate:
    """One estimated quantity with its t test and confidence limits; `label` says which."""

    label: str
    estimate: float
    se: float
    df: float
    t: float
    p: float
    ci_low: float
    ci_high: float
