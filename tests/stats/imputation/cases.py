"""Made-up tables of people by visits, and the trial of the reference files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from daybreak.stats.imputation import Outcomes

ORACLES = Path(__file__).parents[1] / "oracles"
VISITS = ["day-1", "day-5", "day-12", "day-21", "day-30"]
TRAINING, SHAM, SALINE = "ketamine-training", "ketamine-sham", "saline-training"


def study(name: str = "study-154") -> Outcomes:
    """Change of people over five visits, with the baseline as covariate, saline the reference."""
    with (ORACLES / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    people = sorted({row["id"] for row in rows})
    about = {row["id"]: row for row in rows}
    visits = sorted({row["visit"] for row in rows}, key=lambda visit: int(visit.removeprefix("day-")))
    values = np.full((len(people), len(visits)), np.nan)
    for row in rows:
        values[people.index(row["id"]), visits.index(row["visit"])] = float(row["change"])
    return Outcomes(
        values=values,
        arms=[about[person]["arm"] for person in people],
        reference=SALINE,
        visits=visits,
        covariates={"baseline": [float(about[person]["baseline"]) for person in people]},
        people=people,
    )


def made(people: int = 40, visits: int = 3, lost: float = 0.3, gaps: float = 0.05, seed: int = 1) -> Outcomes:
    """Two arms, `b` better by 3 from the second visit on; people leave for good, and some miss a visit."""
    rng = np.random.default_rng(seed)
    arms = np.repeat(["a", "b"], people // 2)
    base = rng.normal(20, 4, people)
    cov = 9 * 0.6 ** np.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
    values = rng.multivariate_normal(np.zeros(visits), cov, people) + 0.4 * base[:, None]
    values[:, 1:] -= 3.0 * (arms == "b")[:, None]
    leaves = np.where(rng.random(people) < lost, rng.integers(1, visits, people), visits)
    values[np.arange(visits) >= leaves[:, None]] = np.nan
    holes = rng.random(values.shape) < gaps
    holes[:, -1] = False
    values[holes] = np.nan
    return Outcomes(values, arms.tolist(), "a", covariates={"base": base.tolist()})


def turned(outcomes: Outcomes, order: Sequence[int]) -> Outcomes:
    """The same people in another order."""
    places = list(order)
    return replace(
        outcomes,
        values=outcomes.values[places],
        arms=[outcomes.arms[place] for place in places],
        covariates={name: [given[place] for place in places] for name, given in outcomes.covariates.items()},
        people=[outcomes.people[place] for place in places] if outcomes.people else (),
    )


def long_table(outcomes: Outcomes) -> dict[str, list[object]]:
    """The same as one row a value, for the mixed model."""
    visits = list(outcomes.visits) or [str(place + 1) for place in range(outcomes.values.shape[1])]
    seen = np.argwhere(~np.isnan(outcomes.values))
    (name, given), *_ = outcomes.covariates.items()
    return {
        "y": [float(outcomes.values[person, visit]) for person, visit in seen],
        "id": [f"{person:04d}" for person, _ in seen],
        "visit": [visits[visit] for _, visit in seen],
        "arm": [outcomes.arms[person] for person, _ in seen],
        name: [given[person] for person, _ in seen],
    }
