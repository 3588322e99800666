"""Interim looks: after how many people a question is asked, and at which level it is answered for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from daybreak.core.errors import FitError
from daybreak.simulation.design import Design
from daybreak.stats.sequential import Spending, lan_demets


@dataclass(frozen=True)
class Stop:
    """A look at the first `people`; a question stops there with a two-sided p at or below `level`."""

    people: int
    level: float


def stops_of(design: Design, fractions: Sequence[float], alpha: float) -> tuple[Stop, ...]:
    """Return the looks at these shares of the people; by Lan and DeMets' bounds of two sides the error is kept.

    The share of people stands for that of information. The spending function is the file's, or O'Brien and Fleming's.

    Raises:
        FitError: shares that do not rise to 1, or a look at fewer people than two an arm.
    """
    if not fractions or fractions[-1] != 1:
        raise FitError("The looks do not end with everybody.", where="--looks", remedy="Let the last share be 1.")
    bounds = lan_demets(fractions, alpha=alpha, sides=2, spending=Spending(design.spending or "obrien-fleming"))
    stops = tuple(Stop(round(look.fraction * design.n), look.nominal_p) for look in bounds.looks)
    if stops[0].people < 2 * len(design.arms):
        says = (
            f"The first look would be at {stops[0].people} people, fewer than two for each of {len(design.arms)} arms."
        )
        raise FitError(says, where="--looks", remedy="Look later, or take more people.")
    return stops
