"""The list of people."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.core.participation import Status, widest_of
from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.people_list import (
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
from daybreak.server.studies.queries import study_of

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Row:
    """One person of the list."""

    person: Participant
    withdrawn: str
    dose: int | None


@require_safe
@never_cache
@needs("see-people")
def people(request: HttpRequest) -> HttpResponse:
    """List the people of one's sites."""
    study, now = study_of(request), clock.now()
    sites = sites_with(request.user, "see-people").filter(study=study)
    filters = Filters.read(request.GET, {})
    page = Paginator(people_found(sites, filters, None), ROWS_A_PAGE).get_page(request.GET.get("page"))
    by_status = counts(sites)
    context = {
        "filters": filters,
        "page": page,
        "rows": _rows(page.object_list),
        "total": sum(by_status.values()),
        "sites": sites.order_by("name"),
        "statuses": [
            (status.value, by_status[status], address({"status": status.value}))
            for status in Status
            if status in by_status
        ],
        "choosers": [
            ("status", "Status", STATUSES.items(), filters.status),
            ("withdrawn", "Withdrawn", WITHDRAWN.items(), filters.withdrawn),
        ],
        "columns": columns(filters),
        "now": now,
        "previous_href": address(filters.asked, page=page.number - 1),
        "next_href": address(filters.asked, page=page.number + 1),
    }
    return render(request, "console/people.html", context)


def _rows(people: object) -> list[Row]:
    keys = [person.pk for person in people]  # type: ignore[attr-defined]
    found = with_facts(Participant.objects.filter(pk__in=keys).select_related("site")).prefetch_related("withdrawals")
    by_key = {person.pk: person for person in found}
    return [_row(by_key[key]) for key in keys]


def _row(person: Participant) -> Row:
    widest = widest_of(withdrawal.scope for withdrawal in person.withdrawals.all())
    mean: float | None = person.mean_dose  # type: ignore[attr-defined]
    return Row(person, str(widest or ""), None if mean is None else round(100 * mean))
