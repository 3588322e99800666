"""What is due at one's sites, and the worklist of who rates."""

from __future__ import annotations

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.agenda import KINDS, agenda
from daybreak.server.console.due_list import STATES, Filters, due_rows
from daybreak.server.console.due_numbers import seen_by
from daybreak.server.console.frame import rights_of
from daybreak.server.console.table import address
from daybreak.server.console.worklist import ratings_of, second_ratings
from daybreak.server.enrolment.found import signed_in
from daybreak.server.studies.queries import file_of, study_of

ROWS_A_PAGE = 50
AHEAD = timedelta(days=14)


@require_safe
@never_cache
@needs("see-people")
def due(request: HttpRequest) -> HttpResponse:
    """List what is due and overdue for the people of one's sites."""
    study, now, rights = study_of(request), clock.now(), rights_of(request)
    filters = Filters.read(request.GET)
    mine = sites_with(request.user, "see-people").filter(study=study).order_by("name")
    chosen = mine.filter(key=filters.site) if filters.site else mine
    found = filters.keep(seen_by(agenda(chosen, file_of(study), now), rights))
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    kinds = {key: says for key, says in KINDS.items() if key != "session" or "see-training" in rights}
    context = {
        "filters": filters,
        "active": any(filters.asked.values()),
        "page": page,
        "rows": list(due_rows(page.object_list, rights, now)),
        "sites": mine,
        "choosers": [
            ("kind", "What", {"": "anything", **kinds}.items(), filters.kind),
            ("state", "State", STATES.items(), filters.state),
        ],
        "previous_href": address(filters.asked, page=page.number - 1),
        "next_href": address(filters.asked, page=page.number + 1),
    }
    return render(request, "console/due.html", context)


@require_safe
@never_cache
@needs("rate")
def ratings(request: HttpRequest) -> HttpResponse:
    """List the interviews of a rater's sites: overdue, due, of the next two weeks, and those to rate a second time."""
    study, now, user = study_of(request), clock.now(), signed_in(request)
    file = file_of(study)
    sites = sites_with(request.user, "rate").filter(study=study)
    items = [item for item in agenda(sites, file, now, AHEAD) if item.visit is not None and item.visit.by == "rater"]
    page = Paginator(items, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": list(ratings_of(user, file, list(page.object_list), rights_of(request), now)),
        "rates_twice": any(rules.second_rater for rules in file.instruments),
        "second": second_ratings(user, sites, file),
        "overdue": sum(item.state == "overdue" for item in items),
        "open": sum(item.state == "due" for item in items),
        "previous_href": f"?page={page.number - 1}",
        "next_href": f"?page={page.number + 1}",
    }
    return render(request, "console/ratings.html", context)
