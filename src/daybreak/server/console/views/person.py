"""One person's page: their whole time in the study, drawn and in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.chronicle import ROWS, chronicle_of
from daybreak.server.console.frame import rights_of
from daybreak.server.console.person_rows import person_rows
from daybreak.server.console.timeline import timeline_of
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.queries import study_of


@require_safe
@never_cache
@needs("see-people")
def person(request: HttpRequest, code: str) -> HttpResponse:
    """Show one person's time in the study."""
    sites, now = sites_with(request.user, "see-people").filter(study=study_of(request)), clock.now()
    people = Participant.objects.select_related("site", "study").prefetch_related(*ROWS)
    found = get_object_or_404(people, site__in=sites, code=code)
    chronicle = chronicle_of(found, rights_of(request), now)
    context = {
        "person": found,
        "timeline": timeline_of(chronicle, now),
        "rows": list(person_rows(chronicle)),
        "undated": chronicle.calendar.undated,
    }
    return render(request, "console/person.html", context)
