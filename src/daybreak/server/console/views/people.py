"""The list of people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.core.calendar import CalendarRules
from daybreak.core.participation import ALLOCATED, Status, widest_of
from daybreak.core.study import StudyFile
from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.agenda import agenda
from daybreak.server.console.due_numbers import seen_by
from daybreak.server.console.frame import rights_of
from daybreak.server.console.navigation import open_path
from daybreak.server.console.next_due import said_next
from daybreak.server.console.people_list import (
    DUE,
    STATUSES,
    WITHDRAWN,
    Filters,
    columns,
    counts,
    people_found,
    with_facts,
)
from daybreak.server.console.table import address
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.queries import flags
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of, study_of
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of

ROWS_A_PAGE = 50
NEW = "/desk/people/new/"


@dataclass(frozen=True)
class Row:
    """One person of the list."""

    person: Participant
    withdrawn: str
    flags: tuple[str, ...]
    dose: int | None
    next: str


@require_safe
@never_cache
@needs("see-people")
def people(request: HttpRequest) -> HttpResponse:
    """List the people of one's sites."""
    study, now, rights = study_of(request), clock.now(), rights_of(request)
    sites, sees_training = sites_with(request.user, "see-people").filter(study=study), "see-training" in rights
    filters = Filters.read(request.GET, sees_training=sees_training)
    file = file_of(study)
    due = _due(sites, file, rights, filters.due, now) if filters.due else None
    page = Paginator(people_found(sites, filters, due), ROWS_A_PAGE).get_page(request.GET.get("page"))
    by_status = counts(sites)
    context = {
        "filters": filters,
        "page": page,
        "rows": _rows(page.object_list, file, rights, now),
        "total": sum(by_status.values()),
        "sites": sites.order_by("name"),
        "statuses": [
            (status.value, by_status[status], address({"status": status.value}))
            for status in Status
            if status in by_status
        ],
        "choosers": [
            ("status", "Status", STATUSES.items(), filters.status),
            ("due", "Due", DUE.items(), filters.due),
            ("withdrawn", "Withdrawn", WITHDRAWN.items(), filters.withdrawn),
        ],
        "columns": columns(filters, sees_training=sees_training),
        "new_href": open_path(NEW, rights),
        "previous_href": address(filters.asked, page=page.number - 1),
        "next_href": address(filters.asked, page=page.number + 1),
    }
    return render(request, "console/people.html", context)


def _due(sites: QuerySet[Site], file: StudyFile, rights: frozenset[str], state: str, now: datetime) -> set[str]:
    """Return the codes of the people who have something due or overdue."""
    return {item.code for item in seen_by(agenda(sites, file, now), rights) if item.state == state}


def _rows(people: Iterable[Participant], file: StudyFile, rights: frozenset[str], now: datetime) -> list[Row]:
    keys = [person.pk for person in people]
    found = Participant.objects.filter(pk__in=keys).select_related("site", "study").order_by("pk")
    by_key = {person.pk: person for person in with_facts(found).prefetch_related(*CALENDAR_ROWS)}
    rules, flagged = CalendarRules.of(file), flags(by_key.values(), now)
    return [replace(_row(by_key[key], rules, rights, now), flags=flagged.get(key, ())) for key in keys]


def _row(person: Participant, rules: CalendarRules, rights: frozenset[str], now: datetime) -> Row:
    widest = widest_of(withdrawal.scope for withdrawal in person.withdrawals.all())
    mean: float | None = person.mean_dose  # type: ignore[attr-defined]  # with_facts
    ahead = person.status in ALLOCATED - {Status.COMPLETED}
    return Row(
        person=person,
        withdrawn=str(widest or ""),
        flags=(),
        dose=None if mean is None else round(100 * mean),
        next=said_next(calendar_of(person, now, rules), rights) if ahead else "",
    )
