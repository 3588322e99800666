"""The rows of the tables of visits and deviations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from daybreak.core.calendar import CalendarRules, PersonCalendar, Planned
from daybreak.core.participation import ALLOCATED
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import with_data
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of
from daybreak.server.visits.models import Deviation

Row = dict[str, Any]
UNITS = {"d": 24.0, "h": 1.0, "min": 1 / 60}


def visit_rows(study: Study) -> Iterator[Row]:
    """Yield one row a planned visit of everybody who is enrolled, in order of time, as things stand now."""
    rules, now = CalendarRules.of(file_of(study)), clock.now()
    people = with_data(Participant.objects.filter(study=study, status__in=ALLOCATED)).select_related("site", "study")
    for person in people.prefetch_related(*CALENDAR_ROWS).order_by("code"):
        whose = {"participant": person.code, "site": person.site.key}
        calendar = calendar_of(person, now, rules)
        number = rules.infusions.number("infusion")
        infused = next((one.ended_at for one in person.infusions.all() if one.number == number), None)
        modes = {visit.key: visit.mode for visit in person.visits.all()}
        for one in calendar.of_kind("visit"):
            key = one.key.removeprefix("visit-")
            yield whose | _visit(one, key) | _kept(one, calendar, infused) | {"held": modes.get(key)}
        for undated in calendar.undated:
            visit = undated.visit
            yield whose | {
                "visit": visit.key,
                "visit_day": visit.day,
                "visit_by": visit.by,
                "visit_state": "waiting",
            }


def deviation_rows(study: Study) -> Iterator[Row]:
    """Yield one row a departure from the plan that has not lapsed."""
    people = with_data(Participant.objects.filter(study=study))
    found = Deviation.objects.filter(participant__in=people, lapsed_at=None).select_related("participant__site")
    for one in found.order_by("participant__code", "key"):
        facts: dict[str, str] = one.facts
        about = facts.get("about", one.key.partition(":")[2])
        opens, closes, done = (_moment(facts.get(name)) for name in ("opens", "closes", "done"))
        yield {
            "participant": one.participant.code,
            "site": one.participant.site.key,
            "deviation": one.kind,
            "about": about,
            "visit": about.removeprefix("visit-") if about.startswith("visit-") else None,
            "noticed_at": one.noticed_at,
            "planned_from": opens,
            "planned_until": closes,
            "done_at": done,
            "hours_off": _hours_off(opens, closes, done) or _hours_said(facts.get("by", "")),
            "dose": float(facts["dose"]) if "dose" in facts else None,
            "explained": one.explained_at is not None,
        }


def _visit(one: Planned, key: str) -> Row:
    """Return what is planned; a visit that stands in the calendar only because it took place has no plan."""
    if one.visit is None:
        return {"visit": key, "visit_state": one.state}
    return {
        "visit": key,
        "visit_day": one.visit.day,
        "visit_by": one.visit.by,
        "visit_state": one.state,
        "opens_at": one.opens,
        "best_at": one.target,
        "closes_at": one.closes,
    }


def _kept(one: Planned, calendar: PersonCalendar, infused: datetime | None) -> Row:
    if one.done_at is None or infused is None:
        return {"kept_at": one.done_at}
    return {
        "kept_at": one.done_at,
        "kept_day": (calendar.place.date_of(one.done_at) - calendar.place.date_of(infused)).days,
        "days_since_infusion": (one.done_at - infused) / timedelta(days=1),
    }


def _moment(said: str | None) -> datetime | None:
    """Return a time of a deviation's facts; where it is a day, there is none."""
    return datetime.fromisoformat(said) if said and "T" in said else None


def _hours_off(opens: datetime | None, closes: datetime | None, done: datetime | None) -> float | None:
    if done is None or opens is None or closes is None:
        return None
    outside = opens - done if done < opens else done - closes
    return outside / timedelta(hours=1)


def _hours_said(said: str) -> float | None:
    """Return the hours of a length of time such as `2 d 3 h`, or None of none."""
    parts = re.findall(r"(\d+) (d|h|min)", said)
    return sum(int(count) * UNITS[unit] for count, unit in parts) if parts else None
