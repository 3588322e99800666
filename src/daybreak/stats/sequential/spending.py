"""How much of an error may be spent by when: spending functions of the information seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from daybreak.core.errors import FitError

OBRIEN_FLEMING = "obrien-fleming"
POCOCK = "pocock"
POWER = "power"
GAMMA = "hwang-shih-decani"
KNOWN = (OBRIEN_FLEMING, POCOCK, POWER, GAMMA)
NIL = 1e-12


@dataclass(frozen=True)
class Spending:
    """A spending function by name; `power` has an exponent above nil, `hwang-shih-decani` any parameter.

    The first two are Lan & DeMets, Biometrika 1983;70:659-663; then Kim & DeMets, Biometrika 1987;74:149-154, and
    Hwang, Shih & DeCani, Stat Med 1990;9:1439-1445.

    Raises:
        FitError: an unknown name, or a parameter that the function does not have or lacks.
    """

    name: str = OBRIEN_FLEMING
    parameter: float | None = None

    def __post_init__(self) -> None:
        if self.name not in KNOWN:
            raise FitError(f"There is no spending function {self.name}.", remedy=f"Take one of {', '.join(KNOWN)}.")
        needs = self.name in (POWER, GAMMA)
        if needs != (self.parameter is not None):
            raise FitError(
                f"The spending function {self.name} {'needs a' if needs else 'has no'} parameter.",
                remedy="Give one." if needs else "Leave it out.",
            )
        if self.parameter is not None and not (
            np.isfinite(self.parameter) and (self.name == GAMMA or self.parameter > 0)
        ):
            raise FitError(f"The parameter {self.parameter} of {self.name} makes no sense.", remedy="Give 1, say.")

    def spent(self, fraction: float, total: float) -> float:
        """Return how much of `total` may be spent when this fraction of the planned information is there."""
        t = min(fraction, 1.0)
        if t == 1.0:
            return total
        if self.name == OBRIEN_FLEMING:
            return float(2 * special.ndtr(special.ndtri(total / 2) / np.sqrt(t)))
        if self.name == POCOCK:
            return float(total * np.log1p(np.expm1(1) * t))
        parameter = self.parameter or 0.0
        if self.name == POWER:
            return float(total * t**parameter)
        return float(total * (t if abs(parameter) < NIL else np.expm1(-parameter * t) / np.expm1(-parameter)))
