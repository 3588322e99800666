"""The screening of a person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daybreak.core.participation import ALLOCATED, Status, can
from daybreak.core.screening import BIRTH
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.models import Participant, Screening
from daybreak.server.participation.actions.screening import decline, save_screening, take_back_decline
from daybreak.server.participation.forms.screening import ScreeningForm, WhyForm, shown_answer
from daybreak.server.participation.queries import criteria_of, says_failed, verdict_on
from daybreak.server.participation.views.around import Attempt, attempt, person_here, user_of


@require_safe
@never_cache
@needs("see-people")
def screening(request: HttpRequest, code: str) -> HttpResponse:
    """Show the answers and what they say; with a form for those who screen."""
    person = person_here(request, code, "see-people")
    kept = Screening.objects.get(participant=person)
    form = ScreeningForm(criteria=criteria_of(person), screening=kept)
    return render(request, "participation/screening.html", _context(request, person, kept) | {"form": form})


@require_POST
@never_cache
@needs("screen")
def answers(request: HttpRequest, code: str) -> HttpResponse:
    """Take answers, and corrections with their reason."""
    person = person_here(request, code, "screen")
    kept = Screening.objects.get(participant=person)
    form, tried = ScreeningForm(request.POST, criteria=criteria_of(person), screening=kept), Attempt()
    if form.is_valid():
        typed = form.cleaned_data
        reason, seen = typed.get("reason", ""), typed["seen"]
        tried = attempt(lambda: save_screening(user_of(request), person, form.answers(), reason=reason, seen=seen))
        if not tried.problem:
            messages.info(request, "The answers were saved.")
            return redirect("person-screening", person.code)
    context = _context(request, person, kept) | {"form": form, "problem": tried.problem, "stale": tried.stale}
    return render(request, "participation/screening.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("screen")
def declining(request: HttpRequest, code: str) -> HttpResponse:
    """Record that somebody does not take part, or that they come back after all."""
    person = person_here(request, code, "screen")
    back = person.status == Status.DECLINED
    form, tried = WhyForm(request.POST or None), Attempt()
    if request.method == "POST" and form.is_valid():
        act = take_back_decline if back else decline
        tried = attempt(lambda: act(user_of(request), person, form.cleaned_data["why"]))
        if not tried.problem:
            return redirect("person-screening", person.code)
    context = {"person": person, "form": form, "problem": tried.problem, "back": back}
    status = 422 if request.method == "POST" else 200
    return render(request, "participation/decline.html", context, status=status)


def _context(request: HttpRequest, person: Participant, kept: Screening) -> dict[str, Any]:
    verdict, criteria = verdict_on(person, kept.answers), criteria_of(person)
    return {
        "person": person,
        "screening": kept,
        "may_screen": has_right(request.user, "screen", person.site),
        "answers": [
            (f"answers.{one.key}", one.ask, shown_answer(one, kept.answers)) for one in criteria if one.key != BIRTH
        ],
        "failed": says_failed(person.study, verdict.failed),
        "missing": len(verdict.missing),
        "born_missing": BIRTH in verdict.missing,
        "is_enrolled": person.status in ALLOCATED,
        "may_decline": can(person.status, "decline"),
        "may_return": can(person.status, "return"),
    }
