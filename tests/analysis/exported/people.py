"""The people of the made-up study: who they are, what they got, and how they fared, by the study's own assumptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np

from daybreak.content.studies import study_text
from daybreak.core.study import read_study

ARMS = ("ketamine-training", "ketamine-sham", "saline-training")
LETTERS = dict(zip(ARMS, "BCA", strict=True))
TEXT = study_text("ketamine-training")
STUDY = read_study(TEXT, "ketamine-training.toml")
BEGIN = datetime(2025, 1, 6, 9, tzinfo=UTC)
YEAR = {"ketamine-training": (-4.5, 0.0), "ketamine-sham": (-2.5, 0.0), "saline-training": (-2.0, -0.5)}


@dataclass(frozen=True)
class Person:
    """Somebody in the study; `scores` are by score and visit, `seen_until` is the day of their last visit."""

    code: str
    site: str
    arm: str
    status: str
    excluded_for: str
    screened_at: datetime
    infused_at: datetime | None
    replies: dict[str, str]
    doses: tuple[float, ...]
    seen_until: int
    left: str
    scores: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def allocated(self) -> bool:
        return self.status in ("enrolled", "infused", "completed")


def draw_people(count: int = 154, excluded: int = 36, seed: int = 5) -> list[Person]:
    """Return `count` people in arms that take turns in shuffled blocks, and those excluded before."""
    chance = np.random.default_rng(seed)
    arms = [str(arm) for _ in range(count // 3 + 1) for arm in chance.permutation(ARMS)][:count]
    people = [_allocated(place, arm, chance) for place, arm in enumerate(arms)]
    return [*people, *(_excluded(count + place, chance) for place in range(excluded))]


def _replies(chance: np.random.Generator) -> dict[str, str]:
    return {
        "age": str(int(np.clip(chance.normal(34.3, 10), 18, 60))),
        "madrs": str(int(np.clip(chance.normal(33, 5), 25, 55))),
        "failed-antidepressants": str(1 + int(chance.poisson(1.6))),
        "low-self-worth": "true",
        "infusion-safe": "true",
        "photosensitive-epilepsy": "true" if chance.random() < 0.02 else "false",
    }


def _excluded(place: int, chance: np.random.Generator) -> Person:
    why = str(chance.choice(["madrs", "age", "", "failed-antidepressants"]))
    status = "screen-failed" if why else "declined"
    at = BEGIN + timedelta(days=2 * place % 320)
    return Person(f"K{place:04d}", _site(place), "", status, why, at, None, _replies(chance), (), 0, "")


def _site(place: int) -> str:
    return ("harbour", "hill", "meadow")[place % 7 // 3]


def _allocated(place: int, arm: str, chance: np.random.Generator) -> Person:
    at = BEGIN + timedelta(days=2 * place)
    drawn = float(chance.random())
    left = "" if drawn > 0.09 else "follow-up" if drawn > 0.03 else "training"
    until = int(chance.choice([1, 5, 12, 21, 90, 180])) if left == "follow-up" else 360
    replies = _replies(chance)
    doses = tuple(
        0.0 if chance.random() < 0.05 or (left == "training" and session > 3) else float(chance.beta(18, 1.2))
        for session in range(8)
    )
    scores = _scores(arm, until, chance)
    infused = at + timedelta(days=7, hours=int(chance.integers(0, 6)))
    return Person(f"K{place:04d}", _site(place), arm, "completed", "", at, infused, replies, doses, until, left, scores)


def _scores(arm: str, until: int, chance: np.random.Generator) -> dict[tuple[str, str], float]:
    plan = STUDY.assumptions
    assert plan is not None
    sd = np.array(plan.sd)
    spread = np.array(plan.matrix()) * np.outer(sd, sd)
    madrs = np.clip(np.round(chance.multivariate_normal(plan.means[arm], spread)), 0, 60)
    found: dict[tuple[str, str], float] = {}
    for visit, value in zip(plan.visits, madrs, strict=True):
        if STUDY.visit(visit).day <= until and (visit == "baseline" or chance.random() > 0.02):
            found["madrs.total", visit] = float(value)
            found["qids-sr.total", visit] = float(np.clip(round(0.42 * value + chance.normal(2, 2)), 0, 27))
    own, (early, late) = chance.normal(0, 2.5), YEAR[arm]
    for day in range(60, min(until, 360) + 1, 30):
        if chance.random() > 0.12:
            level = 13 + own + (early if day <= 90 else late) + chance.normal(0, 2)
            found["qids-sr.total", f"follow-up-{day}"] = float(np.clip(round(level), 0, 27))
    return found
