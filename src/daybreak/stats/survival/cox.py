"""Cox regression of the time to an event on arm and covariates, Efron's way with ties (through lifelines).

Cox, J R Stat Soc B 1972;34:187-220; Efron, J Am Stat Assoc 1977;72:557-565. The check of proportional hazards is that
of Grambsch & Therneau, Biometrika 1994;81:515-526, on ranked times.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter
from lifelines.exceptions import ConvergenceError
from lifelines.statistics import proportional_hazard_test
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array
from daybreak.stats.survival.heard import heard
from daybreak.stats.survival.times import Times

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

LEAST_ARMS = 2
DOUBTFUL = 0.05
MOST_LOG_RATIO = 700.0
PRECISION = {"precision": 1e-11, "r_precision": 1e-14, "max_steps": 200}


@dataclass(frozen=True)
class HazardRatio:
    """How much faster the event comes in one arm than in another, or by one unit of a covariate."""

    label: str
    hazard_ratio: float
    ci_low: float
    ci_high: float
    log_ratio: float
    se: float
    z: float
    p: float


@dataclass(frozen=True)
class CoxFit:
    """Hazard ratios of arms against the reference (or of the pairs asked for), then of covariates.

    `proportional_p` tests for each arm but the reference that its hazard ratio does not change over time.
    """

    ratios: tuple[HazardRatio, ...]
    covariates: tuple[HazardRatio, ...]
    reference: str
    people: int
    events: int
    loglik: float
    lr_statistic: float
    lr_df: int
    lr_p: float
    proportional_p: tuple[tuple[str, float], ...]
    level: float
    warnings: tuple[str, ...]

    def summary(self) -> str:
        """Return the hazard ratios as text, one line each, then the warnings."""
        head = f"Cox regression: {self.events} events in {self.people} people, {self.level:.0%} limits"
        lines = [
            f"{each.label}: {each.hazard_ratio:.3f} ({each.ci_low:.3f} to {each.ci_high:.3f}), p = {each.p:.4g}"
            for each in (*self.ratios, *self.covariates)
        ]
        return "\n".join([head, *lines, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one row for each hazard ratio."""
        return polars_table([asdict(each) for each in (*self.ratios, *self.covariates)])

    def to_dict(self) -> dict[str, object]:
        """Return plain values fit for JSON."""
        return asdict(self) | {
            "ratios": [asdict(each) for each in self.ratios],
            "covariates": [asdict(each) for each in self.covariates],
            "proportional_p": dict(self.proportional_p),
            "warnings": list(self.warnings),
        }


def cox(
    times: Times,
    *,
    reference: str = "",
    covariates: Mapping[str, Sequence[float]] | None = None,
    pairs: Sequence[tuple[str, str]] = (),
    level: float = 0.95,
) -> CoxFit:
    """Fit a Cox regression; strata of `times` have baseline hazards of their own.

    Args:
        times: who was followed how long.
        reference: the arm that others are held against; the first where not named.
        covariates: numbers, one a person.
        pairs: the arms to compare, (a, b) for a over b; every arm over the reference where not given.
        level: of the limits.

    Raises:
        FitError: fewer than two arms, an arm without events, a covariate that is missing somewhere or does not vary,
            or a fit that does not converge.
    """
    base = reference or times.arms[0]
    _check(times, base)
    others = [arm for arm in times.arms if arm != base]
    table = _table(times, others, covariates or {})
    fitter, told = _fit(table)
    names = [name for name in table.columns if name not in ("time", "event", "stratum")]
    beta = fitter.params_.loc[names].to_numpy(dtype=float)
    spread = fitter.variance_matrix_.loc[names, names].to_numpy(dtype=float)
    normal = float(stats.norm.ppf((1 + level) / 2))
    asked = pairs or [(arm, base) for arm in others]
    rows = [_contrast(pair, others, times, len(names)) for pair in asked]
    plain = zip(covariates or {}, np.eye(len(names))[len(others) :], strict=True)
    with heard() as more:
        proportional = _proportional(fitter, table, others)
    likelihood = fitter.log_likelihood_ratio_test()
    return CoxFit(
        ratios=tuple(_ratio(f"{a} / {b}", row, beta, spread, normal) for (a, b), row in zip(asked, rows, strict=True)),
        covariates=tuple(_ratio(name, row, beta, spread, normal) for name, row in plain),
        reference=base,
        people=len(times.time),
        events=int(times.event.sum()),
        loglik=float(fitter.log_likelihood_),
        lr_statistic=float(likelihood.test_statistic),
        lr_df=len(names),
        lr_p=float(likelihood.p_value),
        proportional_p=proportional,
        level=level,
        warnings=(*told, *more, *_doubts(proportional)),
    )


