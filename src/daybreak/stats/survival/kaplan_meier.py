"""Kaplan-Meier curves by arm, with log-log limits, medians and numbers at risk (through lifelines).

Kaplan & Meier, J Am Stat Assoc 1958;53:457-481; limits on the scale log(-log S), Kalbfleisch & Prentice; the limits of
the median are the times at which those of the curve cross one half, Brookmeyer & Crowley, Biometrics 1982;38:29-41.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array
from daybreak.stats.survival.times import Times, finite

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame


@dataclass(frozen=True)
class Step:
    """A time at which something happened in an arm, with the share without the event just after it.

    `at_risk` counts those under observation just before. Limits are None where the share is nil.
    """

    time: float
    at_risk: int
    events: int
    censored: int
    survival: float
    se: float
    ci_low: float | None
    ci_high: float | None


@dataclass(frozen=True)
class Curve:
    """An arm's curve. `median` is the first time at which half or less are left; None where it never comes."""

    arm: str
    people: int
    events: int
    steps: tuple[Step, ...]
    median: float | None
    median_low: float | None
    median_high: float | None

    def at(self, time: float) -> Step:
        """Return the last step not after `time`.

        Raises:
            FitError: the time lies before the start.
        """
        if time < 0:
            raise FitError(f"{time:g} lies before the start.", remedy="Ask for a time from 0 on.")
        return [step for step in self.steps if step.time <= time][-1]

    def at_risk(self, times: Sequence[float]) -> tuple[int, ...]:
        """Return how many were still followed without the event just before each time."""
        ends = [(step.time, step.events + step.censored) for step in self.steps]
        return tuple(sum(count for end, count in ends if end >= time) for time in times)


@dataclass(frozen=True)
class KaplanMeier:
    """The curves of all arms."""

    curves: tuple[Curve, ...]
    level: float
    warnings: tuple[str, ...]

    def __getitem__(self, arm: str) -> Curve:
        """Return the arm's curve.

        Raises:
            KeyError: there is no such arm.
        """
        for curve in self.curves:
            if curve.arm == arm:
                return curve
        raise KeyError(arm)

    def summary(self) -> str:
        """Return people, events and median with limits of each arm, one line each, then the warnings."""
        lines = [
            f"{curve.arm}: {curve.events} of {curve.people} with the event, median {_said(curve.median)} "
            f"({self.level:.0%} limits {_said(curve.median_low)} to {_said(curve.median_high)})"
            for curve in self.curves
        ]
        return "\n".join([*lines, *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one row for each arm and step."""
        return polars_table([{"arm": curve.arm} | asdict(step) for curve in self.curves for step in curve.steps])

    def to_dict(self) -> dict[str, object]:
        """Return plain values fit for JSON."""
        return {
            "level": self.level,
            "curves": [asdict(curve) | {"steps": [asdict(step) for step in curve.steps]} for curve in self.curves],
            "warnings": list(self.warnings),
        }


def kaplan_meier(times: Times, *, level: float = 0.95) -> KaplanMeier:
    """Return the curve of each arm.

    Raises:
        FitError: the level is no level.
    """
    if not 0 < level < 1:
        raise FitError("A confidence level lies between 0 and 1.", remedy="Give 0.95 for 95 %.")
    curves = tuple(_curve(arm, *times.of(arm), level) for arm in times.arms)
    silent = [curve.arm for curve in curves if not curve.events]
    warnings = tuple(f"Nobody in {arm} had the event: its curve stays at 1." for arm in silent)
    return KaplanMeier(curves, level, warnings)


def _curve(arm: str, time: Array, event: npt.NDArray[np.bool_], level: float) -> Curve:
    fitted = KaplanMeierFitter().fit(time, event, alpha=1 - level)
    table = fitted.event_table
    share = fitted.survival_function_.to_numpy().ravel()
    limits = fitted.confidence_interval_.to_numpy()
    lost, died, left = (table[name].to_numpy() for name in ("at_risk", "observed", "censored"))
    steps = tuple(
        _step(float(when), (int(lost[row]), int(died[row]), int(left[row])), share[row], limits[row], spread)
        for row, (when, spread) in enumerate(zip(table.index, _greenwood(lost, died), strict=True))
    )
    low, high = median_survival_times(fitted.confidence_interval_).to_numpy().ravel()
    return Curve(
        arm=arm,
        people=len(time),
        events=int(event.sum()),
        steps=steps,
        median=finite(fitted.median_survival_time_),
        median_low=finite(low),
        median_high=finite(high),
    )


def _step(when: float, counts: tuple[int, int, int], share: float, limits: Array, spread: float) -> Step:
    if not share > 0:
        return Step(when, *counts, 0.0, 0.0, None, None)
    low, high = (1.0, 1.0) if share == 1 else limits
    return Step(when, *counts, float(share), float(share) * math.sqrt(spread), finite(low), finite(high))


def _greenwood(at_risk: npt.NDArray[np.int64], events: npt.NDArray[np.int64]) -> Array:
    """Return the running sum of d / (n (n - d)); a step at which all die adds nothing, for nobody is left to vary."""
    left = at_risk - events
    parts = np.divide(events, at_risk * left, out=np.zeros(len(events)), where=left > 0)
    return np.cumsum(parts)


def _said(value: float | None) -> str:
    return "not reached" if value is None else f"{value:g}"
