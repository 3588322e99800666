"""A study file's assumptions as arrays, with what is asked of them changed: fewer people, no effect, more dropout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import StudyFileError
from daybreak.core.study import AssumptionRules, StudyFile
from daybreak.simulation.baseline import Baselines, baselines_of
from daybreak.simulation.enrolment import Enrolling, enrolling_of

Array = npt.NDArray[np.float64]
ROOM_FOR_SPREAD = 1e-9


class Changes(TypedDict, total=False):
    """What may be asked of a design in place of what the file says; docs/simulation.md defines each.

    `effect`, `spread` and `dropout` are factors, 1 as written; `dose` a mean delivered dose; `fade` a share of the
    differences; `ratio` the arms' shares.
    """

    effect: float
    spread: float
    dropout: float
    dose: float
    fade: float
    ratio: tuple[int, ...]


@dataclass(frozen=True)
class Doses:
    """Delivered doses of each arm: mean, standard deviation (0: all alike), and what one dose does to each visit.

    `effect` has a row an arm and a column a later visit.
    """

    mean: Array
    spread: Array
    effect: Array

    @property
    def differ(self) -> bool:
        """Whether people of an arm have different doses."""
        return bool(np.any(self.spread > 0))


@dataclass(frozen=True)
class Leaving:
    """Who is seen no more, and who misses a visit: chances by arm and later visit, and log odds a point."""

    hazards: Array
    seen: float
    unseen: float
    gaps: Array

    @property
    def by_value(self) -> bool:
        """Whether leaving hangs on values."""
        return bool(self.seen or self.unseen)


@dataclass(frozen=True)
class Design:
    """One design of a study. V visits, the baseline first; A arms.

    `means` (A, V) are those at the mean dose; `covariance` (V, V) is of a person's values before rounding, without
    dose, site and rater; `spreads` (A, V - 1) are factors of its later standard deviations in each arm. `looks` are
    shares of the people, empty without interim analyses.
    """

    study: str
    outcome: str
    n: int
    arms: tuple[str, ...]
    visits: tuple[str, ...]
    days: Array
    means: Array
    covariance: Array
    spreads: Array
    baselines: Baselines
    enrolling: Enrolling
    doses: Doses
    leaving: Leaving
    scale: tuple[float, float, float] | None
    """Lowest value, highest value and step; nothing for any number."""
    site_sd: float
    rater_sd: float
    looks: tuple[float, ...]
    spending: str

    @property
    def later(self) -> tuple[str, ...]:
        """The visits after the baseline."""
        return self.visits[1:]

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites people come from."""
        return self.enrolling.sites


def design_of(file: StudyFile, n: int, **changes: Unpack[Changes]) -> Design:
    """Return the design of a study with `n` people.

    Args:
        file: the study file.
        n: people, over all arms.
        changes: what is asked in place of what the file says.

    Raises:
        StudyFileError: the file has no assumptions, there are fewer people than arms, or a change makes a chance,
            dose or factor that cannot be.
    """
    rules, arms = file.assumptions, tuple(arm.key for arm in file.arms)
    if rules is None:
        says, remedy = "the study file has no [assumptions].", "Add them, as docs/simulation.md tells."
        raise StudyFileError(says, where=file.study.id, remedy=remedy)
    if n < len(arms):
        says = f"{n} {'person' if n == 1 else 'people'} cannot fill {len(arms)} arms."
        raise StudyFileError(says, where="n", remedy=f"Take {len(arms)} people or more.")
    _check(changes)
    days = np.array([float(file.visit(key).day) for key in rules.visits])
    time = _time_gone(days)
    doses = _doses(rules, arms, time, changes)
    means = _means(rules, arms, days, changes)
    covariance = np.array(rules.covariances(days.tolist()))
    spreads = _spreads(rules, arms, covariance)
    scaled = np.array([1.0, *[changes.get("spread", 1.0)] * (len(days) - 1)])
    covariance = covariance * np.outer(scaled, scaled)
    scale, looks = rules.scale, rules.looks
    return Design(
        study=file.study.id,
        outcome=rules.outcome,
        n=n,
        arms=arms,
        visits=rules.visits,
        days=days,
        means=means,
        covariance=covariance,
        spreads=spreads,
        baselines=baselines_of(means[:, 0], float(covariance[0, 0]) ** 0.5, rules.entry),
        enrolling=enrolling_of(file, rules, changes.get("ratio")),
        doses=doses,
        leaving=_leaving(rules, arms, changes.get("dropout", 1.0)),
        scale=None if scale is None else (scale.low, scale.high, scale.step),
        site_sd=rules.sites.sd if rules.sites else 0.0,
        rater_sd=rules.rater_sd,
        looks=looks.fractions if looks else (),
        spending=looks.spending if looks else "",
    )


