"""What departed from the plan, at all sites one may see, and a place to explain each."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.deviation import KINDS
from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.found import signed_in
from daybreak.server.studies.queries import study_of
from daybreak.server.training.calendar import local_time_of
from daybreak.server.visits.actions.explaining import explain
from daybreak.server.visits.actions.noticing import notice_due
from daybreak.server.visits.forms import ExplanationForm
from daybreak.server.visits.models import Deviation
from daybreak.server.visits.queries import deviations_of
from daybreak.server.visits.said import said_about, said_deviation, said_kind

ROWS_A_PAGE = 50
PEOPLE_A_LOOK = 50
STATES = {
    "open": ("to be explained", Q(explanation="", lapsed_at=None)),
    "explained": ("explained", Q(lapsed_at=None) & ~Q(explanation="")),
    "lapsed": ("lapsed", Q(lapsed_at__isnull=False)),
    "all": ("all", Q()),
}


@require_safe
@never_cache
@needs("see-people")
def deviations(request: HttpRequest) -> HttpResponse:
    """List deviations; whoever looks lets what has become one by now be noticed first."""
    left = notice_due(study_of(request), clock.now(), PEOPLE_A_LOOK)
    found = deviations_of(request, "see-people").prefetch_related("participant__zone_changes")
    state = request.GET.get("state", "open") if request.GET.get("state") in STATES else "open"
    kind = request.GET.get("kind", "")
    page = Paginator(_filtered(found, state, kind), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_line(row) for row in page.object_list],
        "states": [(key, words) for key, (words, _) in STATES.items()],
        "kinds": [("", "all kinds"), *KINDS.items()],
        "state": state,
        "kind": kind,
        "left": left,
        "any": found.exists(),
        "previous_href": f"?state={state}&kind={kind}&page={page.number - 1}",
        "next_href": f"?state={state}&kind={kind}&page={page.number + 1}",
    }
    return render(request, "visits/deviations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("see-people")
def deviation(request: HttpRequest, deviation_id: int) -> HttpResponse:
    """Show one deviation and, to those who may, a form to explain it."""
    row = get_object_or_404(deviations_of(request, "see-people"), pk=deviation_id)
    may_explain = has_right(request.user, "explain-deviation", row.participant.site)
    if request.method != "POST":
        return _page(request, row, ExplanationForm(deviation=row) if may_explain else None)
    form = ExplanationForm(request.POST, deviation=row)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    data = form.cleaned_data
    seen = data["seen"].replace("\r\n", "\n")
    try:
        explain(signed_in(request), row, data["explanation"], seen=seen, reason=data.get("reason", ""))
    except DaybreakError as error:
        status = {"stale": 409, "not-yours": 403}.get(error.code, 422)
        return _page(request, row, form, status=status, problem=str(error))
    messages.success(request, "The explanation was saved.")
    return redirect("desk-deviations")


def _filtered(found: QuerySet[Deviation], state: str, kind: str) -> QuerySet[Deviation]:
    found = found.filter(STATES[state][1])
    return found.filter(kind=kind) if kind in KINDS else found


def _line(row: Deviation) -> dict[str, object]:
    facts = said_deviation(row, local_time_of(row.participant))
    return {"row": row, "kind": said_kind(row), "about": said_about(row), "facts": facts}


def _page(
    request: HttpRequest, row: Deviation, form: ExplanationForm | None, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = _line(row) | {
        "person": row.participant,
        "form": form,
        "problem": problem,
        "submit": "Save the explanation",
        "cancel": reverse("desk-deviations"),
    }
    return render(request, "visits/deviation.html", context, status=status)
