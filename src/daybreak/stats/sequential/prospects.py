"""What can still be hoped for at a look: conditional and predictive power."""

from __future__ import annotations

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.sequential.bounds import Bounds
from daybreak.stats.sequential.walk import exits, set_out

NODES = 100


def conditional_power(plan: Bounds, look: int, z: float, *, drift: float | None = None) -> float:
    """Return the chance of passing an upper bound at a later look, given the statistic z at this one.

    Without a drift the trend so far goes on, z / sqrt(t); give 0 for no effect, or the drift of the design. Lan &
    Wittes, The B-value, Biometrics 1988;44:579-585; here with all looks that remain.

    Raises:
        FitError: there is no such look, or none after it.
    """
    time = _time(plan, look, z)
    return _chance(plan, look, z, z / np.sqrt(time) if drift is None else drift)


def predictive_power(plan: Bounds, look: int, z: float, *, prior: tuple[float, float] | None = None) -> float:
    """Return the conditional power averaged over what is believed of the drift after this look.

    The prior of the drift is flat, or normal with the mean and standard deviation given. Spiegelhalter, Freedman &
    Blackburn, Control Clin Trials 1986;7:8-17.

    Raises:
        FitError: as `conditional_power`, or a prior without a positive finite standard deviation.
    """
    time = _time(plan, look, z)
    mean, precision = z / np.sqrt(time), time
    if prior is not None:
        centre, sd = prior
        if not (np.isfinite(centre) and np.isfinite(sd) and sd > 0):
            raise FitError(
                "The prior has no positive standard deviation.", remedy="Give mean and standard deviation of the drift."
            )
        precision = time + 1 / sd**2
        mean = (z * np.sqrt(time) + centre / sd**2) / precision
    place, weight = np.polynomial.hermite_e.hermegauss(NODES)
    chances = [_chance(plan, look, z, float(mean + step / np.sqrt(precision))) for step in place]
    return float(weight @ np.array(chances) / weight.sum())


def _time(plan: Bounds, look: int, z: float) -> float:
    if not 1 <= look < len(plan.looks):
        raise FitError(f"There is no look {look} with one after it.", remedy=f"Give 1 to {len(plan.looks) - 1}.")
    if not np.isfinite(z):
        raise FitError("The statistic of the look is not a number.", remedy="Give its z.")
    return plan.looks[look - 1].fraction


def _chance(plan: Bounds, look: int, z: float, drift: float) -> float:
    times, lower, upper = plan.paths()
    walk = set_out(drift, times[look - 1], z * float(np.sqrt(times[look - 1])))
    above, _ = exits(walk, times[look:], lower[look:], upper[look:])
    return min(1.0, float(above.sum()))
