"""The overview: how the study goes, without a word on who gets what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.adherence import people_rows
from daybreak.server.studies.queries import file_of, study_of
from daybreak.server.training.actions.closing import close_over


@require_safe
@never_cache
@needs("see-overview")
def overview(request: HttpRequest) -> HttpResponse:
    """Show the study at the sites one may see."""
    study, now = study_of(request), clock.now()
    close_over(study, now)
    sites = sites_with(request.user, "see-overview").filter(study=study)
    context = {
        "study": study,
        "now": now,
        "people": people_rows(study, sites, now),
        "numbers": range(1, file_of(study).training.sessions + 1),
    }
    return render(request, "console/overview.html", context)
