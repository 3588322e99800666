"""One person's page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.queries import study_of


@require_safe
@never_cache
@needs("see-people")
def person(request: HttpRequest, code: str) -> HttpResponse:
    """Show one person's time in the study."""
    sites = sites_with(request.user, "see-people").filter(study=study_of(request))
    found = get_object_or_404(Participant.objects.select_related("site", "study"), site__in=sites, code=code)
    return render(request, "console/person.html", {"person": found, "now": clock.now()})
