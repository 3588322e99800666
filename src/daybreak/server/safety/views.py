"""Pages of alerts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import has_right, needs, sites_with
from daybreak.server.enrolment.found import signed_in
from daybreak.server.safety.actions.answering import CONTACTS, RISKS, acknowledge, assess, close, reopen
from daybreak.server.safety.actions.drilling import start_drill
from daybreak.server.safety.delivery import messages_of
from daybreak.server.safety.forms import AssessmentForm, DrillForm, NoteForm
from daybreak.server.safety.listing import KINDS, STATES, filtered, row_of, with_places
from daybreak.server.safety.models import Alert
from daybreak.server.safety.queries import readable
from daybreak.server.studies.queries import file_of, study_of

BOTH = ["GET", "HEAD", "POST"]
ROWS_A_PAGE = 50


@require_safe
@never_cache
@needs("see-alerts")
def alerts(request: HttpRequest) -> HttpResponse:
    """List the alerts one may read."""
    user, study, now = signed_in(request), study_of(request), clock.now()
    sites = sites_with(user, "see-alerts").filter(study=study).order_by("name")
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:40] for name in ("person", "site")}
    asked |= {name: _known(request.GET.get(name, ""), of) for name, of in (("state", STATES), ("kind", KINDS))}
    mine = readable(user, study)
    page = Paginator(filtered(mine, asked, sites), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": [row_of(alert, now) for alert in page.object_list],
        "page": page,
        "asked": asked,
        "active": any(asked.values()),
        "any": mine.exists(),
        "sites": sites,
        "choosers": (("state", "State", STATES, asked["state"]), ("kind", "About", KINDS, asked["kind"])),
        "may_drill": has_right(user, "run-drill", study),
    }
    return render(request, "safety/alerts.html", context)


@require_safe
@never_cache
@needs("see-alerts")
def alert_page(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Show one alert: what called, who was told and how, what was done."""
    user, alert = signed_in(request), _alert(request, alert_id)
    may_assess = has_right(user, "assess-alert", alert.place)
    context = {
        "alert": alert,
        "row": row_of(alert, clock.now()),
        "facts": alert.facts if _may_read_answers(user, alert) else {},
        "is_silence": alert.source.startswith("silence:"),
        "told": alert.told.select_related("user"),
        "messages_about": messages_of(alert),
        "contact": CONTACTS.get(alert.assessment.get("contact", "")),
        "risk": RISKS.get(alert.assessment.get("risk", "")),
        "may_acknowledge": alert.state == Alert.State.OPEN and has_right(user, "acknowledge-alert", alert.place),
        "may_assess": may_assess and alert.state != Alert.State.CLOSED,
        "may_close": may_assess and alert.state == Alert.State.ACKNOWLEDGED and alert.is_assessed,
        "may_reopen": may_assess and alert.state == Alert.State.CLOSED,
        "may_see_person": alert.participant and has_right(user, "see-people", alert.place),
    }
    return render(request, "safety/alert.html", context)


@require_POST
@never_cache
@needs("acknowledge-alert")
def acknowledge_it(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Acknowledge an alert; pressed twice, or by two people, it does it once."""
    alert = _alert(request, alert_id)
    if not acknowledge(signed_in(request), alert):
        messages.info(request, "Somebody acknowledged it before you. See below who looks after it.")
    return redirect("desk-alert", alert.pk)


@require_http_methods(BOTH)
@never_cache
@needs("assess-alert")
def assess_it(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Assess an alert."""
    alert = _alert(request, alert_id)
    form = AssessmentForm(request.POST or None, alert=alert)

    def save(by: User) -> None:
        assess(by, alert, form.assessment(), form.cleaned_data["seen"])

    return _answered(request, alert, form, save, title="Assess this alert", submit="Save the assessment")


@require_http_methods(BOTH)
@never_cache
@needs("assess-alert")
def close_it(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Close an alert with a note."""
    alert = _alert(request, alert_id)
    form = NoteForm(request.POST or None, label="Closing note: how did it end?")

    def save(by: User) -> None:
        close(by, alert, form.cleaned_data["note"])

    return _answered(request, alert, form, save, title="Close this alert", submit="Close it")


@require_http_methods(BOTH)
@never_cache
@needs("assess-alert")
def reopen_it(request: HttpRequest, alert_id: int) -> HttpResponse:
    """Open a closed alert again."""
    alert = _alert(request, alert_id)
    form = NoteForm(request.POST or None, label="Why is it opened again?")

    def save(by: User) -> None:
        reopen(by, alert, form.cleaned_data["note"])

    return _answered(request, alert, form, save, title="Open this alert again", submit="Open it again")


@require_http_methods(BOTH)
@never_cache
@needs("run-drill")
def drill(request: HttpRequest) -> HttpResponse:
    """Start a drill."""
    study, problem = study_of(request), ""
    sites = sites_with(request.user, "run-drill").filter(study=study).order_by("name")
    rules = file_of(study).alerts
    form = DrillForm(request.POST or None, sites=sites, rules=rules)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            alert = start_drill(signed_in(request), data["site"], data["rule"], data["form"])
            return redirect("desk-alert", alert.pk)
        except DaybreakError as error:
            problem = error.sentence()
    context = {"form": form, "problem": problem, "rules": rules}
    return render(request, "safety/drill.html", context, status=422 if request.method == "POST" else 200)


def _answered(
    request: HttpRequest, alert: Alert, form: Any, save: Callable[[User], None], **words: str
) -> HttpResponse:
    """Save a valid form and lead back to the alert; else show it with what is wrong."""
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            save(signed_in(request))
            return redirect("desk-alert", alert.pk)
        except DaybreakError as error:
            problem = error.sentence()
    status = 422 if request.method == "POST" else 200
    context = {"alert": alert, "form": form, "problem": problem, **words}
    return render(request, "safety/form.html", context, status=status)


def _alert(request: HttpRequest, alert_id: int) -> Alert:
    return get_object_or_404(with_places(readable(signed_in(request), study_of(request))), pk=alert_id)


def _may_read_answers(user: User, alert: Alert) -> bool:
    return alert.raised_by_id == user.pk or has_right(user, "watch-alerts", alert.place)


def _known(value: str, choices: dict[str, str]) -> str:
    return value if value in choices else ""
