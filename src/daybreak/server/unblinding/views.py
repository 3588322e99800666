"""Pages of unblinding. What is learned stands in one answer only and is kept nowhere."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.reauthentication import prove
from daybreak.server.accounts.rights import has_right, holds_everywhere, needs, sites_with
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.holds.locks import is_locked
from daybreak.server.studies.queries import study_of
from daybreak.server.unblinding.actions.accidental import assess_accident, report_accident
from daybreak.server.unblinding.actions.emergency import unblind_in_emergency
from daybreak.server.unblinding.actions.planned import (
    RIGHT,
    agree_to_unblinding,
    ask_for_unblinding,
    planned_of,
    read_allocations,
)
from daybreak.server.unblinding.forms import AccidentForm, AgreeForm, AssessmentForm, EmergencyForm, PlannedForm
from daybreak.server.unblinding.models import Unblinding
from daybreak.server.unblinding.notices import told_of

BOTH = ["GET", "HEAD", "POST"]


@require_safe
@never_cache
@needs("see-unblindings")
def unblindings(request: HttpRequest) -> HttpResponse:
    """List who was unblinded and why, and how far the planned unblinding is."""
    study = study_of(request)
    sites = sites_with(request.user, "see-unblindings")
    found = Unblinding.objects.filter(study=study, participant__site__in=sites)
    user = signed_in(request)
    context = {
        "rows": found.select_related("participant__site", "by", "assessed_by").order_by("-at"),
        "planned": planned_of(study),
        "locked": is_locked(study),
        "may_plan": holds_everywhere(user, RIGHT, study),
        "may_assess": has_right(user, "assess-unblinding", study),
        "user": user,
    }
    return render(request, "unblinding/unblindings.html", context)


@sensitive_variables("arm")
@sensitive_post_parameters("password")
@require_http_methods(BOTH)
@never_cache
@needs("unblind-emergency")
def emergency(request: HttpRequest, code: str) -> HttpResponse:
    """Unblind one person at once. The arm stands in the answer to this one request."""
    person = person_of(request, code, "unblind-emergency")
    form, problem = EmergencyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            prove(request, form.cleaned_data["password"])
            arm = unblind_in_emergency(signed_in(request), person, form.cleaned_data["why"])
        except DaybreakError as error:
            problem = error.sentence()
        else:
            return render(request, "unblinding/shown.html", {"person": person, "arm": arm, "told": told_of(person)})
    return _form(request, "unblinding/emergency.html", form, problem, person=person, told=told_of(person))


@sensitive_post_parameters("password")
@require_http_methods(BOTH)
@never_cache
@needs("unblind-study")
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the planned unblinding."""
    form, problem = PlannedForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            prove(request, form.cleaned_data["password"])
            ask_for_unblinding(signed_in(request), study_of(request), form.cleaned_data["why"])
            return redirect("unblindings")
        except DaybreakError as error:
            problem = error.sentence()
    return _form(request, "unblinding/ask.html", form, problem)


@sensitive_post_parameters("password")
@require_http_methods(BOTH)
@never_cache
@needs("unblind-study")
def agree(request: HttpRequest) -> HttpResponse:
    """Agree to the planned unblinding as the second person."""
    planned = planned_of(study_of(request))
    if planned is None:
        messages.info(request, "Nobody has asked for the unblinding yet.")
        return redirect("unblindings")
    form, problem = AgreeForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            prove(request, form.cleaned_data["password"])
            agree_to_unblinding(signed_in(request), planned)
            return redirect("unblindings")
        except DaybreakError as error:
            problem = error.sentence()
    return _form(request, "unblinding/agree.html", form, problem, planned=planned)


@require_POST
@never_cache
@needs("unblind-study")
def allocations(request: HttpRequest) -> HttpResponse:
    """Hand over the table of allocations after the planned unblinding; every time leaves an entry."""
    study = study_of(request)
    try:
        arms = read_allocations(signed_in(request), study)
    except DaybreakError as error:
        messages.info(request, error.sentence())
        return redirect("unblindings")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{study.key}-allocations.csv"'
    table = csv.writer(answer)
    table.writerow(["participant", "arm"])
    table.writerows(arms.items())
    return answer


@require_http_methods(BOTH)
@never_cache
@needs("report-unblinding")
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Report that somebody learned a person's allocation by accident."""
    person = person_of(request, code, "report-unblinding")
    form, problem = AccidentForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            report_accident(signed_in(request), person, form.cleaned_data["how"])
            messages.info(request, "Thank you. It is recorded, and an investigator will assess it.")
            return redirect("front")
        except DaybreakError as error:
            problem = error.sentence()
    return _form(request, "unblinding/report.html", form, problem, person=person)


@require_http_methods(BOTH)
@never_cache
@needs("assess-unblinding")
def assess(request: HttpRequest, unblinding_id: int) -> HttpResponse:
    """Assess an accident."""
    sites = sites_with(request.user, "assess-unblinding")
    accidents = Unblinding.objects.filter(kind=Unblinding.Kind.ACCIDENTAL, study=study_of(request))
    accident = get_object_or_404(
        accidents.select_related("participant__site", "by"), pk=unblinding_id, participant__site__in=sites
    )
    form, problem = AssessmentForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            assess_accident(signed_in(request), accident, form.cleaned_data["assessment"])
            return redirect("unblindings")
        except DaybreakError as error:
            problem = error.sentence()
    return _form(request, "unblinding/assess.html", form, problem, accident=accident)


def _form(request: HttpRequest, template: str, form: Any, problem: str, **more: Any) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, template, {"form": form, "problem": problem, **more}, status=status)
