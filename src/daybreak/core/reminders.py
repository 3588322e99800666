"""Which messages the study file means for one person, and when: a pure function of their calendar.

A message hangs on something in the calendar: a training session, a visit. What took place or was cancelled needs none;
what is due at one moment needs one.
Each has a key that stays the same when its time moves, so that whoever sends can see what was sent before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from daybreak.core.calendar import TAKEN, PersonCalendar, Planned
from daybreak.core.local_time import DAY, LocalTime
from daybreak.core.study import MessageRules, QuietHours, StudyFile
from daybreak.core.study.messages import Channel

MINUTE = timedelta(minutes=1)
LASTS = 7 * DAY
"""How long a message is still of use that is counted from a moment that is over."""


@dataclass(frozen=True)
class MessagePlan:
    """What a study file says of messages; beside each rule stand the keys of the visits that it is about."""

    rules: tuple[tuple[MessageRules, frozenset[str]], ...]
    quiet: QuietHours

    @staticmethod
    def of(file: StudyFile) -> MessagePlan:
        """Return the plan of a study file."""
        return MessagePlan(tuple((rule, frozenset(_visits(file, rule))) for rule in file.messages), file.quiet_hours)


@dataclass(frozen=True)
class Reminder:
    """One message that is meant to be sent at `at`, or a little later, but not from `not_after` on.

    `about` is `visit:follow-up-60`, or `training:1:3` for the third session after infusion 1.
    """

    key: str
    rule: str
    about: str
    to: Literal["participant", "coordinator"]
    channel: Channel
    at: datetime
    not_after: datetime


@dataclass(frozen=True)
class Due:
    """Something in a calendar, and before when a message about it is of use."""

    one: Planned
    not_after: datetime


def reminders(plan: MessagePlan, calendar: PersonCalendar) -> tuple[Reminder, ...]:
    """Return every message that the plan means for a person, past ones too, in order of time.

    Args:
        plan: of the study file in effect.
        calendar: the person's.
    """
    found = [
        Reminder(f"{rule.key}:{due[0].one.key}:{channel}", rule.key, about(due[0].one), rule.to, channel, at, until)
        for rule, visits in plan.rules
        for at, due in _at_once(rule, visits, plan.quiet, calendar).items()
        for until in [max(each.not_after for each in due)]
        for channel in rule.channels
    ]
    return tuple(sorted(found, key=lambda each: (each.at, each.key)))


def _at_once(
    rule: MessageRules, visits: frozenset[str], quiet: QuietHours, calendar: PersonCalendar
) -> dict[datetime, list[Due]]:
    """Return all that a rule is about by the time of its message.

    Training sessions that somebody put off open or close together: one message, about the first, speaks for them all.
    """
    found: dict[datetime, list[Due]] = {}
    for one in calendar.planned:
        if _is_about(rule, visits, one):
            for at, not_after in _span(rule, quiet, calendar.place, one):
                found.setdefault(at, []).append(Due(one, not_after))
    return found


def about(one: Planned) -> str:
    """Return how messages call something in a calendar: `visit:day-30`, `training:1:3`, `infusion:1`."""
    if one.kind == "session":
        return f"training:{one.infusion}:{one.number}"
    return one.key.replace("-", ":", 1)


def quiet_until(quiet: QuietHours, place: LocalTime, moment: datetime) -> datetime | None:
    """Return when the quiet hours are over in which `moment` lies, or None where it lies in none."""
    local = place.local(moment)
    if not quiet.hold(local.time()):
        return None
    on = local.date() if local.time() < quiet.ends else local.date() + DAY
    over = place.at(on, quiet.ends)
    if over > moment:
        return over
    # The clock was put back into the quiet hours, whose end was reached once before: the second time counts.
    return datetime.combine(on, quiet.ends, tzinfo=place.zone_at(moment)).replace(fold=1).astimezone(UTC)


def _visits(file: StudyFile, rule: MessageRules) -> Iterator[str]:
    for visit in file.visits:
        for one in visit.occurrences:
            if visit.key in rule.visits or one.key in rule.visits or (not rule.visits and visit.by == "participant"):
                yield one.key


def _is_about(rule: MessageRules, visits: frozenset[str], one: Planned) -> bool:
    if one.state in TAKEN or one.state == "cancelled":
        return False
    if rule.about == "training":
        return one.kind == "session"
    return one.kind == "visit" and one.visit is not None and one.visit.key in visits


def _span(rule: MessageRules, quiet: QuietHours, place: LocalTime, one: Planned) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when on and before when to send, if there is such a time outside the quiet hours."""
    base = one.opens if rule.when == "opens" else one.closes
    at = _moved(base, rule.after, place)
    not_after = base if rule.after < timedelta() else at + LASTS
    if rule.when == "opens" and rule.after >= timedelta():
        not_after = one.closes
    if rule.to == "participant":
        at = _outside(quiet, place, at, not_after)
    if at < not_after and not (rule.when == "opens" and rule.after >= timedelta() and at < one.opens):
        yield at, not_after


def _moved(base: datetime, after: timedelta, place: LocalTime) -> datetime:
    if after % DAY:
        return base + after
    local = place.local(base)
    return place.at(local.date() + after, local.time()) if after else base


def _outside(quiet: QuietHours, place: LocalTime, at: datetime, not_after: datetime) -> datetime:
    """Return `at`, or the end of the quiet hours it falls into; if that is too late, the minute before they begin."""
    until = quiet_until(quiet, place, at)
    if until is None or until < not_after:
        return until or at
    local = place.local(at)
    on = local.date() if local.time() >= quiet.begins else local.date() - DAY
    return place.at(on, quiet.begins) - MINUTE
