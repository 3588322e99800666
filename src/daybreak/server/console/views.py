"""The operator's desk. Nothing here reads the vault."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import needs
from daybreak.server.console.detail import session_detail
from daybreak.server.console.moves import MOVES, move
from daybreak.server.console.people import people_rows
from daybreak.server.console.rows import SCREENS, STATES, STATUSES, Filters, columns, held, session_rows
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.training.actions.closing import close_over
from daybreak.server.training.models import Sitting, TrainingSession

ROWS_A_PAGE = 50


@require_safe
@never_cache
@needs("see-training")
def desk(request: HttpRequest) -> HttpResponse:
    """People and sessions of the study."""
    study, now = Study.objects.order_by("pk").first(), clock.now()
    if study:
        close_over(study, now)
    context: dict[str, Any] = {"study": study, "now": now, "demo": settings.DEMO, "moves": MOVES}
    return render(request, "console/desk.html", context | (_tables(request, study, now) if study else {}))


@require_safe
@never_cache
@needs("see-training")
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """One training session from close up."""
    found = get_object_or_404(TrainingSession.objects.select_related("participant__study"), pk=session_id)
    now = clock.now()
    row = session_rows(found.participant.study, Filters(), now).get(pk=session_id)
    context = {"row": row, "held": _is_held(found, now), "detail": session_detail(found, now)}
    return render(request, "console/session.html", context)


@require_POST
@needs("move-demo-clock")
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the demo's clock forward."""
    if not settings.DEMO:
        raise Http404
    try:
        now = move(request.POST.get("move", ""))
    except DaybreakError as error:
        messages.info(request, f"The clock was not moved: {error.what}")
    else:
        messages.info(request, f"The clock was moved: it is now {now:%A %d %B, %H:%M} UTC in the study.")
    return redirect("desk")


def _tables(request: HttpRequest, study: Study, now: datetime) -> dict[str, Any]:
    filters = Filters.read(request.GET)
    rows = session_rows(study, filters, now)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    people = people_rows(study, now)
    return {
        "people": people,
        "numbers": range(1, file_of(study).training.sessions + 1),
        "totals": _totals(study, len(people), now),
        "filters": filters,
        "states": STATES,
        "screens": SCREENS,
        "columns": columns(filters),
        "page": page,
        "held_ids": set(TrainingSession.objects.filter(held(now)).values_list("pk", flat=True)),
        "previous_href": filters.address(page=page.number - 1),
        "next_href": filters.address(page=page.number + 1),
    }


def _totals(study: Study, people: int, now: datetime) -> dict[str, Any]:
    sessions = TrainingSession.objects.filter(participant__study=study)
    sums = Sitting.objects.filter(session__participant__study=study).aggregate(
        **{status: Sum(f"steps_{status}", default=0) for status in STATUSES}
    )
    steps = sum(sums.values())
    return {
        "people": people,
        "completed": sessions.filter(state=TrainingSession.State.COMPLETED).count(),
        "held": sessions.filter(held(now)).count(),
        "exact": 100 * sums["ok"] / steps if steps else None,
    }


def _is_held(found: TrainingSession, now: datetime) -> bool:
    return bool(found.holder_id and found.held_until and found.held_until > now)
