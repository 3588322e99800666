"""The script that shows reminders while no page of ours is open: a service worker, for all addresses of the server."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

NAME = "push-worker.js"


@require_safe
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  the same for everybody
    """Send the script from the root: a worker may look after addresses below its own only.

    It holds nothing of anybody, and is not kept on the way, so that a new one is in use at once.
    """
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8")


@cache
def _script() -> bytes:
    return (Path(settings.HERE) / "static" / NAME).read_bytes()
