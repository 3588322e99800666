"""How far raters agree."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.reliability import reliability_at
from daybreak.server.studies.queries import file_of, study_of


@require_safe
@never_cache
@needs("see-reliability")
def reliability(request: HttpRequest) -> HttpResponse:
    """Show, for each instrument rated in interviews, how far two raters of the same interview agree."""
    study = study_of(request)
    found = reliability_at(sites_with(request.user, "see-reliability").filter(study=study), file_of(study))
    context = {"found": found, "asked": any(each.share for each in found), "both": sum(each.both for each in found)}
    return render(request, "console/reliability.html", context)
