"""When training sessions open and close, counted from the infusion in the participant's own time zone.

The rules: a session opens no earlier than `starts_after_infusion` after the infusion's end, inside the hours of a
training day, at least `gap` after the one before it was finished, at most `sessions_per_day` a day, in order, until the
last catch-up day is over. Lengths of time are absolute, so a day with a clock change moves no gap; hours are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from daybreak.core.study import TrainingRules

State = Literal["upcoming", "open", "done", "missed"]


@dataclass(frozen=True)
class SessionWindow:
    """One training session in the calendar.

    `day` counts training days from 1 as planned. `opens` and `closes` bound the session on the day it falls on now: a
    session missed on its own day moves to a later one. For a `missed` session both are the end of the calendar.
    """

    number: int
    day: int
    opens: datetime
    closes: datetime
    state: State


@dataclass(frozen=True)
class TrainingDay:
    """One training day in absolute time: its local date, and when its hours begin and end."""

    date: date
    opens: datetime
    closes: datetime


def training_days(rules: TrainingRules, infusion_ended: datetime, zone: ZoneInfo) -> tuple[TrainingDay, ...]:
    """Return the planned days and the catch-up days.

    The first is the local day on which `starts_after_infusion` has passed, or the next if its hours are over by then.

    Raises:
        ValueError: `infusion_ended` has no time zone.
    """
    if infusion_ended.tzinfo is None:
        raise ValueError("infusion_ended needs a time zone")
    start = (infusion_ended.astimezone(UTC) + rules.starts_after_infusion).astimezone(zone)
    first = start.date() if start < _at(start.date(), rules, zone).closes else start.date() + timedelta(days=1)
    days = [_at(first + timedelta(days=offset), rules, zone) for offset in range(rules.days + rules.catch_up_days)]
    begins = max(days[0].opens, start.astimezone(UTC))
    return (TrainingDay(first, begins, days[0].closes), *days[1:])


def training_calendar(
    rules: TrainingRules,
    infusion_ended: datetime,
    zone: ZoneInfo,
    finished: Mapping[int, datetime],
    now: datetime,
) -> tuple[SessionWindow, ...]:
    """Return the window of every planned training session as things stand at `now`.

    Args:
        rules: the study file's training table.
        infusion_ended: aware; the origin of the calendar.
        zone: the participant's time zone.
        finished: session number (from 1) to the aware time it was completed or closed for good.
        now: aware.

    Raises:
        ValueError: `infusion_ended` has no time zone.
    """
    days = training_days(rules, infusion_ended, zone)
    taken = [_day_of(moment, zone) for moment in finished.values()]
    free_from = max((moment.astimezone(UTC) + rules.gap for moment in finished.values()), default=days[0].opens)
    windows: list[SessionWindow] = []
    for number in range(1, rules.sessions + 1):
        planned = (number - 1) // rules.sessions_per_day + 1
        if number in finished:
            day = _finished_on(days, finished[number], zone)
            windows.append(SessionWindow(number, planned, day.opens, day.closes, "done"))
            continue
        earliest = max(free_from, days[0].opens)
        slot = _next_slot(days, taken, rules.sessions_per_day, max(earliest, _not_over(days, now)))
        if slot is None:
            windows.append(SessionWindow(number, planned, days[-1].closes, days[-1].closes, "missed"))
            continue
        opens = max(slot.opens, earliest)
        windows.append(SessionWindow(number, planned, opens, slot.closes, "open" if opens <= now else "upcoming"))
        taken.append(slot.date)
        # The next session is shown as if this one were played as soon as it can be.
        free_from = max(opens, now.astimezone(UTC)) + rules.gap
    return tuple(windows)


def _at(day: date, rules: TrainingRules, zone: ZoneInfo) -> TrainingDay:
    opens, closes = (datetime.combine(day, hour, tzinfo=zone).astimezone(UTC) for hour in rules.hours)
    return TrainingDay(day, opens, closes)


def _day_of(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _finished_on(days: tuple[TrainingDay, ...], moment: datetime, zone: ZoneInfo) -> TrainingDay:
    """Return the training day of a finished session; one finished past the last hours belongs to the nearest day."""
    on = _day_of(moment, zone)
    return min(days, key=lambda day: abs(day.date - on))


def _not_over(days: tuple[TrainingDay, ...], now: datetime) -> datetime:
    """Return `now`, so that days already over are passed by, but never a time before the first day."""
    return max(now.astimezone(UTC), days[0].opens)


def _next_slot(
    days: tuple[TrainingDay, ...], taken: list[date], per_day: int, earliest: datetime
) -> TrainingDay | None:
    """Return the first day whose hours are not over at `earliest` and that has room for one more session."""
    for day in days:
        if earliest < day.closes and taken.count(day.date) < per_day:
            return day
    return None
