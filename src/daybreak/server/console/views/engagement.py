"""Who may be about to drop out, with the reasons, and what to do next."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.core.engagement import EngagementRules
from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.engagement import LEVELS_SAID, Filters, counted, rows, seen_at
from daybreak.server.console.table import address
from daybreak.server.studies.queries import file_of, study_of

ROWS_A_PAGE = 50


@require_safe
@never_cache
@needs("see-engagement")
def engagement(request: HttpRequest) -> HttpResponse:
    """List the people of one's sites whom to call or watch, the most pressing first."""
    study, filters = study_of(request), Filters.read(request.GET)
    mine = sites_with(request.user, "see-engagement").filter(study=study).order_by("name")
    chosen = mine.filter(key=filters.site) if filters.site else mine
    everybody = seen_at(chosen, file_of(study), clock.now())
    found = [one for one in everybody if filters.keeps(one.engagement.level)]
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "rows": list(rows(list(page.object_list))),
        "total": len(everybody),
        "levels": [(level, count, address(filters.asked, level=level)) for level, count in counted(everybody)],
        "choices": LEVELS_SAID.items(),
        "sites": mine,
        "rules": EngagementRules(),
        "previous_href": address(filters.asked, page=page.number - 1),
        "next_href": address(filters.asked, page=page.number + 1),
    }
    return render(request, "console/engagement.html", context)
