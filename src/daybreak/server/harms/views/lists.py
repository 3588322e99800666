"""Lists of adverse events: of one's sites, with the reports that are due, and of one person."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, holds_everywhere, needs, sites_with
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.harms.models import Asking
from daybreak.server.harms.queries import (
    SHOWN,
    HarmFilters,
    clocks_of,
    events_found,
    events_of,
    offered_side_effects,
    open_clocks,
)
from daybreak.server.studies.queries import file_of, study_of
from daybreak.server.unblinding.actions.planned import RIGHT

ROWS_A_PAGE = 50


@require_safe
@never_cache
@needs("see-harms")
def harms(request: HttpRequest) -> HttpResponse:
    """List the adverse events of one's sites; over them the reports that are due."""
    study, now = study_of(request), clock.now()
    sites = sites_with(request.user, "see-harms").filter(study=study)
    filters = HarmFilters.read(request.GET)
    page = Paginator(events_found(sites, filters, now), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "shown": SHOWN.items(),
        "sites": sites.order_by("name"),
        "clocks": open_clocks(sites, now),
        "page": page,
        "rows": [(event, clocks_of(event, now)) for event in page],
        "previous_href": filters.address(page.number - 1),
        "next_href": filters.address(page.number + 1),
        "may_unblind": holds_everywhere(signed_in(request), RIGHT, study),
    }
    return render(request, "harms/harms.html", context)


@require_safe
@never_cache
@needs("see-harms")
def of_person(request: HttpRequest, code: str) -> HttpResponse:
    """List the adverse events of one person, the side effects to take over, and when they were asked in vain."""
    person, now = person_of(request, code, "see-harms"), clock.now()
    titles = {one.key: one.title for one in file_of(person.study).schedule}
    askings = Asking.objects.filter(participant=person).select_related("by").order_by("at", "pk")
    context = {
        "person": person,
        "rows": [(event, clocks_of(event, now)) for event in events_of(person)],
        "offered": list(offered_side_effects(person)),
        "askings": [(one, titles.get(one.visit, one.visit)) for one in askings],
        "may_record": has_right(request.user, "record-harm", person.site),
    }
    return render(request, "harms/person_harms.html", context)
