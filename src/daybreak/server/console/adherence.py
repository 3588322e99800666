"""The desk's map of people and sessions: shade and number say the delivered dose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.urls import reverse

from daybreak.core.calendar import CalendarRules
from daybreak.core.schedule import SessionWindow
from daybreak.server.enrolment.models import Cues, Participant, Portrait
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of
from daybreak.server.training.calendar import PAST_ROWS, course_of
from daybreak.server.training.models import TrainingSession

ROWS_A_PAGE = 25
SHADES = ((95, "dose-4"), (80, "dose-3"), (50, "dose-2"), (1, "dose-1"))


@dataclass(frozen=True)
class Cell:
    """One person's session: what is seen, what is heard, how it looks, and where it leads."""

    text: str
    said: str
    look: str = ""
    href: str = ""


@dataclass(frozen=True)
class PersonRow:
    """One person in the map."""

    code: str
    site: str
    ready: str
    infusion: datetime | None
    next: str
    heard: datetime | None
    cells: list[Cell]


@dataclass(frozen=True)
class AdherenceMap:
    """One page of the map."""

    rows: list[PersonRow]
    numbers: range
    page: Page[Any]
    previous_href: str
    next_href: str


def adherence_map(study: Study, sites: QuerySet[Site], number: str, now: datetime) -> AdherenceMap:
    """Return page `number` of the people at `sites` who had an infusion, the last one first.

    A fixed number of queries, however many people there are.
    """
    people = (
        Participant.objects.filter(site__in=sites)
        .annotate(infused_at=Max("infusions__ended_at"))
        .exclude(infused_at=None)
        .select_related("site")
        .prefetch_related(*PAST_ROWS)
        .annotate(
            with_cues=Exists(Cues.objects.filter(participant=OuterRef("pk"))),
            with_portrait=Exists(Portrait.objects.filter(participant=OuterRef("pk"))),
        )
    )
    page = Paginator(people.order_by("-infused_at", "code"), ROWS_A_PAGE).get_page(number)
    rules = CalendarRules.of(file_of(study))
    return AdherenceMap(
        rows=[_row(person, rules, now) for person in page.object_list],
        numbers=range(1, rules.training.sessions_with_boosters + 1),
        page=page,
        previous_href=f"?map={page.number - 1}#map",
        next_href=f"?map={page.number + 1}#map",
    )


def _row(person: Participant, rules: CalendarRules, now: datetime) -> PersonRow:
    course = course_of(person, now, rules)
    sessions = course.sessions if course else {}
    heard = max((one.last_heard_at for one in sessions.values() if one.last_heard_at), default=None)
    numbers = range(1, rules.training.sessions_with_boosters + 1)
    return PersonRow(
        code=person.code,
        site=person.site.name,
        ready=_ready(person),
        infusion=max(one.ended_at for one in person.infusions.all()),
        next=said_next(course.windows, course.zone) if course else "–",
        heard=heard,
        cells=[_cell(sessions.get(number), course.window(number) if course else None) for number in numbers],
    )


def _ready(person: Participant) -> str:
    missing = [
        name for name, there in (("words", "with_cues"), ("photo", "with_portrait")) if not getattr(person, there)
    ]
    return f"no {' or '.join(missing)}" if missing else "yes"


def said_next(windows: Iterable[SessionWindow], zone: ZoneInfo) -> str:
    """Return which training session is next and when, in the person's own time."""
    due = next((window for window in windows if window.state in ("open", "upcoming")), None)
    if due is None:
        return "–"
    if due.state == "open":
        return f"{due.number}, open now"
    return f"{due.number}, {due.opens.astimezone(zone):%a %H:%M %Z}"


def _cell(session: TrainingSession | None, window: SessionWindow | None) -> Cell:
    if session is not None and session.state != TrainingSession.State.PLANNED:
        dose = int(100 * session.dose)
        shade = next((look for least, look in SHADES if dose >= least), "dose-0")
        begun = " begun" if session.state == TrainingSession.State.BEGUN else ""
        said = f"per cent delivered, {session.state}"
        return Cell(str(dose), said, shade + begun, reverse("desk-session", args=[session.pk]))
    state = window.state if window else "upcoming"
    words = {"open": ("○", "open"), "missed": ("–", "missed")}
    return Cell(*words.get(state, ("·", "not open yet")))
