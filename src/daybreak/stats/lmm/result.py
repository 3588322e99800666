"""What a fitted linear mixed model answers: estimates, tests, variances, predicted effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from daybreak.stats.freedom import estimates, joint_by_parts, joint_kenward_roger, satterthwaite
from daybreak.stats.lmm.fit import Bottom
from daybreak.stats.lmm.inference import Inference
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array, Coding, Estimate, JointTest

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

DfMethod = Literal["satterthwaite", "kenward-roger", "residual"]


@dataclass(frozen=True)
class RandomPart:
    """The random effects of one term: their covariance over the levels of `group`, of which there are `levels`."""

    group: str
    names: tuple[str, ...]
    levels: int
    covariance: Array

    @property
    def variances(self) -> Array:
        """Return the variance of each effect."""
        return np.diag(self.covariance).copy()

    @property
    def sds(self) -> Array:
        """Return the SD of each effect."""
        return np.sqrt(self.variances)

    @property
    def correlations(self) -> Array:
        """Return the correlation matrix; an effect that does not vary correlates with nothing."""
        sds = self.sds
        safe = np.where(sds > 0, sds, 1.0)
        found: Array = self.covariance / np.outer(safe, safe)
        np.fill_diagonal(found, 1.0)
        return found


@dataclass(frozen=True)
class Blup:
    """The predicted effect of one level of a grouping factor: how far it lies from the mean of all."""

    group: str
    level: str
    effect: str
    estimate: float


@dataclass(frozen=True, eq=False)
class LmmFit:
    """A linear mixed model as fitted; answers to `results.Fitted`.

    Attributes:
        formula: as written.
        df_method: how degrees of freedom are reckoned.
        coding: how rows were coded.
        left_out: rows with gaps that were not used.
        remarks: warnings of the coding.
        level: of the confidence limits.
        bottom: the fit on arrays.
        inference: covariance of the estimates and what it depends on.
    """

    formula: str
    df_method: DfMethod
    coding: Coding
    left_out: int
    remarks: tuple[str, ...]
    level: float
    bottom: Bottom = field(repr=False)
    inference: Inference = field(repr=False)

    @property
    def beta(self) -> Array:
        """Return the fixed effects."""
        return self.bottom.beta

    @property
    def beta_covariance(self) -> Array:
        """Return their covariance; with Kenward-Roger the adjusted one."""
        return self.inference.adjusted

    def df(self, contrasts: Array) -> Array:
        """Return the denominator degrees of freedom of each row of `contrasts` alone, shape (m, p) to (m,)."""
        if self.df_method == "residual":
            return np.full(len(contrasts), float(self.n_obs - len(self.beta)))
        told = self.inference
        return satterthwaite(contrasts, told.plain, told.slopes, told.uncertainty)

    def joint(self, contrasts: Array) -> JointTest:
        """Return the F test that every row of `contrasts`, shape (q, p), is nil.

        Raises:
            FitError: the rows say nothing (all nil).
        """
        told = self.inference
        if self.df_method == "kenward-roger":
            return joint_kenward_roger(contrasts, self.beta, told.plain, told.adjusted, told.slopes, told.uncertainty)
        return joint_by_parts(contrasts, self.beta, told.plain, self.df)

    @cached_property
    def coefficients(self) -> tuple[Estimate, ...]:
        """Return each fixed effect with its t test and confidence limits."""
        ses = np.sqrt(np.diag(self.beta_covariance))
        return estimates(self.coding.names, self.beta, ses, self.df(np.eye(len(self.beta))), self.level)

    @cached_property
    def random(self) -> tuple[RandomPart, ...]:
        """Return variances, SDs and correlations of each random term, in the order of the formula."""
        return tuple(
            RandomPart(term.group, term.names, len(term.labels), covariance)
            for term, covariance in zip(self.bottom.terms, self.bottom.covariances, strict=True)
        )

    @property
    def residual_sd(self) -> float:
        """Return the SD of what neither fixed nor random effects tell."""
        return self.bottom.sigma

    @cached_property
    def blups(self) -> tuple[Blup, ...]:
        """Return the predicted random effects, level by level."""
        return tuple(
            Blup(term.group, label, name, value)
            for term, modes in zip(self.bottom.terms, self.bottom.modes, strict=True)
            for label, row in zip(term.labels, modes.tolist(), strict=True)
            for name, value in zip(term.names, row, strict=True)
        )

    @property
    def singular(self) -> bool:
        """Return whether a variance is nil or random effects move in step: the data tell less than the model asks."""
        return bool(self.bottom.flat)

    @property
    def loglik(self) -> float:
        """Return the log likelihood, restricted if `reml`."""
        return -self.bottom.point.deviance / 2

    @property
    def reml(self) -> bool:
        """Return whether the likelihood was restricted."""
        return self.bottom.reml

    @property
    def parameters(self) -> int:
        """Return how many there are: fixed effects, variances and covariances, residual variance (as lme4 counts)."""
        return len(self.beta) + len(self.bottom.point.theta) + 1

    @property
    def aic(self) -> float:
        """Return Akaike's criterion, as lme4."""
        return -2 * self.loglik + 2 * self.parameters

    @property
    def bic(self) -> float:
        """Return Schwarz's criterion with the number of rows, as lme4."""
        return -2 * self.loglik + float(np.log(self.n_obs)) * self.parameters

    @property
    def n_obs(self) -> int:
        """Return how many rows were used."""
        return self.bottom.blocks.n

    @property
    def n_subjects(self) -> int:
        """Return how many levels the finest grouping factor has."""
        return max(part.levels for part in self.random)

    @property
    def converged(self) -> bool:
        """Return True: a fit that finds no bottom is refused, not returned."""
        return self.bottom.descent.converged

    @property
    def optimiser(self) -> str:
        """Return in words how the bottom was found."""
        descent = self.bottom.descent
        return (
            f"Newton with exact derivatives, {descent.steps} steps from start {self.bottom.start:g} "
            f"of {self.bottom.tried} tried, Newton decrement {descent.decrement:.1e}"
        )

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Return what a reader should know: remarks on the coding, and each singularity by name."""
        return (*self.remarks, *(f"Singular fit. {word}" for word in self.bottom.flat))

    def summary(self) -> str:
        """Return the fit as a page of text."""
        head = [
            f"Linear mixed model: {self.formula}",
            f"{'REML' if self.reml else 'ML'}, {self.df_method} df; {self.n_subjects} groups, {self.n_obs} rows"
            + (f" ({self.left_out} with gaps left out)" if self.left_out else ""),
            f"log likelihood {self.loglik:.4f}, AIC {self.aic:.2f}, BIC {self.bic:.2f}",
            "",
        ]
        return "\n".join([*head, *self._fixed_lines(), "", *self._random_lines(), *self.warnings])

    def _fixed_lines(self) -> list[str]:
        width = max(len(one.label) for one in self.coefficients)
        lines = [f"{'':{width}}  {'estimate':>11} {'se':>10} {'df':>9} {'t':>8} {'p':>8}"]
        return lines + [
            f"{e.label:{width}}  {e.estimate:11.5f} {e.se:10.5f} {e.df:9.2f} {e.t:8.3f} {e.p:8.4f}"
            for e in self.coefficients
        ]

    def _random_lines(self) -> list[str]:
        lines = []
        for part in self.random:
            lines.append(f"Random effects of {part.group} ({part.levels} levels)")
            for row, (name, sd) in enumerate(zip(part.names, part.sds, strict=True)):
                beside = " ".join(f"{value:6.3f}" for value in part.correlations[row, :row])
                lines.append(f"  {name}: SD {sd:.5f}" + (f", correlation {beside}" if beside else ""))
        return [*lines, f"Residual SD {self.residual_sd:.5f}"]

    def to_polars(self) -> DataFrame:
        """Return the coefficients as a polars table."""
        return polars_table([_row(one) for one in self.coefficients])

    def to_dict(self) -> dict[str, object]:
        """Return the fit with the keys of `daybreak fit --json`."""
        return {
            "method": {
                "model": "lmm",
                "formula": self.formula,
                "likelihood": "REML" if self.reml else "ML",
                "df": self.df_method,
                "optimiser": self.optimiser,
            },
            "converged": self.converged,
            "singular": self.singular,
            "n_subjects": self.n_subjects,
            "n_obs": self.n_obs,
            "loglik": self.loglik,
            "aic": self.aic,
            "bic": self.bic,
            "coefficients": [_row(one) for one in self.coefficients],
            "covariance": self._covariance(),
            "random": [_random_row(part) for part in self.random],
            "residual_sd": self.residual_sd,
            "warnings": list(self.warnings),
        }

    def _covariance(self) -> dict[str, object]:
        """Return the covariance of all random effects as one matrix: nil between terms."""
        names = [f"{name} | {part.group}" for part in self.random for name in part.names]
        matrix = np.zeros((len(names), len(names)))
        start = 0
        for part in self.random:
            end = start + len(part.names)
            matrix[start:end, start:end] = part.covariance
            start = end
        return {"visits": [], "effects": names, "matrix": matrix.tolist()}


def _row(estimate: Estimate) -> dict[str, object]:
    row = asdict(estimate)
    return {"term": row.pop("label"), **row}


def _random_row(part: RandomPart) -> Mapping[str, object]:
    return {
        "group": part.group,
        "levels": part.levels,
        "effects": list(part.names),
        "sds": part.sds.tolist(),
        "correlations": part.correlations.tolist(),
        "covariance": part.covariance.tolist(),
    }
