"""The demo's front page: every link with what one finds behind it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server.demo.links import PIN, read_links


@require_safe
@never_cache
def landing(request: HttpRequest) -> HttpResponse:
    """List the demo's links; a real study has no such page."""
    if not settings.DEMO:
        raise Http404
    return render(request, "demo/landing.html", {"links": read_links(), "pin": PIN})
