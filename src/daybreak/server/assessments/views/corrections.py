"""Correcting a form, and settling two entries of one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import NotYoursError, needs
from daybreak.server.assessments.actions.correcting import correct, settle
from daybreak.server.assessments.forms import CorrectionForm
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import answers_of, form_of, is_over
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import instrument_of
from daybreak.server.assessments.settling import differing
from daybreak.server.assessments.summary import may_read
from daybreak.server.assessments.views.desk import refused
from daybreak.server.assessments.words import words_in
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.views.around import capital, person_here, user_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("correct-form")
def correct_form(request: HttpRequest, code: str, visit: str, instrument: str, rater: int = 1) -> HttpResponse:
    """Correct what was handed in."""
    person = person_here(request, code, "correct-form")
    form = _handed_in(person, visit, instrument, rater)
    if not may_read(request.user, form, clock.now()):
        return refused(request, person, FormError("scores-hidden"))
    known = instrument_of(instrument)
    if known is None:
        raise Http404
    given = answers_of(form)
    more: dict[str, Any] = {"words": words_in(form, known), "seen": digest(given)}
    if request.method != "POST":
        return _page(request, person, form, CorrectionForm(given=given, **more))
    typed = CorrectionForm(request.POST, **more)
    if not typed.is_valid():
        return _page(request, person, form, typed, status=422)
    saw = given if typed.cleaned_data["seen"] == digest(given) else {"another": "state"}
    try:
        correct(user_of(request), form, typed.values, seen=saw, reason=typed.cleaned_data["reason"])
    except NotYoursError as error:
        raise PermissionDenied from error
    except DaybreakError as error:
        status = 409 if error.code == "stale" else 422
        return _page(request, person, form, typed, status=status, problem=capital(error.sentence()))
    messages.success(request, "It was corrected; what stood there before is kept in the trail.")
    return redirect("desk-form", person.code, visit, instrument)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("correct-form")
def settle_form(request: HttpRequest, code: str, visit: str, instrument: str) -> HttpResponse:
    """List where two entries differ, and take the one that is right for each."""
    person = person_here(request, code, "correct-form")
    form, second = _handed_in(person, visit, instrument, 1), form_of(person, visit, instrument, entry=2)
    if not may_read(request.user, form, clock.now()):
        return refused(request, person, FormError("scores-hidden"))
    known = instrument_of(instrument)
    if known is None or not is_over(second):
        raise Http404
    differences, words, problem = differing(person, form), words_in(form, known), ""
    if request.method == "POST":
        chosen = {each.item.key: _choice(request.POST.get(f"item-{each.item.key}", "")) for each in differences}
        try:
            settle(user_of(request), form, chosen, request.POST.get("reason", ""))
        except NotYoursError as error:
            raise PermissionDenied from error
        except DaybreakError as error:
            problem = capital(error.sentence())
        else:
            messages.success(request, "The two entries are settled.")
            return redirect("desk-form", person.code, visit, instrument)
    rows = [
        {
            "key": each.item.key,
            "prompt": words.prompt(each.item),
            "first": words.said(each.item, each.first) or "no answer",
            "second": words.said(each.item, each.second) or "no answer",
            "chosen": request.POST.get(f"item-{each.item.key}", ""),
        }
        for each in differences
    ]
    context = {"person": person, "form": form, "second": second, "rows": rows, "instrument": known, "problem": problem}
    context["reason"] = request.POST.get("reason", "")
    return render(request, "assessments/desk/settle.html", context, status=422 if problem else 200)


def digest(given: dict[str, Any]) -> str:
    """Return a text that changes whenever an answer does."""
    said = json.dumps({key: str(value) for key, value in given.items()}, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _handed_in(person: Participant, visit: str, instrument: str, rater: int) -> Form:
    """Return a form that was handed in.

    Raises:
        Http404: there is none, or it is still open.
    """
    form = form_of(person, visit, instrument, rater=rater)
    if form is None or not is_over(form):
        raise Http404
    return form


def _choice(text: str) -> int:
    return int(text) if text in ("1", "2") else 0


def _page(
    request: HttpRequest,
    person: Participant,
    form: Form,
    typed: CorrectionForm,
    *,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    context = {
        "person": person,
        "form": typed,
        "stored": form,
        "instrument": instrument_of(form.instrument),
        "problem": problem,
        "submit": "Save the correction",
        "cancel": reverse("desk-form", args=[person.code, form.visit_key, form.instrument]),
    }
    return render(request, "assessments/desk/correct.html", context, status=status)
