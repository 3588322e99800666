"""Pages of freezes, locks and signatures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.reauthentication import prove
from daybreak.server.accounts.rights import has_right, holds_everywhere, needs, sites_with
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.models import Hold
from daybreak.server.review.actions.holds import hold_person, hold_study, lift_freeze, open_holds
from daybreak.server.review.forms import HoldForm, PersonHoldForm, ReasonForm, SignForm
from daybreak.server.review.models import Signature
from daybreak.server.review.signing import covers, sign_person
from daybreak.server.studies.queries import file_of, study_of

BOTH = ["GET", "HEAD", "POST"]


@require_safe
@never_cache
@needs("see-holds")
def of_person(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is held of one person, and who signed what."""
    person = person_of(request, code, "see-holds")
    signatures = Signature.objects.filter(participant=person).order_by("-at")
    context = {
        "person": person,
        "holds": [(hold, _may_lift(request, hold)) for hold in open_holds(person)],
        "signatures": [(signature, covers(signature)) for signature in signatures],
        "may_hold": has_right(request.user, "freeze", person.site) or has_right(request.user, "lock", person.site),
        "may_sign": has_right(request.user, "sign", person.site),
    }
    return render(request, "review/person_holds.html", context)


@sensitive_post_parameters("password")
@require_http_methods(BOTH)
@never_cache
@needs("freeze")
def hold_one(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze or lock one person or visit."""
    person = person_of(request, code, "freeze")
    visits = [(visit.key, visit.title) for visit in file_of(person.study).schedule]
    form, problem = PersonHoldForm(request.POST or None, visits=visits), ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            kind = _proven_kind(request, said)
            hold_person(signed_in(request), person, kind, said["reason"], visit=said["visit"])
            return redirect("person-holds", person.code)
        except DaybreakError as error:
            problem = error.sentence()
    return _form(request, "review/hold_person.html", form, problem, person=person)


@sensitive_post_parameters("password")
@require_http_methods(BOTH)
@never_cache
@needs("sign")
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """Sign one person's record."""
    person = person_of(request, code, "sign")
    form, problem = SignForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            prove(request, form.cleaned_data["password"])
            sign_person(signed_in(request), person, form.cleaned_data["meaning"])
            return redirect("person-holds", person.code)
        except DaybreakError as error:
            problem = error.sentence()
    return _form(request, "review/sign.html", form, problem, person=person)


@require_safe
@never_cache
@needs("see-holds")
def holds(request: HttpRequest) -> HttpResponse:
    """List all freezes and locks in force at one's sites."""
    study = study_of(request)
    people = Participant.objects.filter(site__in=sites_with(request.user, "see-holds"), study=study)
    found = Hold.objects.filter(study=study, lifted_at=None).select_related("participant", "by")
    whole, single = found.filter(participant=None), found.filter(participant__in=people)
    context = {
        "whole": [(hold, _may_lift(request, hold)) for hold in whole],
        "single": [(hold, _may_lift(request, hold)) for hold in single.order_by("participant__code", "visit")],
        "signatures": [(each, covers(each)) for each in Signature.objects.filter(study=study, participant=None)],
        "may_hold": any(holds_everywhere(signed_in(request), right, study) for right in ("freeze", "lock")),
    }
    return render(request, "review/holds.html", context)


@sensitive_post_parameters("password")
@require_http_methods(BOTH)
@never_cache
@needs("see-holds")
def hold_all(request: HttpRequest) -> HttpResponse:
    """Freeze or lock the whole study."""
    form, problem = HoldForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            kind = _proven_kind(request, form.cleaned_data)
            hold_study(signed_in(request), study_of(request), kind, form.cleaned_data["reason"])
            return redirect("holds")
        except DaybreakError as error:
            problem = error.sentence()
    return _form(request, "review/hold_study.html", form, problem)


@require_http_methods(BOTH)
@never_cache
@needs("freeze")
def lift(request: HttpRequest, hold_id: int) -> HttpResponse:
    """Lift a freeze."""
    hold = get_object_or_404(Hold.objects.select_related("participant__site"), pk=hold_id, study=study_of(request))
    if hold.participant and not sites_with(request.user, "freeze").filter(pk=hold.participant.site_id).exists():
        return HttpResponse(status=404)
    form, problem = ReasonForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            lift_freeze(signed_in(request), hold, form.cleaned_data["reason"])
            messages.info(request, "The freeze was lifted.")
            return redirect("holds")
        except DaybreakError as error:
            problem = error.sentence()
    return _form(request, "review/lift.html", form, problem, hold=hold)


def _proven_kind(request: HttpRequest, said: dict[str, Any]) -> Hold.Kind:
    """Return what to lay; a lock is signed, so the password must be right."""
    kind = Hold.Kind(said["kind"])
    if kind == Hold.Kind.LOCK:
        prove(request, said["password"])
    return kind


def _may_lift(request: HttpRequest, hold: Hold) -> bool:
    if hold.kind == Hold.Kind.LOCK:
        return False
    if hold.participant:
        return has_right(request.user, "freeze", hold.participant.site)
    return holds_everywhere(signed_in(request), "freeze", hold.study)


def _form(request: HttpRequest, template: str, form: Any, problem: str, **more: Any) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "problem": problem, **more}, status=status)
