"""A person's schedule, and one visit of it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.enrolment.models import Participant
from daybreak.server.visits.actions.noticing import notice
from daybreak.server.visits.actions.recording import correct_visit, record_visit, visit_rules
from daybreak.server.visits.calendar import calendar_of
from daybreak.server.visits.forms import VisitForm
from daybreak.server.visits.models import VisitRecord
from daybreak.server.visits.said import said_about, said_deviation, said_kind, said_window, schedule_rows, undated_rows


@require_safe
@never_cache
@needs("see-people")
def schedule(request: HttpRequest, code: str) -> HttpResponse:
    """Show all that is planned for one person, what became of it, and what departed from the plan."""
    person, now = person_of(request, code, "see-people"), clock.now()
    if person.enrolled_at:
        notice(person, now)
    calendar = calendar_of(person, now)
    may_record = has_right(request.user, "record-visit", person.site)
    context = {
        "person": person,
        "rows": [*schedule_rows(calendar, person, may_record=may_record), *undated_rows(calendar.undated)],
        "deviations": [
            {"row": row, "kind": said_kind(row), "about": said_about(row), "facts": said_deviation(row, calendar.place)}
            for row in person.deviations.select_related("explained_by").order_by(
                F("lapsed_at").asc(nulls_first=True), "noticed_at", "pk"
            )
        ],
        "zone": calendar.place.zone_at(now).key,
    }
    return render(request, "visits/schedule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("record-visit")
def visit(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Record a visit, or show and correct what was recorded."""
    person = person_of(request, code, "record-visit")
    rules = visit_rules(person, key)
    if rules is None:
        raise Http404
    record = VisitRecord.objects.filter(participant=person, key=key).select_related("by", "participant").first()
    zone = ZoneInfo(person.zone)
    if request.method != "POST":
        return _page(request, person, VisitForm(rules=rules, zone=zone, record=record), record)
    form = VisitForm(request.POST, rules=rules, zone=zone, record=record if "seen_done_at" in request.POST else None)
    if not form.is_valid():
        return _page(request, person, form, record, status=422)
    try:
        said = _save(request, person, key, form, record)
    except DaybreakError as error:
        return _page(request, person, form, record, status=409 if error.code == "stale" else 422, problem=str(error))
    messages.success(request, said)
    return redirect("desk-visits", code=person.code)


def _save(request: HttpRequest, person: Participant, key: str, form: VisitForm, record: VisitRecord | None) -> str:
    if record and form.record:
        correct_visit(
            signed_in(request), record, form.facts(), seen=form.saw(record), reason=form.cleaned_data["reason"]
        )
        return f"{key} was corrected."
    record_visit(signed_in(request), person, key, form.facts())
    return f"{key} was recorded."


def _page(
    request: HttpRequest,
    person: Participant,
    form: VisitForm,
    record: VisitRecord | None,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    calendar = calendar_of(person, clock.now())
    planned = calendar.visit(form.rules.key)
    context = {
        "person": person,
        "form": form,
        "record": record,
        "rules": form.rules,
        "window": said_window(planned, calendar.place) if planned else "",
        "planned": planned,
        "problem": problem,
        "submit": "Save the correction" if form.record else "Record the visit",
        "cancel": reverse("desk-visits", args=[person.code]),
    }
    return render(request, "visits/visit.html", context, status=status)
