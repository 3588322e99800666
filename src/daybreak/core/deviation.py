"""Departures from the plan that a calendar shows by itself, each under a key that stays the same.

Whoever keeps them stores each key once. A departure that no longer follows, because the visit was entered later or the
infusion's time was corrected, is simply not among them any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daybreak.core.calendar import TAKEN, PersonCalendar, Planned

KINDS = {
    "visit-early": "Visit before its window",
    "visit-late": "Visit after its window",
    "visit-out-of-window": "Visit in another visit's window",
    "visit-missed": "Visit missed",
    "infusion-early": "Infusion before its window",
    "infusion-late": "Infusion after its window",
    "infusion-missed": "Infusion missed",
    "session-missed": "Training session missed",
    "session-partial": "Training session broken off",
    "dose-low": "Delivered dose below the study's limit",
    "training-late": "Training began on a later day",
}
"""What a kind of deviation is called."""


@dataclass(frozen=True)
class Played:
    """What the calendar does not say of a training session that is over."""

    dose: float
    complete: bool


@dataclass(frozen=True)
class Deviation:
    """One departure from the plan; `about` is the key of what departed. Facts are texts, times in UTC as ISO 8601."""

    kind: str
    about: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A name that is the same whenever this departure is found again."""
        return f"{self.kind}:{self.about}"


def deviations(
    calendar: PersonCalendar, played: Mapping[tuple[int, int], Played], least_dose: float | None = None
) -> tuple[Deviation, ...]:
    """Return the departures from the plan that can be seen in a calendar.

    Args:
        calendar: of one person.
        played: by infusion and number, the training sessions that are over.
        least_dose: the delivered dose (0 to 1) below which a completed session is a deviation; None for no limit.
    """
    found: list[Deviation] = []
    for one in calendar.planned:
        if one.kind == "session":
            found += _of_session(one, played.get((one.infusion, one.number)), least_dose)
        elif one.state not in ("done", "cancelled", "upcoming", "due"):
            found.append(Deviation(f"{one.kind}-{one.state}", one.key, _facts(one)))
    return (*found, *_late_starts(calendar))


def _of_session(one: Planned, played: Played | None, least_dose: float | None) -> Iterator[Deviation]:
    if one.state == "missed":
        yield Deviation("session-missed", one.key, _facts(one))
    elif one.state == "done" and played and not played.complete:
        yield Deviation("session-partial", one.key, _facts(one) | {"dose": f"{played.dose:.3f}"})
    elif one.state == "done" and played and least_dose is not None and played.dose < least_dose:
        yield Deviation("dose-low", one.key, {"dose": f"{played.dose:.3f}", "least": f"{least_dose:.3f}"})


def _late_starts(calendar: PersonCalendar) -> Iterator[Deviation]:
    sessions = calendar.of_kind("session")
    for number in sorted({one.infusion for one in sessions}):
        course = [one for one in sessions if one.infusion == number and one.on]
        began = min((one.done_at for one in course if one.done_at), default=None)
        planned = min((one.on for one in course if one.on), default=None)
        if began and planned and calendar.place.date_of(began) > planned:
            days = (calendar.place.date_of(began) - planned).days
            facts = {"planned": planned.isoformat(), "done": began.isoformat(), "by": _long(timedelta(days=days))}
            yield Deviation("training-late", f"infusion-{number}", facts)


def _facts(one: Planned) -> dict[str, str]:
    facts = {"opens": one.opens.isoformat(), "closes": one.closes.isoformat()}
    if one.kind == "session" and one.on:
        facts = {"planned": one.on.isoformat(), "closes": one.closes.isoformat()}
    if one.done_at and one.state in TAKEN:
        facts |= {"done": one.done_at.isoformat()}
        if one.state != "done":
            facts |= {"by": _long(_outside(one, one.done_at))}
    return facts


def _outside(one: Planned, done_at: datetime) -> timedelta:
    return one.opens - done_at if done_at < one.opens else done_at - one.closes


def _long(span: timedelta) -> str:
    """Return a length of time, rounded up to minutes, in at most two units: `3 d 4 h`."""
    minutes = max(1, -(-span // timedelta(minutes=1)))
    units = (("d", minutes // 1440), ("h", minutes // 60 % 24), ("min", minutes % 60))
    said = [f"{count} {unit}" for unit, count in units if count]
    return " ".join(said[:2])
