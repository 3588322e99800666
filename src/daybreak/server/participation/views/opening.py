"""A new person, and what is mended of one later: names, contact, language, time zone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from daybreak.core.participation import ALLOCATED
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.enrolment.identity import Who, read_who
from daybreak.server.enrolment.models import Identity, Participant
from daybreak.server.participation.actions.leaving import erase_excluded
from daybreak.server.participation.actions.opening import correct_details, correct_identity, open_person
from daybreak.server.participation.actions.reading import see_who
from daybreak.server.participation.forms.leaving import ReasonForm
from daybreak.server.participation.forms.opening import (
    CorrectIdentityForm,
    DetailsForm,
    NewPersonForm,
    zone_names,
)
from daybreak.server.participation.queries import own_changes
from daybreak.server.participation.views.around import Attempt, attempt, person_here, user_of
from daybreak.server.studies.queries import study_of

METHODS = ["GET", "HEAD", "POST"]


@sensitive_post_parameters()
@require_http_methods(METHODS)
@never_cache
@needs("screen")
def new_person(request: HttpRequest) -> HttpResponse:
    """Begin with a person; go on to the questions of the screening."""
    study = study_of(request)
    sites = sites_with(request.user, "screen").filter(study=study).order_by("name")
    form = NewPersonForm(request.POST or None, sites=sites, study=study)
    tried = Attempt()
    if request.method == "POST" and form.is_valid():
        tried = attempt(lambda: open_person(user_of(request), form.new_person(), form.who()))
        if isinstance(tried.answer, Participant):
            return redirect("person-screening", tried.answer.code)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "problem": tried.problem, "zones": zone_names(), "sites": sites}
    return render(request, "participation/new.html", context, status=status)


@sensitive_post_parameters()
@require_http_methods(METHODS)
@never_cache
@needs("see-identity")
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Show names and contact to those who may, with forms that correct them and the person's details."""
    person = person_here(request, code, "see-identity")
    forms: dict[str, Any] = {
        "identity": _identity_form(person),
        "details": DetailsForm.filled(person),
        "erase": ReasonForm(prefix="erase"),
    }
    tried, wanted = Attempt(), request.POST.get("form", "")
    if request.method == "POST":
        tried = _mend(request, person, wanted, forms)
        if tried.answer == "done":
            return redirect("person-contact", person.code)
    context = {
        "person": person,
        "who": see_who(user_of(request), person),
        "forms": forms,
        "wanted": wanted,
        "problem": tried.problem,
        "stale": tried.stale,
        "zones": zone_names(),
        "own_changes": own_changes(person),
        "zone_changes": person.zone_changes.all(),
        "may_erase": person.status not in ALLOCATED,
    }
    return render(request, "participation/contact.html", context, status=422 if request.method == "POST" else 200)


def _identity_form(person: Participant, data: Any = None) -> CorrectIdentityForm | None:
    row, who = Identity.objects.filter(participant=person).first(), read_who(person)
    if row is None or who is None:
        return None
    initial = vars(who) | {"seen": row.saved_at.isoformat()}
    return CorrectIdentityForm(data, study=person.study, prefix="identity", initial=initial)


def _mend(request: HttpRequest, person: Participant, wanted: str, forms: dict[str, Any]) -> Attempt:
    """Run what one of the page's forms asks for; the answer `done` if it was done."""
    form: Any
    if wanted == "identity" and forms["identity"] is not None:
        form = forms["identity"] = _identity_form(person, request.POST)
    elif wanted == "details":
        form = forms["details"] = DetailsForm(request.POST, prefix="details")
    elif wanted == "erase":
        form = forms["erase"] = ReasonForm(request.POST, prefix="erase")
    else:
        return Attempt(problem="This page changed since you opened it.", stale=True)
    if not form.is_valid():
        return Attempt()
    tried = attempt(lambda: _act(request, person, wanted, form))
    if not tried.problem:
        messages.info(request, "Saved.")
        return Attempt("done")
    return tried


def _act(request: HttpRequest, person: Participant, wanted: str, form: Any) -> None:
    by, typed = user_of(request), form.cleaned_data
    if wanted == "identity":
        who: Who = form.who()
        correct_identity(by, person, who, reason=typed["reason"], seen=typed["seen"])
    elif wanted == "details":
        correct_details(by, person, **typed)
    else:
        erase_excluded(by, person, typed["reason"])
