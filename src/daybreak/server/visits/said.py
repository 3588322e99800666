"""How staff read times, windows, states and deviations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse

from daybreak.core.calendar import TAKEN, PersonCalendar, Planned, Undated
from daybreak.core.deviation import KINDS
from daybreak.core.local_time import LocalTime
from daybreak.server.enrolment.models import Participant
from daybreak.server.visits.models import Deviation

MOMENT = "%a %-d %b %Y, %H:%M"
DATE = "%a %-d %b %Y"
STATES = {"out-of-window": "out of window"}


@dataclass(frozen=True)
class Row:
    """One line of a person's schedule; `href` leads to where it is recorded or read."""

    title: str
    window: str
    state: str
    look: str
    took_place: str
    href: str = ""
    action: str = ""


def said_moment(moment: datetime | None, place: LocalTime) -> str:
    """Return a moment as the person's clock shows it."""
    return place.local(moment).strftime(MOMENT) if moment else "–"


def said_window(one: Planned, place: LocalTime) -> str:
    """Return from when to when: dates for what is counted in days, hours for all else."""
    if one.opens == one.closes and one.state != "missed":
        return "–"
    if one.kind == "visit" and one.visit and not one.visit.in_days:
        return said_hours(one.opens, one.closes, place)
    if one.kind == "session" and one.state == "missed" and one.on:
        return f"planned for {one.on:{DATE}}"
    if one.kind == "session":
        return said_hours(one.opens, one.closes, place)
    first, last = place.date_of(one.opens), place.date_of(one.closes - timedelta(minutes=1))
    return f"{first:{DATE}}" if first == last else f"{first:{DATE}} to {last:{DATE}}"


def said_hours(first: datetime, last: datetime, place: LocalTime) -> str:
    """Return a span in hours; the date stands once if it is the same."""
    same_day = place.date_of(first) == place.date_of(last)
    end = f"{place.local(last):%H:%M}" if same_day else said_moment(last, place)
    return f"{said_moment(first, place)} to {end}"


def schedule_rows(calendar: PersonCalendar, person: Participant, *, may_record: bool) -> Iterator[Row]:
    """Yield the lines of a person's schedule in order of time."""
    for one in calendar.planned:
        href, action = _way(one, person, may_record)
        yield Row(
            title=one.title,
            window=said_window(one, calendar.place),
            state=STATES.get(one.state, one.state),
            look=one.state,
            took_place=said_moment(one.done_at, calendar.place),
            href=href,
            action=action,
        )


def undated_rows(undated: tuple[Undated, ...]) -> Iterator[Row]:
    """Yield the lines of what has no date yet."""
    for each in undated:
        yield Row(each.visit.title, f"when {each.waits_for} is recorded", "not dated yet", "", "–")


def said_deviation(deviation: Deviation, place: LocalTime) -> str:
    """Return the facts of a deviation in one line, in the person's own time."""
    facts = deviation.facts
    parts = []
    if "done" in facts:
        parts.append(f"took place {said_moment(datetime.fromisoformat(facts['done']), place)}")
    if "by" in facts:
        parts.append(f"{facts['by']} {'late' if not deviation.kind.endswith('early') else 'early'}")
    if "planned" in facts:
        parts.append(f"planned for {date.fromisoformat(facts['planned']):{DATE}}")
    elif "opens" in facts:
        first, last = (datetime.fromisoformat(facts[key]) for key in ("opens", "closes"))
        parts.append(f"window {_dates(first, last, place) or said_hours(first, last, place)}")
    if "dose" in facts:
        parts.append(f"delivered dose {100 * float(facts['dose']):.0f} %")
    if "least" in facts:
        parts.append(f"limit {100 * float(facts['least']):.0f} %")
    return ", ".join(parts)


def _dates(first: datetime, last: datetime, place: LocalTime) -> str:
    """Return a span from midnight to midnight as its dates; nothing for any other."""
    if any(place.local(moment).time() != time() for moment in (first, last)):
        return ""
    return f"{place.date_of(first):{DATE}} to {place.date_of(last - timedelta(minutes=1)):{DATE}}"


def said_about(deviation: Deviation) -> str:
    """Return what a deviation is about: `visit day-12`, `session 3 after infusion 1`."""
    kind, _, rest = str(deviation.facts.get("about", "")).partition("-")
    if kind == "session":
        infusion, _, number = rest.partition("-")
        return f"session {number} after infusion {infusion}"
    return f"{kind} {rest}"


def said_kind(deviation: Deviation) -> str:
    """Return what a deviation is called."""
    return KINDS.get(deviation.kind, deviation.kind)


def _way(one: Planned, person: Participant, may_record: bool) -> tuple[str, str]:
    if one.kind == "visit" and one.visit:
        key = one.key.removeprefix("visit-")
        can = may_record and one.state not in ("upcoming", "cancelled")
        words = ("open" if one.state in TAKEN else "record") if can else ""
        return (reverse("desk-visit", args=[person.code, key]) if words else ""), words
    if one.kind == "infusion" and one.done_at:
        return reverse("desk-infusion", args=[person.code, one.number]), "open"
    return "", ""
