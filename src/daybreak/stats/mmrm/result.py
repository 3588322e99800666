"""What a fitted mixed model for repeated measures says; frozen, labelled, and printed only when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.degrees import Degrees, tested
from daybreak.stats.optimise import Trail
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array, Coding, Estimate, JointTest

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

LEVEL = 0.95


@dataclass(frozen=True)
class Method:
    """How a model was fitted."""

    formula: str
    covariance: str
    reml: bool
    df: str
    covariance_of_estimates: str


@dataclass(frozen=True, eq=False)
class MmrmFit:
    """A fit. Answers to `daybreak.stats.results.Fitted`, so means, contrasts and pooling work on it.

    `visit_covariance` holds a covariance (T, T) for each group, under "" where there is one for all; for `sp_exp` it is
    that of two observations at distance 1. `optimiser` says how the maximum was found.
    """

    method: Method
    coding: Coding
    beta: Array
    beta_covariance: Array
    loglik: float
    parameters: int
    visits: tuple[str, ...]
    visit_covariance: Mapping[str, Array]
    n_subjects: int
    n_obs: int
    optimiser: Trail
    warnings: tuple[str, ...]
    degrees: Degrees = field(repr=False)
    way: Array = field(repr=False)

    @property
    def converged(self) -> bool:
        """Always true: a fit that does not converge is a `FitError`, not a result."""
        return True

    @property
    def aic(self) -> float:
        """Akaike's criterion, counting covariance parameters only (as R mmrm and SAS for REML)."""
        return -2 * self.loglik + 2 * self.parameters

    @property
    def bic(self) -> float:
        """Schwarz's criterion, counting covariance parameters only and people, not rows (as R mmrm and SAS)."""
        return -2 * self.loglik + float(np.log(self.n_subjects)) * self.parameters

    def df(self, contrasts: Array) -> Array:
        """Return the denominator degrees of freedom of each row of `contrasts` alone, shape (m, p) to (m,).

        Raises:
            FitError: a row is nil.
        """
        rows = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
        if not (rows != 0).any(axis=1).all():
            raise FitError("A contrast is nil.", remedy="Name a contrast that differs from nil.")
        return self.degrees.alone(rows, rows @ self.way)

    def joint(self, contrasts: Array) -> JointTest:
        """Return the F test that every row of `contrasts`, shape (q, p), is nil.

        Raises:
            FitError: all rows are nil, or too few people for the method's approximation.
        """
        rows = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
        return self.degrees.together(rows, tested(rows, self.beta, self.beta_covariance, self.way))

    @property
    def coefficients(self) -> tuple[Estimate, ...]:
        """Each coefficient with its t test and 95 % confidence limits."""
        se = np.sqrt(np.diag(self.beta_covariance))
        df = self.df(np.eye(len(self.beta)))
        t = self.beta / se
        p = 2 * special.stdtr(df, -np.abs(t))
        reach = special.stdtrit(df, (1 + LEVEL) / 2) * se
        columns = (self.beta, se, df, t, p, self.beta - reach, self.beta + reach)
        return tuple(
            Estimate(name, *map(float, row))
            for name, row in zip(self.coding.names, zip(*columns, strict=True), strict=True)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as `daybreak fit --json` prints it, but for means and contrasts."""
        covariances = {group: matrix.tolist() for group, matrix in self.visit_covariance.items()}
        covariance: dict[str, Any] = {"visits": list(self.visits)}
        covariance |= {"matrix": covariances[""]} if "" in covariances else {"groups": covariances}
        return {
            "method": {
                "model": "mmrm",
                "formula": self.method.formula,
                "covariance": self.method.covariance,
                "estimation": "REML" if self.method.reml else "ML",
                "df": self.method.df,
                "covariance_of_estimates": self.method.covariance_of_estimates,
                "optimiser": self.optimiser.sentence(),
            },
            "converged": self.converged,
            "n_subjects": self.n_subjects,
            "n_obs": self.n_obs,
            "loglik": self.loglik,
            "aic": self.aic,
            "bic": self.bic,
            "coefficients": self._rows(),
            "covariance": covariance,
            "warnings": list(self.warnings),
        }

    def _rows(self) -> list[dict[str, object]]:
        return [{"term": row.label} | {name: getattr(row, name) for name in COLUMNS} for row in self.coefficients]

    def to_polars(self) -> DataFrame:
        """Return the coefficients as a data frame, a row each."""
        return polars_table(self._rows())

    def summary(self) -> str:
        """Return the fit as text for a terminal."""
        kind = "REML" if self.method.reml else "ML"
        lines = [
            f"Mixed model for repeated measures: {self.method.formula}",
            f"{self.n_obs} rows of {self.n_subjects} people; {kind}; covariance {self.method.covariance} "
            f"({self.parameters} parameters); df {self.method.df}; "
            f"covariance of the estimates {self.method.covariance_of_estimates}",
            f"log likelihood {self.loglik:.4f}, AIC {self.aic:.2f}, BIC {self.bic:.2f}; {self.optimiser.sentence()}",
            "",
            *coefficient_table(self.coefficients),
        ]
        for group, matrix in self.visit_covariance.items():
            lines += ["", f"Covariance of visits{f' in {group}' if group else ''}", *matrix_table(self.visits, matrix)]
        return "\n".join([*lines, *(f"\nNote: {warning}" for warning in self.warnings)])


COLUMNS = ("estimate", "se", "df", "t", "p", "ci_low", "ci_high")


def coefficient_table(rows: tuple[Estimate, ...]) -> list[str]:
    """Return a line of headings and a line for each estimate."""
    width = max(len(row.label) for row in rows)
    head = " ".join([" " * width, *(f"{name:>11}" for name in ("estimate", "se", "df", "t", "p", "95 % from", "to"))])
    return [head, *(coefficient_line(row, width) for row in rows)]


def coefficient_line(row: Estimate, width: int) -> str:
    """Return one line of the table."""
    p = "<0.0001" if row.p < 0.0001 else f"{row.p:.4f}"
    return (
        f"{row.label:<{width}} {row.estimate:>11.5g} {row.se:>11.5g} {row.df:>11.2f} {row.t:>11.3f} {p:>11} "
        f"{row.ci_low:>11.5g} {row.ci_high:>11.5g}"
    )


def matrix_table(visits: tuple[str, ...], matrix: Array) -> list[str]:
    """Return a matrix with its visits as lines."""
    width = max(10, *(len(visit) for visit in visits))
    head = " ".join([" " * width, *(f"{visit:>{width}}" for visit in visits)])
    rows = (
        " ".join([f"{visit:<{width}}", *(f"{value:>{width}.4g}" for value in row)])
        for visit, row in zip(visits, matrix, strict=True)
    )
    return [head, *rows]