LIMITS: dict[str, tuple[float, float]] = {
    "effect": (-100.0, 100.0), "spread": (0.001, 100.0), "dropout": (0.0, 1000.0), "dose": (0.0, 1.0),
    "fade": (0.0, 1.0),
}  # fmt: skip


def _check(changes: Changes) -> None:
    for name, (low, high) in LIMITS.items():
        value = changes.get(name, low)
        if not isinstance(value, int | float) or not low <= value <= high:
            says = f"{name} cannot be {value}."
            raise StudyFileError(says, where=name, remedy=f"Write a number from {low:g} to {high:g}.")


def _time_gone(days: Array) -> Array:
    """Return, for each later visit, the share of the time from the second to the last visit that is gone."""
    later = days[1:]
    return np.ones(1) if len(later) == 1 else (later - later[0]) / (later[-1] - later[0])


def _doses(rules: AssumptionRules, arms: Sequence[str], time: Array, changes: Changes) -> Doses:
    given, asked = rules.dose, changes.get("dose")
    spread = np.array([given.spread.get(arm, 0.0) if given else 0.0 for arm in arms])
    effect = np.array([given.effect.get(arm, 0.0) if given else 0.0 for arm in arms])
    mean = np.array([rules.adherence.get(arm, 1.0) for arm in arms])
    if asked is not None:
        mean = np.where((spread > 0) | (effect != 0), asked, mean)
    most = np.sqrt(mean * (1 - mean))
    spread = np.where(most == 0, 0.0, spread)
    for arm, value, limit in zip(arms, spread, most, strict=True):
        if value > 0 and value >= limit - ROOM_FOR_SPREAD:
            says = f"doses with a mean of {asked:g} cannot differ by an SD of {value:g} in '{arm}'."
            raise StudyFileError(says, where="dose", remedy="Write a mean further from 0 and 1, or a smaller spread.")
    return Doses(mean, spread, np.outer(effect, time) * changes.get("effect", 1.0))


def _means(rules: AssumptionRules, arms: Sequence[str], days: Array, changes: Changes) -> Array:
    """Return the mean of each arm and visit with what is asked of dose, effect and fade."""
    written, time = rules.all_means(days.tolist()), _time_gone(days)
    means = np.array([written[arm] for arm in arms])
    if rules.dose is not None:
        now = _doses(rules, arms, time, changes).mean
        then = np.array([_dose_of_means(rules, arm) for arm in arms])
        effect = np.array([rules.dose.effect.get(arm, 0.0) for arm in arms])
        means[:, 1:] += np.outer(effect * (now - then), time)
    common = means.mean(axis=0)
    left = np.concatenate([[1.0], 1.0 - changes.get("fade", 0.0) * time]) * changes.get("effect", 1.0)
    return np.asarray(common + (means - common) * left, dtype=np.float64)


def _spreads(rules: AssumptionRules, arms: Sequence[str], covariance: Array) -> Array:
    """Return how much larger than all arms' each arm's own standard deviations are, at the later visits."""
    common = np.sqrt(np.diag(covariance))[1:]
    return np.array([np.array(rules.sd_by_arm.get(arm, common)) / common for arm in arms])


def _dose_of_means(rules: AssumptionRules, arm: str) -> float:
    fixed = rules.dose.of_means if rules.dose else None
    return rules.adherence.get(arm, 1.0) if fixed is None else fixed


def _leaving(rules: AssumptionRules, arms: Sequence[str], factor: float) -> Leaving:
    visits = rules.visits[1:]
    rows = [
        rules.hazards.get(arm) or (_constant(rules.dropout.get(arm, 0.0), len(visits)),) * len(visits) for arm in arms
    ]
    hazards = np.array(rows) * factor
    for arm, row in zip(arms, hazards, strict=True):
        if row.max() > 1:
            says = f"the chance to leave before '{visits[int(row.argmax())]}' would be {row.max():.3g} in '{arm}'."
            raise StudyFileError(says, where="dropout", remedy="No chance exceeds 1: write a smaller factor.")
    gaps = np.array([rules.gaps.get(arm, (0.0,) * len(visits)) for arm in arms])
    by = rules.dropout_by
    return Leaving(hazards, by.seen if by else 0.0, by.unseen if by else 0.0, gaps)


def _constant(share: float, visits: int) -> float:
    """Return the hazard that, the same before each visit, leaves out this share by the last."""
    return float(1 - (1 - share) ** (1 / visits))
