"""One made-up person at a time, from the same draws as `generate.py`: slow, and meant to be read.

The tests hold the two to equal digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import special

from daybreak.simulation.design import Design
from daybreak.simulation.draws import Draws
from daybreak.simulation.generate import regressions


@dataclass(frozen=True)
class Person:
    """A made-up person: their arm, site and dose, baseline, and the change at each later visit, nan where not seen."""

    arm: str
    site: str
    dose: float
    baseline: float
    change: tuple[float, ...]


def people_of(design: Design, draws: Draws, trial: int) -> list[Person]:
    """Return everybody in one trial of a block, in the order in which they enrolled."""
    return [_person(design, draws, place, trial) for place in range(design.n)]


def _person(design: Design, draws: Draws, place: int, trial: int) -> Person:
    arm, site = int(draws.arm[place]), int(draws.site[place])
    dose = float(design.doses.mean[arm]) if draws.dose is None else float(draws.dose[place, trial])
    entered = float(design.baselines.made(arm, float(draws.baseline[place, trial])))
    values = [_value(design, draws, (place, trial), entered, visit) for visit in range(len(design.later))]
    baseline = _on_scale(design, entered)
    seen = _seen(design, draws, (place, trial), baseline, values)
    change = tuple(value - baseline if is_seen else nan for value, is_seen in zip(values, seen, strict=True))
    return Person(design.arms[arm], design.sites[site], dose, baseline, change)


def _value(design: Design, draws: Draws, who: tuple[int, int], entered: float, visit: int) -> float:
    """Return what a person would score at a later visit, seen or not."""
    (place, trial), arm = who, int(draws.arm[who[0]])
    slopes, roots = regressions(design)
    value = float(design.means[arm, visit + 1] + slopes[arm, visit] * (entered - design.means[arm, 0]))
    for earlier in range(visit + 1):
        value += float(roots[arm, visit, earlier] * draws.later[earlier, place, trial])
    if draws.dose is not None:
        more = draws.dose[place, trial] - design.doses.mean[arm]
        value += float(design.doses.effect[arm, visit] * more)
    if draws.sites is not None:
        value += float(design.site_sd * draws.sites[draws.site[place], trial])
    if draws.raters is not None:
        value += float(design.rater_sd * draws.raters[visit, place, trial])
    return _on_scale(design, value)


def _on_scale(design: Design, value: float) -> float:
    if design.scale is None:
        return value
    low, high, step = design.scale
    stepped = low + step * round((value - low) / step) if step else value
    return min(max(stepped, low), high)


def _seen(design: Design, draws: Draws, who: tuple[int, int], baseline: float, values: list[float]) -> list[bool]:
    """Return at which later visits a person is seen."""
    arm = int(draws.arm[who[0]])
    above_mean = baseline - float(design.means[arm, 0])
    seen: list[bool] = []
    for visit, value in enumerate(values):
        now = value - float(design.means[arm, visit + 1])
        if draws.leaving is not None and draws.leaving[visit][who] < _hazard(design, arm, visit, above_mean, now):
            return seen + [False] * (len(values) - visit)
        missed = draws.gaps is not None and bool(draws.gaps[visit][who] < design.leaving.gaps[arm, visit])
        seen.append(not missed)
        if not missed:
            above_mean = now
    return seen


def _hazard(design: Design, arm: int, visit: int, last: float, now: float) -> float:
    """Return the chance to leave before a visit, for somebody so far above the arm's mean when last seen, and now."""
    rules = design.leaving
    written = rules.hazards[arm, visit]
    if not rules.by_value:
        return float(written)
    return float(special.expit(np.float64(special.logit(written)) + rules.seen * last + rules.unseen * now))
