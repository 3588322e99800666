"""Restricted mean time without the event: the area under a Kaplan-Meier curve up to a horizon, and its difference.

Royston & Parmar, BMC Med Res Methodol 2013;13:152; variance by the delta method on Greenwood's, as in R survRM2.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Estimate
from daybreak.stats.survival.kaplan_meier import Curve, KaplanMeier, kaplan_meier
from daybreak.stats.survival.times import Times, finite

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame


@dataclass(frozen=True)
class RestrictedMean:
    """An arm's mean time without the event up to the horizon."""

    arm: str
    mean: float
    se: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True)
class RestrictedMeans:
    """The arms' restricted means and their differences from the reference; normal theory, so `df` is without bound."""

    horizon: float
    reference: str
    means: tuple[RestrictedMean, ...]
    differences: tuple[Estimate, ...]
    level: float
    warnings: tuple[str, ...] = ()

    def summary(self) -> str:
        """Return means and differences as text, one line each."""
        head = f"Mean time without the event up to {self.horizon:g}, {self.level:.0%} limits"
        means = [f"{each.arm}: {each.mean:.3f} ({each.ci_low:.3f} to {each.ci_high:.3f})" for each in self.means]
        told = [
            f"{each.label}: {each.estimate:.3f} ({each.ci_low:.3f} to {each.ci_high:.3f}), p = {each.p:.4g}"
            for each in self.differences
        ]
        return "\n".join([head, *means, *told, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one row for each difference."""
        return polars_table([asdict(each) for each in self.differences])

    def to_dict(self) -> dict[str, object]:
        """Return plain values fit for JSON."""
        return {
            "horizon": self.horizon,
            "reference": self.reference,
            "level": self.level,
            "means": [asdict(each) for each in self.means],
            "differences": [asdict(each) | {"df": finite(each.df)} for each in self.differences],
            "warnings": list(self.warnings),
        }


def restricted_means(
    times: Times,
    horizon: float,
    *,
    reference: str = "",
    pairs: Sequence[tuple[str, str]] = (),
    level: float = 0.95,
) -> RestrictedMeans:
    """Return each arm's restricted mean and differences of arms.

    Args:
        times: who was followed how long.
        horizon: the time up to which the area under the curves is taken.
        reference: the arm that others are held against; the first where not named.
        pairs: the arms to compare, (a, b) for a - b; every arm less the reference where not given.
        level: of the limits.

    Raises:
        FitError: an arm was not followed up to the horizon, or there is no arm of such a name.
    """
    curves = kaplan_meier(times, level=level)
    base = reference or times.arms[0]
    times.place(base)
    _check(curves, horizon)
    normal = float(stats.norm.ppf((1 + level) / 2))
    found = {curve.arm: _area(curve, horizon) for curve in curves.curves}
    means = tuple(
        RestrictedMean(arm, mean, se, mean - normal * se, mean + normal * se) for arm, (mean, se) in found.items()
    )
    asked = pairs or [(arm, base) for arm in times.arms if arm != base]
    for arm in itertools.chain(*asked):
        times.place(arm)
    differences = tuple(_difference(arm, other, found, normal) for arm, other in asked)
    return RestrictedMeans(horizon, base, means, differences, level, curves.warnings)


def _check(curves: KaplanMeier, horizon: float) -> None:
    if not (horizon > 0 and math.isfinite(horizon)):
        raise FitError(
            "The horizon must be above nil.", where="restricted mean", remedy="Give a time of the follow-up."
        )
    for curve in curves.curves:
        last = curve.steps[-1]
        if last.survival > 0 and last.time < horizon:
            raise FitError(
                f"Nobody in {curve.arm} was followed longer than {last.time:g}.",
                where=f"restricted mean up to {horizon:g}",
                remedy="Choose an earlier horizon.",
            )


def _area(curve: Curve, horizon: float) -> tuple[float, float]:
    steps = [step for step in curve.steps if step.time < horizon]
    edges = np.array([step.time for step in steps] + [horizon])
    pieces = np.array([step.survival for step in steps]) * np.diff(edges)
    still = np.cumsum(pieces[::-1])[::-1]
    variance = sum(
        area**2 * step.events / (step.at_risk * (step.at_risk - step.events))
        for step, area in zip(steps, still, strict=True)
        if step.at_risk > step.events
    )
    return float(pieces.sum()), math.sqrt(variance)


def _difference(arm: str, base: str, found: dict[str, tuple[float, float]], normal: float) -> Estimate:
    estimate = found[arm][0] - found[base][0]
    se = math.hypot(found[arm][1], found[base][1])
    if not se > 0:
        raise FitError("No time varies before the horizon.", where=f"{arm} - {base}", remedy="Choose a later horizon.")
    z = estimate / se
    return Estimate(
        label=f"{arm} - {base}",
        estimate=estimate,
        se=se,
        df=math.inf,
        t=z,
        p=float(2 * stats.norm.sf(abs(z))),
        ci_low=estimate - normal * se,
        ci_high=estimate + normal * se,
    )
