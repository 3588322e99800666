"""The demo's clock."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.rights import needs
from daybreak.server.console.moves import move


@require_POST
@needs("move-demo-clock")
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the demo's clock forward and go back to the page it was moved from."""
    if not settings.DEMO:
        raise Http404
    try:
        now = move(request.POST.get("move", ""))
    except DaybreakError as error:
        messages.info(request, f"The clock was not moved: {error.what}")
    else:
        messages.info(request, f"The clock was moved: it is now {now:%A %d %B, %H:%M} UTC in the study.")
    back = request.POST.get("back", "")
    here = back.startswith("/desk/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if here else "desk")
