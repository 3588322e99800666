"""The whole calendar of one person, from enrolment to the last questionnaire: infusions, training sessions, visits.

One pure function: the study file's rules, what has happened so far, where the person lives, and what time it is. What
has not happened yet is planned from what has; nothing of it is stored anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from daybreak.core.local_time import LocalTime
from daybreak.core.schedule import SessionWindow, training_calendar
from daybreak.core.study import InfusionRules, StudyFile, TrainingRules, VisitRules
from daybreak.core.window import Window, first_infusion_window, later_infusion_window, visit_window

Kind = Literal["infusion", "visit", "session"]
State = Literal["upcoming", "due", "done", "early", "late", "out-of-window", "missed", "cancelled"]

TAKEN: frozenset[State] = frozenset({"done", "early", "late", "out-of-window"})
"""States of what took place."""
AHEAD: frozenset[State] = frozenset({"upcoming", "due"})
"""States of what can still take place in its window."""


@dataclass(frozen=True)
class CalendarRules:
    """The parts of a study file that a calendar follows; `visits` holds each occurrence by itself."""

    infusions: InfusionRules
    training: TrainingRules
    visits: tuple[VisitRules, ...]

    @staticmethod
    def of(file: StudyFile) -> CalendarRules:
        """Return the rules of a study file."""
        visits = tuple(one for visit in file.visits for one in visit.occurrences)
        return CalendarRules(file.infusions, file.training, visits)


@dataclass(frozen=True)
class Infused:
    """One infusion that took place; `started` is unknown in old records."""

    ended: datetime
    started: datetime | None = None


@dataclass(frozen=True)
class Past:
    """What has happened to one person; all times aware.

    `infusions` by number; `visits` by key; `sessions` by infusion and number: when each was completed or closed for
    good. `training_ended` and `follow_up_ended` are withdrawals.
    """

    enrolled_at: datetime | None = None
    infusions: Mapping[int, Infused] = field(default_factory=dict)
    visits: Mapping[str, datetime] = field(default_factory=dict)
    sessions: Mapping[tuple[int, int], datetime] = field(default_factory=dict)
    training_ended: datetime | None = None
    follow_up_ended: datetime | None = None

    def finished(self, infusion: int) -> dict[int, datetime]:
        """Return when each session after one infusion was over, by its number."""
        return {number: at for (after, number), at in self.sessions.items() if after == infusion}


@dataclass(frozen=True)
class Planned:
    """One thing in the calendar.

    `key` is stable: `infusion-2`, `session-1-3` (the third after infusion 1), `visit-day-12`. `number` counts
    infusions, and the sessions of a course; `visit` has the study file's rules of a visit. For a session `on` is the
    local date of the day it was planned for, which stays when the session moves.
    """

    key: str
    kind: Kind
    title: str
    window: Window
    state: State
    done_at: datetime | None = None
    number: int = 0
    infusion: int = 0
    on: date | None = None
    visit: VisitRules | None = None

    @property
    def opens(self) -> datetime:
        """From when on."""
        return self.window.opens

    @property
    def target(self) -> datetime:
        """When best."""
        return self.window.target

    @property
    def closes(self) -> datetime:
        """Until when."""
        return self.window.closes


@dataclass(frozen=True)
class Undated:
    """A visit that has no date yet, because what it is counted from has not happened."""

    visit: VisitRules
    waits_for: str


@dataclass(frozen=True)
class PersonCalendar:
    """A calendar at one moment. `planned` stands in order of time; `ended` once the person left the follow-up."""

    place: LocalTime
    now: datetime
    planned: tuple[Planned, ...]
    undated: tuple[Undated, ...]
    ended: bool = False

    def of_kind(self, kind: Kind) -> tuple[Planned, ...]:
        """Return what is of one kind, in order."""
        return tuple(one for one in self.planned if one.kind == kind)

    def find(self, key: str) -> Planned | None:
        """Return what has this key, or None."""
        return next((one for one in self.planned if one.key == key), None)

    def visit(self, key: str) -> Planned | None:
        """Return the visit of this key, or None if there is none or it has no date yet."""
        return self.find(f"visit-{key}")


def person_calendar(rules: CalendarRules, past: Past, place: LocalTime, now: datetime) -> PersonCalendar:
    """Return everything that is planned for one person, and what became of it, as things stand at `now`."""
    infusions = tuple(_infusions(rules.infusions, past, place, now))
    sessions = tuple(_sessions(rules, past, place, now))
    visits, undated = _visits(rules, past, place, now)
    found = (*infusions, *sessions, *visits)
    planned = sorted((*found, *_kept(past, {one.key for one in found})), key=_in_time)
    ended = past.follow_up_ended is not None and past.follow_up_ended <= now
    return PersonCalendar(place, now, tuple(planned), undated, ended)


def _kept(past: Past, planned: Collection[str]) -> Iterator[Planned]:
    """Yield what took place though the plan has no place for it, or none yet: it stays where it was."""
    for (infusion, number), at in past.sessions.items():
        key, title = f"session-{infusion}-{number}", f"Exercises {number}"
        if key not in planned:
            yield Planned(key, "session", title, Window(at, at, at), "done", at, number, infusion)
    for name, at in past.visits.items():
        if f"visit-{name}" not in planned:
            yield Planned(f"visit-{name}", "visit", name, Window(at, at, at), "done", at)


def _in_time(one: Planned) -> tuple[datetime, datetime, int, int]:
    return one.opens, one.closes, ("infusion", "visit", "session").index(one.kind), one.number


def _infusions(rules: InfusionRules, past: Past, place: LocalTime, now: datetime) -> Iterator[Planned]:
    """Yield the infusions of the plan, and any given beyond it. One not given yet is counted from the one before."""
    if past.enrolled_at is None and not past.infusions:
        return
    before: datetime | None = None
    for number in range(1, max(rules.count, *past.infusions, 1) + 1):
        given = past.infusions.get(number)
        if number > rules.count and given:
            window = Window(given.ended, given.ended, given.ended)
        elif before is None:
            start = past.enrolled_at or (given.ended if given else now)
            window = first_infusion_window(rules, start, place)
        else:
            window = later_infusion_window(rules, before, place)
        done_at = given.ended if given else None
        state: State = "done" if given and number > rules.count else _state(window, done_at, past.follow_up_ended, now)
        title = f"Infusion {number} of {rules.count}" if rules.count > 1 else "Infusion"
        yield Planned(f"infusion-{number}", "infusion", title, window, state, done_at, number, number)
        before = done_at or window.target


def _sessions(rules: CalendarRules, past: Past, place: LocalTime, now: datetime) -> Iterator[Planned]:
    for number in rules.infusions.with_training:
        if number in past.infusions:
            yield from _course(rules, past, place, now, number)


def present_course(rules: InfusionRules, past: Past) -> int | None:
    """Return the number of the infusion that the present training hangs on, or None before it."""
    return max((number for number in rules.with_training if number in past.infusions), default=None)


def course_windows(
    rules: CalendarRules, past: Past, place: LocalTime, now: datetime, number: int
) -> tuple[SessionWindow, ...]:
    """Return the training sessions that hang on infusion `number`. Who withdrew misses nothing after that."""
    ended = past.training_ended if past.training_ended and past.training_ended <= now else None
    until = min(
        (past.infusions[n].ended for n in rules.infusions.with_training if n > number and n in past.infusions),
        default=None,
    )
    windows = training_calendar(
        rules.training, past.infusions[number].ended, place, past.finished(number), ended or now, until
    )
    if ended is None:
        return windows
    return tuple(replace(one, state="cancelled") if one.state in ("open", "upcoming") else one for one in windows)


def _course(rules: CalendarRules, past: Past, place: LocalTime, now: datetime, number: int) -> Iterator[Planned]:
    windows = course_windows(rules, past, place, now, number)
    for window in windows:
        state: State = "due" if window.state == "open" else window.state
        title = f"Exercises {window.number} of {len(windows)}"
        yield Planned(
            f"session-{number}-{window.number}",
            "session",
            title,
            Window(window.opens, window.opens, window.closes),
            state,
            past.sessions.get((number, window.number)),
            window.number,
            number,
            window.on,
        )


def _visits(
    rules: CalendarRules, past: Past, place: LocalTime, now: datetime
) -> tuple[tuple[Planned, ...], tuple[Undated, ...]]:
    dated: list[Planned] = []
    undated: list[Undated] = []
    for visit in rules.visits:
        origin, waits_for = _origin(rules.infusions, visit, past)
        if origin is None and visit.key in past.visits:
            continue  # done before its time: kept by itself
        if origin is None:
            undated.append(Undated(visit, waits_for))
            continue
        window = _visit_window(visit, origin, past, place)
        done_at = past.visits.get(visit.key)
        state = _state(window, done_at, past.follow_up_ended, now)
        dated.append(Planned(f"visit-{visit.key}", "visit", visit.title, window, state, done_at, visit=visit))
    return tuple(_misplaced(one, dated) for one in dated), tuple(undated)


def _origin(rules: InfusionRules, visit: VisitRules, past: Past) -> tuple[datetime | None, str]:
    number = rules.number(visit.counted_from)
    if number is None:
        return past.enrolled_at, "enrolment"
    given = past.infusions.get(number)
    return given.ended if given else None, f"infusion {number}" if rules.count > 1 else "infusion"


def _visit_window(visit: VisitRules, origin: datetime, past: Past, place: LocalTime) -> Window:
    """Return a visit's window.

    A baseline (counted from enrolment, planned for day 0 or before) ends when the first infusion begins: what is
    measured after it is no baseline.
    """
    window = visit_window(visit, origin, place)
    first = past.infusions.get(1)
    if visit.counted_from == "enrolment" and visit.day <= 0 and first:
        return window.cut_at(first.started or first.ended)
    return window


def _state(window: Window, done_at: datetime | None, ended: datetime | None, now: datetime) -> State:
    if done_at is not None:
        return "early" if done_at < window.opens else "done" if done_at < window.closes else "late"
    if ended is not None and ended <= now and ended < window.closes:
        return "cancelled"
    if now >= window.closes:
        return "missed"
    return "due" if now >= window.opens else "upcoming"


def _misplaced(one: Planned, visits: list[Planned]) -> Planned:
    """Return the visit as out of window if it was early or late so far that it fell into another visit's window."""
    if one.state not in ("early", "late") or one.done_at is None or one.visit is None:
        return one
    others = (other for other in visits if other.visit and other.visit.by == one.visit.by and other is not one)
    fell_into = any(other.window.holds(one.done_at) for other in others)
    return replace(one, state="out-of-window") if fell_into else one
