"""One adverse event with its history, and what follows on it: judgement, notes, reports."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.core.harms import REPORTS, ReportKind
from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.found import signed_in
from daybreak.server.harms.actions.following import follow_up, judge_event, mark_sent, take_back
from daybreak.server.harms.facts import Judgement
from daybreak.server.harms.forms import JudgementForm, NoteForm, SentForm, StrikeForm
from daybreak.server.harms.models import Report
from daybreak.server.harms.queries import clocks_of
from daybreak.server.harms.said import facts_said, history_of
from daybreak.server.harms.views.recording import BOTH, STATUS, event_of


@require_safe
@never_cache
@needs("see-harms")
def harm(request: HttpRequest, code: str, harm: int) -> HttpResponse:
    """Show one event: what it is, which reports are due, what was found out, and who changed what."""
    event = event_of(request, code, harm, "see-harms")
    site = event.participant.site
    context = {
        "person": event.participant,
        "event": event,
        "facts": facts_said(event),
        "clocks": clocks_of(event, clock.now()),
        "taken_back": event.reports.exclude(taken_back_at=None).order_by("pk"),
        "notes": event.follow_ups.select_related("by"),
        "history": list(history_of(event)),
        "may_follow": has_right(request.user, "follow-harm", site) and not event.struck_at,
        "may_judge": has_right(request.user, "judge-harm", site) and not event.struck_at,
    }
    return render(request, "harms/harm.html", context)


@require_http_methods(BOTH)
@never_cache
@needs("judge-harm")
def judge(request: HttpRequest, code: str, harm: int) -> HttpResponse:
    """Judge whether an event was to be expected, and what caused it."""
    event = event_of(request, code, harm, "judge-harm")
    form = JudgementForm(request.POST or None, stored=Judgement.of(event))
    problem, status = "", 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        reason, seen = form.cleaned_data.get("reason", ""), form.judgement("seen_")
        try:
            judge_event(signed_in(request), event, form.judgement(), seen=seen, reason=reason)
            messages.success(request, "The judgement was saved.")
            return redirect("harm", code, harm)
        except DaybreakError as error:
            problem, status = error.sentence(), STATUS.get(error.code, 422)
    context = {"person": event.participant, "event": event, "form": form, "problem": problem}
    return render(request, "harms/judge.html", context, status=status)


@require_http_methods(BOTH)
@never_cache
@needs("follow-harm")
def note(request: HttpRequest, code: str, harm: int) -> HttpResponse:
    """Add a note of what was found out later."""
    event = event_of(request, code, harm, "follow-harm")
    form, problem = NoteForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            follow_up(signed_in(request), event, form.cleaned_data["says"])
            messages.success(request, "The note was added.")
            return redirect("harm", code, harm)
        except DaybreakError as error:
            problem = error.sentence()
    context = {"person": event.participant, "event": event, "form": form, "problem": problem}
    return render(request, "harms/note.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(BOTH)
@never_cache
@needs("follow-harm")
def sent(request: HttpRequest, code: str, harm: int, report_kind: str) -> HttpResponse:
    """Note that a report was sent."""
    event, kind = event_of(request, code, harm, "follow-harm"), _kind(report_kind)
    zone = ZoneInfo(event.participant.site.zone)
    form, problem = SentForm(request.POST or None, zone=zone, now=clock.now()), ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            mark_sent(signed_in(request), event, kind, data["sent_at"], data["how"])
            messages.success(request, "The report is marked as sent.")
            return redirect("harm", code, harm)
        except DaybreakError as error:
            problem = error.sentence()
    context = {
        "person": event.participant,
        "event": event,
        "says": REPORTS[kind],
        "clock": next((one for one in clocks_of(event, clock.now()) if one.kind == kind), None),
        "form": form,
        "problem": problem,
    }
    return render(request, "harms/sent.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(BOTH)
@never_cache
@needs("follow-harm")
def back(request: HttpRequest, code: str, harm: int, report_id: int) -> HttpResponse:
    """Take back that a report was sent."""
    event = event_of(request, code, harm, "follow-harm")
    report = get_object_or_404(Report.objects.select_related("event__participant"), pk=report_id, event=event)
    form, problem = StrikeForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            take_back(signed_in(request), report, form.cleaned_data["reason"])
            messages.success(request, "It is taken back. The clock of the report runs on.")
            return redirect("harm", code, harm)
        except DaybreakError as error:
            problem = error.sentence()
    context = {"person": event.participant, "event": event, "report": report, "form": form, "problem": problem}
    return render(request, "harms/back.html", context, status=422 if request.method == "POST" else 200)


def _kind(text: str) -> ReportKind:
    for kind in REPORTS:
        if kind == text:
            return kind
    raise Http404
