"""Training sessions: the table of all, and one from close up."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.console.detail import session_detail
from daybreak.server.console.table import address
from daybreak.server.console.training_table import SCREENS, STATES, STATUSES, Filters, columns, held, session_rows
from daybreak.server.studies.queries import study_of
from daybreak.server.training.actions.closing import close_over
from daybreak.server.training.models import Sitting, TrainingSession

ROWS_A_PAGE = 50


@require_safe
@never_cache
@needs("see-training")
def sessions(request: HttpRequest) -> HttpResponse:
    """All training sessions of the sites one may see, with their timing quality."""
    study, now = study_of(request), clock.now()
    close_over(study, now)
    sites = sites_with(request.user, "see-training").filter(study=study)
    filters = Filters.read(request.GET)
    found = session_rows(sites, filters, now)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    mine = TrainingSession.objects.filter(participant__site__in=sites)
    context = {
        "now": now,
        "totals": _totals(mine, now),
        "filters": filters,
        "states": STATES,
        "screens": SCREENS,
        "columns": columns(filters),
        "page": page,
        "held_ids": set(mine.filter(held(now)).values_list("pk", flat=True)),
        "previous_href": address(filters.asked, page=page.number - 1),
        "next_href": address(filters.asked, page=page.number + 1),
    }
    return render(request, "console/training.html", context)


@require_safe
@never_cache
@needs("see-training")
def session(request: HttpRequest, session_id: int) -> HttpResponse:
    """One training session from close up."""
    sites, now = sites_with(request.user, "see-training"), clock.now()
    row = get_object_or_404(session_rows(sites, Filters(), now), pk=session_id)
    context = {"row": row, "held": _is_held(row, now), "detail": session_detail(row, now)}
    return render(request, "console/session.html", context)


def _totals(sessions: Any, now: Any) -> dict[str, Any]:
    sums = Sitting.objects.filter(session__in=sessions).aggregate(
        **{status: Sum(f"steps_{status}", default=0) for status in STATUSES}
    )
    steps = sum(sums.values())
    return {
        "opened": sessions.count(),
        "completed": sessions.filter(state=TrainingSession.State.COMPLETED).count(),
        "held": sessions.filter(held(now)).count(),
        "exact": 100 * sums["ok"] / steps if steps else None,
    }


def _is_held(found: TrainingSession, now: Any) -> bool:
    return bool(found.holder_id and found.held_until and found.held_until > now)
