"""A participant's questions: one a page, each answer saved as it is given; without JavaScript, back works."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.instruments import Item
from daybreak.server import clock
from daybreak.server.accounts.rights import needs
from daybreak.server.assessments.actions.answering import Given, answer
from daybreak.server.assessments.actions.sending import submit
from daybreak.server.assessments.asking import asked_page, first_open, lines_of, minutes_for, next_number
from daybreak.server.assessments.queries import own_visit, own_visits
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import instrument_of
from daybreak.server.assessments.standing import OwnForm, own_form, why_not
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.views.around import own_participant
from daybreak.server.safety.help import help_for

ASKED_AGAIN = frozenset({"no-answer", "no-such-answer", "form-wording"})
"""Refusals after which the question is shown again, with what was typed."""


@require_safe
@never_cache
@needs("train")
def visit(request: HttpRequest, visit: str) -> HttpResponse:
    """Where the questions of a visit begin, go on and end."""
    person, now = own_participant(request), clock.now()
    own = own_visit(person, visit, now)
    if own is None:
        return _wrong(request, why_not(person, visit, now))
    if own.left:
        context = {"own": own, "minutes": minutes_for(own)}
        return render(request, "assessments/own/begin.html", context)
    ahead = [each for each in own_visits(person, now) if each.left]
    return render(request, "assessments/own/thanks.html", {"own": own, "ahead": ahead[0] if ahead else None})


@require_safe
@never_cache
@needs("train")
def form(request: HttpRequest, visit: str, instrument: str) -> HttpResponse:
    """Lead to the first question without an answer, or to the last look before sending."""
    try:
        standing = own_form(own_participant(request), visit, instrument, clock.now())
    except FormError as error:
        return _wrong(request, error)
    if standing.is_over:
        return redirect("own-forms", visit)
    place = first_open(standing)
    return redirect("own-item", visit, instrument, place) if place else redirect("own-form-check", visit, instrument)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("train")
def item(request: HttpRequest, visit: str, instrument: str, number: int) -> HttpResponse:
    """Ask one question, and take its answer."""
    person, asked = own_participant(request), _item(instrument, number)
    if request.method == "POST":
        return _take(request, person, Given(visit, instrument, asked.key, *_sent(request)), number)
    try:
        standing = own_form(person, visit, instrument, clock.now())
    except FormError as error:
        return _wrong(request, error)
    return redirect("own-forms", visit) if standing.is_over else _ask(request, standing, asked)


@require_safe
@never_cache
@needs("train")
def item_help(request: HttpRequest, visit: str, instrument: str, number: int) -> HttpResponse:
    """Whom to call, at once, after an answer that calls somebody."""
    person = own_participant(request)
    _item(instrument, number)
    context = {"help": help_for(person, clock.now()), "onward": _onward(person, visit, instrument, number).url}
    return render(request, "assessments/own/help.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("train")
def check(request: HttpRequest, visit: str, instrument: str) -> HttpResponse:
    """Show all answers once more, and send them."""
    person, problem = own_participant(request), None
    if request.method == "POST":
        try:
            submit(person, visit, instrument, with_gaps="with_gaps" in request.POST)
        except FormError as error:
            if error.code != "form-gaps":
                return _wrong(request, error)
            problem = error
        else:
            return redirect("own-forms", visit)
    try:
        standing = own_form(person, visit, instrument, clock.now())
    except FormError as error:
        return _wrong(request, error)
    if standing.is_over:
        return redirect("own-forms", visit)
    lines = lines_of(standing)
    context = {"standing": standing, "lines": lines, "gaps": sum(not line.answer for line in lines), "problem": problem}
    return render(request, "assessments/own/check.html", context, status=422 if problem else 200)


def _take(request: HttpRequest, person: Participant, given: Given, number: int) -> HttpResponse:
    try:
        taken = answer(person, given)
    except FormError as error:
        if error.code not in ASKED_AGAIN:
            return _wrong(request, error)
        standing = own_form(person, given.visit, given.instrument, clock.now())
        return _ask(request, standing, standing.item(given.item), error)
    if taken.needs_help:
        return redirect("own-item-help", given.visit, given.instrument, number)
    from_check = "check" in request.POST
    if not taken.is_new and not from_check:
        return _onward(person, given.visit, given.instrument, number)
    if from_check or taken.onward is None:
        return redirect("own-form-check", given.visit, given.instrument)
    return redirect("own-item", given.visit, given.instrument, taken.onward)


def _onward(person: Participant, visit: str, instrument: str, number: int) -> HttpResponseRedirect:
    """Lead to the question after this one, to the last look, or to the page of the visit once all was sent."""
    try:
        standing = own_form(person, visit, instrument, clock.now())
    except FormError:
        return redirect("own-forms", visit)
    if standing.is_over:
        return redirect("own-forms", visit)
    place = next_number(standing, number)
    return redirect("own-item", visit, instrument, place) if place else redirect("own-form-check", visit, instrument)


def _ask(request: HttpRequest, standing: OwnForm, asked: Item, error: FormError | None = None) -> HttpResponse:
    page = asked_page(standing, asked)
    context = {
        "standing": standing,
        "asked": page,
        "chosen": request.POST.get("answer", "") if error else page.chosen,
        "problem": error,
        "shown": clock.now().isoformat(),
        "from_check": "check" in (request.POST if error else request.GET),
    }
    return render(request, "assessments/own/item.html", context, status=422 if error else 200)


def _wrong(request: HttpRequest, error: FormError) -> HttpResponse:
    """Say why a form cannot be answered, and what was kept."""
    return render(request, "assessments/own/wrong.html", {"error": error}, status=409)


def _item(instrument: str, number: int) -> Item:
    """Return the item at a place of an instrument.

    Raises:
        Http404: there is none.
    """
    known = instrument_of(instrument)
    if known is None or not 1 <= number <= len(known.items):
        raise Http404
    return known.items[number - 1]


def _sent(request: HttpRequest) -> tuple[str, str, datetime | None]:
    """Return the answer, the words it was asked in, and since when the page was in view, as the page sent them."""
    return request.POST.get("answer", "").strip(), request.POST.get("mark", ""), _moment(request.POST.get("shown", ""))


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
