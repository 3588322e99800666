"""When training sessions open and close, counted from the infusion in the participant's own time zone.

The rules: a session opens no earlier than `starts_after_infusion` after the infusion's end, inside the hours of a
training day, at least `gap` after the one before it was finished, at most `sessions_per_day` a day, in order, until the
last catch-up day is over. Lengths of time are absolute, so a day with a clock change moves no gap; hours are local.
Boosters follow the same rules on days of their own, with numbers after those of the programme; what was left out of the
programme is not made up there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from daybreak.core.local_time import DAY, LocalTime
from daybreak.core.study import TrainingRules

State = Literal["upcoming", "open", "done", "missed", "cancelled"]


@dataclass(frozen=True)
class SessionWindow:
    """One training session in the calendar.

    `day` counts training days from 1 as planned, and `on` is the local date of that day. `opens` and `closes` bound the
    session on the day it falls on now: a session missed on its own day moves to a later one. For a `missed` session
    both are the end of the days on which it could be made up. A `cancelled` one could still have been played when the
    person withdrew from training.
    """

    number: int
    day: int
    on: date
    opens: datetime
    closes: datetime
    state: State


@dataclass(frozen=True)
class TrainingDay:
    """One training day: its local date, when its hours begin and end, and for how many sessions there is room."""

    date: date
    opens: datetime
    closes: datetime
    room: int


@dataclass(frozen=True)
class Stretch:
    """Training days that belong together, the programme itself or one booster, and the sessions planned on them."""

    days: tuple[TrainingDay, ...]
    closes: datetime
    first_number: int
    first_day: int
    sessions: int
    per_day: int

    @property
    def numbers(self) -> range:
        """Numbers of the sessions."""
        return range(self.first_number, self.first_number + self.sessions)

    def planned(self, number: int) -> int:
        """Return the place, from 0, of the day on which a session is planned."""
        return (number - self.first_number) // self.per_day

    def until(self, end: datetime | None) -> Stretch:
        """Return what is left of the stretch if all training is over at `end`."""
        if end is None or end >= self.closes:
            return self
        days = (
            TrainingDay(day.date, day.opens, min(day.closes, end), day.room) for day in self.days if day.opens < end
        )
        return Stretch(tuple(days), end, self.first_number, self.first_day, self.sessions, self.per_day)


def training_days(
    rules: TrainingRules, infusion_ended: datetime, zone: ZoneInfo | LocalTime
) -> tuple[TrainingDay, ...]:
    """Return the planned days and the catch-up days of the programme; boosters apart.

    The first is the local day on which `starts_after_infusion` has passed, or the next if its hours are over by then.

    Raises:
        ValueError: `infusion_ended` has no time zone.
    """
    if infusion_ended.tzinfo is None:
        raise ValueError("infusion_ended needs a time zone")
    place = LocalTime.of(zone)
    start = infusion_ended.astimezone(UTC) + rules.starts_after_infusion
    first = place.date_of(start)
    if start >= _hours(first, rules, place).closes:
        first += DAY
    days = [_hours(first + offset * DAY, rules, place) for offset in range(rules.days + rules.catch_up_days)]
    return (TrainingDay(first, max(days[0].opens, start), days[0].closes, days[0].room), *days[1:])


def training_calendar(
    rules: TrainingRules,
    infusion_ended: datetime,
    zone: ZoneInfo | LocalTime,
    finished: Mapping[int, datetime],
    now: datetime,
    until: datetime | None = None,
) -> tuple[SessionWindow, ...]:
    """Return the window of every planned training session as things stand at `now`.

    Args:
        rules: the study file's training table.
        infusion_ended: aware; the origin of the calendar.
        zone: the participant's time zone, or their local time where the zone changed on the way.
        finished: session number (from 1) to the aware time it was completed or closed for good.
        now: aware.
        until: when another infusion began a calendar of its own, if one did; nothing of this one is played after that.

    Raises:
        ValueError: `infusion_ended` has no time zone.
    """
    place, now = LocalTime.of(zone), now.astimezone(UTC)
    taken = [place.date_of(moment) for moment in finished.values()]
    free_from = max((moment.astimezone(UTC) + rules.gap for moment in finished.values()), default=infusion_ended)
    windows: list[SessionWindow] = []
    for stretch in _stretches(rules, infusion_ended, place):
        left = stretch.until(until)
        for number in stretch.numbers:
            offset = stretch.planned(number)
            planned = (number, stretch.first_day + offset, stretch.days[offset].date)
            if number in finished:
                day = _finished_on(stretch.days, place.date_of(finished[number]))
                windows.append(SessionWindow(*planned, day.opens, day.closes, "done"))
                continue
            earliest = max(free_from, stretch.days[0].opens)
            slot = _next_slot(left.days, taken, max(earliest, now))
            if slot is None:
                windows.append(SessionWindow(*planned, left.closes, left.closes, "missed"))
                continue
            opens = max(slot.opens, earliest)
            windows.append(SessionWindow(*planned, opens, slot.closes, "open" if opens <= now else "upcoming"))
            taken.append(slot.date)
            # The next session is shown as if this one were played as soon as it can be.
            free_from = max(opens, now) + rules.gap
    return tuple(windows)


def _stretches(rules: TrainingRules, infusion_ended: datetime, place: LocalTime) -> Iterator[Stretch]:
    days = training_days(rules, infusion_ended, place)
    yield Stretch(days, days[-1].closes, 1, 1, rules.sessions, rules.sessions_per_day)
    number = rules.sessions + 1
    for place_in_list, booster in enumerate(rules.boosters, start=1):
        date_ = place.date_of(infusion_ended) + booster.day * DAY
        own = _hours(date_, rules, place, booster.sessions)
        made_up = (_hours(date_ + offset * DAY, rules, place) for offset in range(1, 1 + rules.catch_up_days))
        days = (own, *made_up)
        yield Stretch(days, days[-1].closes, number, rules.days + place_in_list, booster.sessions, booster.sessions)
        number += booster.sessions


def _hours(day: date, rules: TrainingRules, place: LocalTime, room: int = 0) -> TrainingDay:
    opens, closes = (place.at(day, hour) for hour in rules.hours)
    return TrainingDay(day, opens, max(opens, closes), room or rules.sessions_per_day)


def _finished_on(days: tuple[TrainingDay, ...], on: date) -> TrainingDay:
    """Return the training day of a finished session; one finished past the last hours belongs to the nearest day."""
    return min(days, key=lambda day: abs(day.date - on))


def _next_slot(days: tuple[TrainingDay, ...], taken: list[date], earliest: datetime) -> TrainingDay | None:
    """Return the first day whose hours are not over at `earliest` and that has room for one more session."""
    for day in days:
        if earliest < day.closes and taken.count(day.date) < day.room:
            return day
    return None
