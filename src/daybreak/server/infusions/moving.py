"""What an infusion moves in a person's calendar: old and new side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daybreak.core.calendar import Infused, Planned
from daybreak.core.calendar_change import calendar_moves
from daybreak.core.local_time import LocalTime
from daybreak.server.enrolment.models import Participant
from daybreak.server.infusions.facts import InfusionFacts
from daybreak.server.training.calendar import past_of, rules_of
from daybreak.server.visits.calendar import calendar_if_infused, calendar_of
from daybreak.server.visits.said import STATES, said_window


@dataclass(frozen=True)
class MovedRow:
    """One line: what it is, its window before and after, and its state before and after."""

    title: str
    before: str
    after: str
    state_before: str
    state_after: str


def moved_rows(participant: Participant, number: int, facts: InfusionFacts, now: datetime) -> list[MovedRow]:
    """Return what would stand elsewhere, or otherwise, if infusion `number` had taken place as entered."""
    before = calendar_of(participant, now)
    after = calendar_if_infused(participant, number, Infused(facts.ended_at, facts.started_at), now)
    moves = calendar_moves(before, after)
    shown = (move for move in moves if move.window_moves or _state(move.before) != _state(move.after))
    return [
        MovedRow(
            move.title,
            _window(move.before, before.place),
            _window(move.after, after.place),
            _state(move.before),
            _state(move.after),
        )
        for move in shown
        if not move.key.startswith(f"infusion-{number}")
    ]


def played_before(participant: Participant, number: int, facts: InfusionFacts) -> int:
    """Return how many sessions of this infusion's training were over before they could have begun; they stay."""
    begins = facts.ended_at + rules_of(participant).training.starts_after_infusion
    return sum(at < begins for at in past_of(participant).finished(number).values())


def _window(one: Planned | None, place: LocalTime) -> str:
    return said_window(one, place) if one else "not dated yet"


def _state(one: Planned | None) -> str:
    return STATES.get(one.state, one.state) if one else ""
