"""Bounds of a group-sequential study: by spending functions, or of the classical shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special
from scipy.optimize import brentq

from daybreak.core.errors import FitError
from daybreak.stats.polars_table import polars_table
from daybreak.stats.sequential.spending import OBRIEN_FLEMING, POCOCK, Spending
from daybreak.stats.sequential.walk import Walk, exits, set_out

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame

FARTHEST = 38.0
EXACT = 1e-12
SHAPES = {OBRIEN_FLEMING: 0.0, POCOCK: 0.5}


@dataclass(frozen=True)
class Look:
    """One look: the fraction of information, bounds of z, the error spent so far, and the bound's p value alone.

    `lower` is the mirror of `upper` in two-sided plans, a bound for futility where there is one, and else None.
    """

    number: int
    fraction: float
    upper: float
    lower: float | None
    spent: float
    nominal_p: float


@dataclass(frozen=True)
class Prospect:
    """Where a study of a given drift leaves: chances by look, in all, and the information it takes on average.

    `below` counts leaving by the lower bounds. The last look always ends the study.
    """

    drift: float
    above: tuple[float, ...]
    below: tuple[float, ...]
    power: float
    expected_information: float


@dataclass(frozen=True)
class Bounds:
    """Bounds of every look.

    `alpha` is the whole error, of one side or two. `futility` is the drift that lower bounds for futility were made
    for, None where there are none. They do not bind: the upper bounds hold without them.
    """

    method: str
    alpha: float
    sides: int
    looks: tuple[Look, ...]
    futility: float | None = None

    def at(self, drift: float) -> Prospect:
        """Return where a study leaves whose z at full information has the mean `drift`.

        For a two-sided plan `power` counts both sides.
        """
        times, lower, upper = self.paths()
        above, below = exits(set_out(drift), times, lower, upper)
        leaving = above + below
        power = float(above.sum() + (below.sum() if self.sides == 2 else 0.0))
        expected = float(leaving @ np.array(times) + (1 - leaving.sum()) * times[-1])
        return Prospect(drift, tuple(above.tolist()), tuple(below.tolist()), power, expected)

    def drift_for(self, power: float) -> float:
        """Return the drift at which the study has this power.

        Raises:
            FitError: the power is not between alpha and 1.
        """
        least = self.at(0.0).power
        if not least < power < 1:
            raise FitError(f"A power of {power:g} is not between {least:.4g} and 1.", remedy="Give 0.9, say.")
        return float(brentq(lambda drift: self.at(drift).power - power, 0.0, FARTHEST, xtol=EXACT))

    def inflation(self, power: float) -> float:
        """Return by how much the largest study exceeds the one with a single look of the same power.

        Raises:
            FitError: as `drift_for`.
        """
        single = classical([1.0], alpha=self.alpha, sides=self.sides)
        return (self.drift_for(power) / single.drift_for(power)) ** 2

    def paths(self) -> tuple[list[float], list[float], list[float]]:
        """Return fractions, lower and upper bounds; lower ones are minus infinity where there are none."""
        lower = [-np.inf if look.lower is None else look.lower for look in self.looks]
        return [look.fraction for look in self.looks], lower, [look.upper for look in self.looks]

    def summary(self) -> str:
        """Return the looks as text."""
        head = f"{self.method}, alpha {self.alpha:g}, {'two' if self.sides == 2 else 'one'}-sided"
        title = f"{'look':>4}  {'information':>11}  {'upper z':>9}  {'lower z':>9}  {'spent':>9}  {'nominal p':>9}"
        rows = [
            f"{look.number:>4}  {look.fraction:>11.4f}  {look.upper:>9.4f}  "
            f"{'-' if look.lower is None else format(look.lower, '.4f'):>9}  {look.spent:>9.6f}  {look.nominal_p:>9.6f}"
            for look in self.looks
        ]
        return "\n".join([head, title, *rows])

    def to_polars(self) -> DataFrame:
        """Return one polars row a look."""
        return polars_table([vars(look) for look in self.looks])

    def to_dict(self) -> dict[str, object]:
        """Return method, alpha, sides, the drift of futility, and one record a look, for JSON."""
        return {
            "method": self.method,
            "alpha": self.alpha,
            "sides": self.sides,
            "futility": self.futility,
            "looks": [dict(vars(look)) for look in self.looks],
        }


def lan_demets(
    fractions: Sequence[float], *, alpha: float = 0.025, sides: int = 1, spending: Spending | None = None
) -> Bounds:
    """Return bounds that spend the error as a function of the information says, by the looks so far.

    Fractions are of the planned information, as they were when looked; the last may fall short of 1 (more looks will
    come) or exceed it (all is spent at 1). A two-sided plan spends half of `alpha` on each side.

    Raises:
        FitError: fractions that do not rise from above nil, an alpha outside 0 to 1, or sides other than 1 and 2.
    """
    function = spending or Spending()
    times = check(fractions, alpha, sides)
    side = alpha / sides
    walk, looks, before = set_out(0.0), [], 0.0
    for number, time in enumerate(times, 1):
        spent = function.spent(time, side)
        upper = _bound(walk, time, spent - before)
        looks.append(_look(number, time, upper, sides, sides * spent))
        before = spent
        if number < len(times):
            walk = walk.go_on(-upper if sides == 2 else -np.inf, upper, time, times[number])
    name = function.name + (f" ({function.parameter:g})" if function.parameter is not None else "")
    return Bounds(f"Lan-DeMets, {name} spending", alpha, sides, tuple(looks))


def classical(
    fractions: Sequence[float], *, shape: str | float = OBRIEN_FLEMING, alpha: float = 0.025, sides: int = 1
) -> Bounds:
    """Return bounds c t^(d - 1/2): O'Brien & Fleming (d = 0), Pocock (d = 1/2), or Wang & Tsiatis for any d.

    O'Brien & Fleming, Biometrics 1979;35:549-556; Pocock, Biometrika 1977;64:191-199; Wang & Tsiatis, Biometrics
    1987;43:193-199. `fractions` are of the last look's information, planned beforehand.

    Raises:
        FitError: an unknown shape, fractions that do not end at 1, and as `lan_demets`.
    """
    times = check(fractions, alpha, sides)
    if isinstance(shape, str) and shape not in SHAPES:
        raise FitError(f"There is no classical shape {shape}.", remedy=f"Take {', '.join(SHAPES)}, or a number.")
    if times[-1] != 1.0:
        raise FitError("The last look of a classical plan is not at 1.", remedy="Give fractions of the last look.")
    power = SHAPES[shape] if isinstance(shape, str) else float(shape)
    relative = np.array(times) ** (power - 0.5)

    def spend(constant: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        upper = (constant * relative).tolist()
        lower = [-z if sides == 2 else -np.inf for z in upper]
        above, below = exits(set_out(0.0), times, lower, upper)
        return np.cumsum(above + (below if sides == 2 else 0.0))

    single = float(-special.ndtri(alpha / sides))
    found = float(brentq(lambda c: spend(c)[-1] - alpha, single * (1 - EXACT) - EXACT, FARTHEST, xtol=EXACT))
    spent = spend(found)
    looks = [
        _look(number, time, found * own, sides, float(so_far))
        for number, (time, own, so_far) in enumerate(zip(times, relative.tolist(), spent, strict=True), 1)
    ]
    return Bounds(f"Classical, {shape}", alpha, sides, tuple(looks))


def check(fractions: Sequence[float], alpha: float, sides: int) -> list[float]:
    """Return the fractions as numbers.

    Raises:
        FitError: they do not rise from above nil, or alpha or sides make no sense.
    """
    times = [float(fraction) for fraction in fractions]
    steps = np.diff([0.0, *times])
    if not times or not np.isfinite(steps).all() or (steps <= 0).any():
        raise FitError("The fractions of information do not rise from above nil.", remedy="Give 1/3, 2/3, 1, say.")
    if not 0 < alpha < 0.5 * sides or sides not in (1, 2):
        raise FitError(
            f"There are no bounds for alpha {alpha:g} on {sides} sides.",
            remedy="Give 0.025 on 1 side or 0.05 on 2, say.",
        )
    return times


def _bound(walk: Walk, time: float, chance: float) -> float:
    """Return the z that the walk exceeds at `time` with this chance; one no study reaches where there is none."""
    if walk.above(FARTHEST, time) >= chance:
        return FARTHEST
    return float(brentq(lambda z: walk.above(z, time) - chance, -FARTHEST, FARTHEST, xtol=EXACT))


def _look(number: int, time: float, upper: float, sides: int, spent: float) -> Look:
    return Look(number, time, upper, -upper if sides == 2 else None, spent, float(sides * special.ndtr(-upper)))
