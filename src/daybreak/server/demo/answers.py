"""What a simulated person would answer: made up to look plausible, from no study, and by no arm.

How unwell somebody is goes from 0 to 1: high before the infusion, low in the days after it, and slowly back part of the
way, with good and bad days. Items follow it, each a little by itself; those about suicide stay low but for a few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from daybreak.core.instruments import Instrument, Item, Value

BEFORE, LOWEST, LATER = 0.56, 0.3, 0.4
BACK_DAYS = 45.0
DAILY, ITEM_SPREAD = 0.06, 0.13
GRAVE = ("suicid", "self_harm", "wish_dead", "c-ssrs")
GRAVE_SHARE, GRAVE_DAY = 0.3, 0.012
MISSED_ITEM = 0.25
"""How often an item that need not be answered is left out."""


@dataclass(frozen=True)
class Mood:
    """How unwell one person is, and how much it lifts."""

    before: float
    lift: float
    lasting: float

    @staticmethod
    def drawn(chance: Random) -> Mood:
        """Return somebody's."""
        return Mood(
            before=min(0.9, max(0.35, chance.gauss(BEFORE, 0.09))),
            lift=min(1.2, max(0.1, chance.gauss(0.9, 0.35))),
            lasting=min(1.0, max(0.0, chance.gauss(0.55, 0.3))),
        )

    def at(self, days: float | None, chance: Random) -> float:
        """Return how unwell they are so many days after the infusion; None before it."""
        level = self.before
        if days is not None and days >= 0:
            low = self.before - self.lift * (BEFORE - LOWEST)
            back = (1 - self.lasting) * (LATER - LOWEST) * 2 * min(1.0, days / BACK_DAYS)
            level = low + back
        return min(0.97, max(0.02, chance.gauss(level, DAILY)))


def plausible(instrument: Instrument, level: float, today: date, chance: Random) -> dict[str, Value]:
    """Return answers to all that is asked and needed, and to most of the rest."""
    answers: dict[str, Value] = {}
    grave_day = chance.random() < GRAVE_DAY
    for item in instrument.items:
        if item in instrument.asked(answers) and (item.required or chance.random() >= MISSED_ITEM):
            grave = any(mark in f"{instrument.key}.{item.key}" for mark in GRAVE)
            share = level if not grave else max(level, 0.75) if grave_day else GRAVE_SHARE * level
            answers[item.key] = _answer(item, share, today, chance)
    return answers


def typed(answers: dict[str, Value]) -> Iterator[tuple[str, str]]:
    """Yield each answer as a page sends it."""
    for key, value in answers.items():
        yield key, ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _answer(item: Item, share: float, today: date, chance: Random) -> Value:
    if item.kind == "text":
        return "Nothing new to tell."
    if item.kind == "date":
        return today
    if item.kind == "yes-no":
        return chance.random() < share / 3
    steps = [choice.value for choice in item.choices] or _range(item)
    drawn = chance.gauss(share, ITEM_SPREAD) * (len(steps) - 1)
    return steps[min(len(steps) - 1, max(0, round(drawn)))]


def _range(item: Item) -> list[int]:
    least = item.least or 0
    return list(range(least, (least + 10 if item.most is None else item.most) + 1))
