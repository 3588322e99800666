"""Forms of one person as staff read them and fill them in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import NotYoursError, has_right, needs
from daybreak.server.assessments.actions.entering import Filled, fill
from daybreak.server.assessments.forms import FillForm
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.places import Place, check_place, form_rules, may_fill
from daybreak.server.assessments.queries import answers_of, form_of, is_over
from daybreak.server.assessments.reading import sheet_of
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import rules_for
from daybreak.server.assessments.second_rating import may_have_read
from daybreak.server.assessments.summary import form_lines, may_read, prior_scores
from daybreak.server.assessments.words import words_for, words_in
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.views.around import capital, person_here, user_of
from daybreak.server.studies.queries import file_of


@require_safe
@never_cache
@needs("see-forms")
def forms(request: HttpRequest, code: str) -> HttpResponse:
    """List all forms of a person: those handed in, and those still to come."""
    person = person_here(request, code, "see-forms")
    context = {"person": person, "lines": list(form_lines(user_of(request), person, clock.now()))}
    return render(request, "assessments/desk/forms.html", context)


@require_safe
@never_cache
@needs("see-forms")
def form(request: HttpRequest, code: str, visit: str, instrument: str) -> HttpResponse:
    """Show a form: its answers with their anchors, its scores, and a second entry or rater beside it."""
    person, now, user = person_here(request, code, "see-forms"), clock.now(), user_of(request)
    first = form_of(person, visit, instrument)
    if first is None:
        raise Http404
    shown = [each for each in _all_of(first) if may_read(user, each, now)]
    if not shown:
        return refused(request, person, FormError("scores-hidden"))
    context = {"person": person, "sheet": sheet_of(shown), "form": first, **_ways(request, person, first)}
    return render(request, "assessments/desk/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("fill-form")
def fill_form(
    request: HttpRequest, code: str, visit: str, instrument: str, entry: int = 1, rater: int = 1
) -> HttpResponse:
    """Fill in a form on one page, and hand it in."""
    person, place = person_here(request, code, "fill-form"), Place(visit, instrument, entry, rater)
    try:
        known, rules = check_place(user_of(request), person, place, clock.now())
        there = form_of(person, visit, instrument, entry=entry, rater=rater)
        file = file_of(person.study)
        words = words_in(there, known) if there else words_for(person, known, rules_for(file, instrument), staff=True)
    except FormError as error:
        return refused(request, person, error)
    if there and is_over(there):
        return redirect("desk-form", person.code, visit, instrument)
    if there and there.by_id != user_of(request).pk:
        return refused(request, person, FormError("form-other-hand"))
    more: dict[str, Any] = {"words": words, "modes": rules.mode, "shown": clock.now()}
    if request.method != "POST":
        given = answers_of(there) if there else {}
        return _page(request, person, place, FillForm(given=given, mode=there.mode if there else "", **more))
    typed = FillForm(request.POST, **more)
    if not typed.is_valid():
        return _page(request, person, place, typed, status=422)
    return _save(request, person, place, typed)


def _save(request: HttpRequest, person: Participant, place: Place, typed: FillForm) -> HttpResponse:
    data = typed.cleaned_data
    hand_in = "hand_in" in request.POST
    filled = Filled(typed.values, data["mode"], data["mark"], typed.shown_at(), hand_in, data["with_gaps"])
    try:
        entered = fill(user_of(request), person, place, filled)
    except NotYoursError as error:
        raise PermissionDenied from error
    except DaybreakError as error:
        return _page(request, person, place, typed, status=422, problem=capital(error.sentence()))
    said = "It was handed in." if is_over(entered.form) else "It was saved; you can go on later."
    if entered.left_out:
        said += f" {entered.left_out} answers were left out: they are not asked after what stands above them."
    if entered.alerts:
        said += " An alert was raised; it stands at the top of every page."
    messages.success(request, said)
    if is_over(entered.form) and may_read(user_of(request), entered.form, clock.now()):
        return redirect("desk-form", person.code, place.visit, place.instrument)
    return redirect("desk-forms", person.code)


def _page(
    request: HttpRequest, person: Participant, place: Place, form: FillForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    instrument, visit = form_rules(person, place.visit, place.instrument)
    shows = rules_for(file_of(person.study), instrument.key).prior_scores == "shown" and place.entry == 1
    context = {
        "person": person,
        "form": form,
        "place": place,
        "instrument": instrument,
        "visit": visit,
        "words": form.words,
        "prior": prior_scores(user_of(request), person, instrument.key, place.visit) if shows else [],
        "prior_hidden": not shows,
        "problem": problem,
        "cancel": reverse("desk-forms", args=[person.code]),
    }
    return render(request, "assessments/desk/fill.html", context, status=status)


def refused(request: HttpRequest, person: Participant, error: FormError) -> HttpResponse:
    """Say why a form cannot be filled in now."""
    context = {"person": person, "problem": capital(error.sentence())}
    return render(request, "assessments/desk/refused.html", context, status=409)


def _all_of(first: Form) -> list[Form]:
    """Return the first form, its second entry and that of the second rater, as far as there are."""
    forms = Form.objects.filter(
        participant=first.participant, visit_key=first.visit_key, instrument=first.instrument
    ).select_related("participant__site", "participant__study", "by", "wording")
    return list(forms.order_by("rater", "entry").prefetch_related("answers"))


def _ways(request: HttpRequest, person: Participant, first: Form) -> dict[str, object]:
    """Return what can be done from the page of a form."""
    user = user_of(request)
    rules = rules_for(file_of(person.study), first.instrument)
    try:
        instrument, _ = form_rules(person, first.visit_key, first.instrument)
        fills = may_fill(user, person, instrument)
    except FormError:
        fills = has_right(user, "fill-staff-form", person.site)  # a participant's own: the clinic corrects it
        return {"can_correct": fills and is_over(first)}
    others = {(form.entry, form.rater): form for form in _all_of(first)}
    second = others.get((2, 1))
    return {
        "can_correct": fills and is_over(first),
        "can_fill": fills and not is_over(first) and first.by_id == user.pk,
        "can_enter_again": fills
        and rules.double_entry
        and is_over(first)
        and not is_over(second)
        and first.by_id != user.pk,
        "can_settle": fills and is_over(second) and first.settled_at is None,
        "can_rate": fills
        and instrument.by == "rater"
        and (1, 2) not in others
        and first.by_id != user.pk
        and not may_have_read(user, first),
    }
