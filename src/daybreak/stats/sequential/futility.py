"""Lower bounds at which a study may stop because there is little hope; they need not be kept."""

from __future__ import annotations

from dataclasses import replace

from scipy.optimize import brentq

from daybreak.core.errors import FitError
from daybreak.stats.sequential.bounds import EXACT, FARTHEST, Bounds
from daybreak.stats.sequential.spending import Spending
from daybreak.stats.sequential.walk import Walk, set_out

WIDER = 1.2


def with_futility(plan: Bounds, *, beta: float = 0.1, spending: Spending | None = None) -> Bounds:
    """Return a one-sided plan with lower bounds that spend the error beta as a function of the information says.

    They are made for the drift at which the power is 1 - beta when they are kept, which is `futility` of the answer;
    at the last look both bounds meet. The upper bounds stay: alpha holds whether the lower ones are kept or not.
    Pampallona, Tsiatis & Kim, Drug Inf J 2001;35:1113-1121.

    Raises:
        FitError: the plan is two-sided or does not end at full information, or beta leaves no power above alpha.
    """
    if plan.sides != 1 or plan.looks[-1].fraction < 1:
        raise FitError("Bounds for futility need a one-sided plan that ends at 1.", remedy="Plan it so.")
    if not 0 < beta < 1 - plan.alpha:
        raise FitError(f"Beta {beta:g} leaves no power above alpha.", remedy="Give 0.1, say.")
    function = spending or Spending()

    def short(drift: float) -> float:
        return _bounded(plan, drift, beta, function).at(drift).power - (1 - beta)

    least = plan.drift_for(1 - beta)
    most = WIDER * least
    while short(most) < 0:
        most *= WIDER
    drift = float(brentq(short, least - EXACT, most, xtol=EXACT))
    return replace(_bounded(plan, drift, beta, function), futility=drift)


def _bounded(plan: Bounds, drift: float, beta: float, function: Spending) -> Bounds:
    times, _, upper = plan.paths()
    walk, lower, before = set_out(drift), [], 0.0
    for look, time in enumerate(times[:-1]):
        spent = function.spent(time, beta)
        lower.append(_lower(walk, time, spent - before, upper[look]))
        walk = walk.go_on(lower[-1], upper[look], time, times[look + 1])
        before = spent
    lower.append(upper[-1])
    looks = tuple(replace(look, lower=z) for look, z in zip(plan.looks, lower, strict=True))
    return replace(plan, looks=looks)


def _lower(walk: Walk, time: float, chance: float, upper: float) -> float:
    """Return the z below which the walk is at `time` with this chance, or the upper bound where that is higher."""
    if walk.below(upper, time) <= chance:
        return upper
    return float(brentq(lambda z: walk.below(z, time) - chance, -FARTHEST, min(upper, FARTHEST), xtol=EXACT))