def _check(times: Times, base: str) -> None:
    times.place(base)
    if len(times.arms) < LEAST_ARMS:
        raise FitError("A hazard ratio needs at least two arms.", remedy="Give the times of another arm.")
    for arm in times.arms:
        if not times.of(arm)[1].any():
            raise FitError(
                f"Nobody in {arm} had the event, so its hazard ratio has no end.",
                where="Cox regression",
                remedy="Report the log-rank test and the curves.",
            )


def _table(times: Times, others: Sequence[str], covariates: Mapping[str, Sequence[float]]) -> pd.DataFrame:
    columns: dict[str, object] = {"time": times.time, "event": times.event.astype(float)}
    for arm in others:
        columns[f"arm {arm}"] = (times.codes == times.place(arm)).astype(float)
    for name, given in covariates.items():
        values = np.asarray(given, dtype=float)
        if values.shape != times.time.shape or not np.isfinite(values).all():
            raise FitError("A covariate lacks a number for somebody.", where=name, remedy="Leave out who lacks one.")
        if np.ptp(values) == 0:
            raise FitError("A covariate is the same for everybody.", where=name, remedy="Leave it out.")
        columns[f"covariate {name}"] = values
    if len(times.strata) > 1:
        columns["stratum"] = times.strata_codes
    return pd.DataFrame(columns)


def _fit(table: pd.DataFrame) -> tuple[CoxPHFitter, list[str]]:
    strata = ["stratum"] if "stratum" in table.columns else None
    try:
        with heard() as told:
            fitter = CoxPHFitter().fit(table, "time", "event", strata=strata, fit_options=PRECISION)
    except ConvergenceError as error:
        raise _nowhere() from error
    if any("Newton-Raphson" in each for each in told):  # it gave up, or went on without end
        raise _nowhere()
    return fitter, told


def _nowhere() -> FitError:
    return FitError(
        "The regression does not converge.",
        where="Cox regression",
        remedy="Leave out covariates that tell the same or foretell the event.",
    )


def _contrast(pair: tuple[str, str], others: Sequence[str], times: Times, width: int) -> Array:
    """Return +1 for the first arm and -1 for the second; the reference has no coefficient."""
    row = np.zeros(width)
    for arm, sign in zip(pair, (1.0, -1.0), strict=True):
        times.place(arm)
        if arm in others:
            row[others.index(arm)] += sign
    if not row.any():
        raise FitError("An arm cannot be held against itself.", where=" / ".join(pair), remedy="Name two arms.")
    return row


def _ratio(label: str, row: Array, beta: Array, spread: Array, normal: float) -> HazardRatio:
    log_ratio, se = float(row @ beta), math.sqrt(float(row @ spread @ row))
    if abs(log_ratio) + normal * se > MOST_LOG_RATIO:
        raise FitError(
            "The hazard ratio is beyond all numbers.", where=label, remedy="Give the covariate in larger units."
        )
    z = log_ratio / se
    return HazardRatio(
        label=label,
        hazard_ratio=math.exp(log_ratio),
        ci_low=math.exp(log_ratio - normal * se),
        ci_high=math.exp(log_ratio + normal * se),
        log_ratio=log_ratio,
        se=se,
        z=z,
        p=float(2 * stats.norm.sf(abs(z))),
    )


def _proportional(fitter: CoxPHFitter, table: pd.DataFrame, others: Sequence[str]) -> tuple[tuple[str, float], ...]:
    found = proportional_hazard_test(fitter, table, time_transform="rank").summary["p"]
    return tuple((arm, float(found.loc[f"arm {arm}"])) for arm in others)


def _doubts(proportional: Sequence[tuple[str, float]]) -> tuple[str, ...]:
    return tuple(
        f"The hazard ratio of {arm} seems to change over time (p = {p:.3g}): read the restricted means too."
        for arm, p in proportional
        if p < DOUBTFUL
    )
