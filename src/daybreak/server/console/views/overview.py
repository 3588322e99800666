"""The overview: how the study goes, without a word on who gets what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.adherence import adherence_map
from daybreak.server.console.due_numbers import due_numbers
from daybreak.server.console.flow import flow_of
from daybreak.server.console.frame import rights_of
from daybreak.server.console.recruitment import recruitment_of
from daybreak.server.console.timing import timing_quality
from daybreak.server.enrolment.found import signed_in
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.listing import open_rows
from daybreak.server.studies.queries import file_of, study_of
from daybreak.server.training.actions.closing import close_over
from daybreak.server.visits.actions.noticing import notice_due


@require_safe
@never_cache
@needs("see-overview")
def overview(request: HttpRequest) -> HttpResponse:
    """Show the study at the sites one may see."""
    study, now = study_of(request), clock.now()
    close_over(study, now)
    notice_due(study, now)
    sites, file = sites_with(request.user, "see-overview").filter(study=study), file_of(study)
    names = list(sites.order_by("name").values_list("name", flat=True))
    listed = sites_with(request.user, "see-people").filter(study=study)
    context = {
        "study": study,
        "now": now,
        "sites_said": names[0] if len(names) == 1 else f"{len(names)} sites",
        "total": Participant.objects.filter(site__in=sites).count(),
        # A number leads to a list where both are of the same sites.
        "due": due_numbers(listed if listed.exists() else sites, file, rights_of(request), now),
        "may_list": not sites.difference(listed).exists(),
        "recruitment": recruitment_of(study, sites, file, now),
        "flow": flow_of(sites, file),
        "timing": timing_quality(sites),
        "alerts": open_rows(signed_in(request), study, now) if "see-alerts" in rights_of(request) else None,
        "map": adherence_map(study, sites, request.GET.get("map", ""), now),
    }
    return render(request, "console/overview.html", context)
