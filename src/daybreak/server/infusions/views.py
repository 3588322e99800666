"""Infusions of one person: the list, a new one, and one that was recorded. What moves is shown before it is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.infusions.actions import (
    ask_for_kit,
    check_infusion,
    correct_infusion,
    next_number,
    record_infusion,
)
from daybreak.server.infusions.facts import InfusionFacts
from daybreak.server.infusions.forms import InfusionForm
from daybreak.server.infusions.moving import moved_rows, played_before
from daybreak.server.infusions.refusals import InfusionError
from daybreak.server.vault.allocate import current_kit
from daybreak.server.visits.calendar import calendar_of
from daybreak.server.visits.said import said_moment, said_window


@dataclass(frozen=True)
class Asked:
    """What a request is about: the person, the number of the infusion, and its row if it was recorded already."""

    person: Participant
    number: int
    infusion: Infusion | None = None

    @property
    def stored(self) -> InfusionFacts | None:
        """What is stored, if anything is."""
        return InfusionFacts.of(self.infusion) if self.infusion else None


@require_safe
@never_cache
@needs("see-people")
def infusions(request: HttpRequest, code: str) -> HttpResponse:
    """List the infusions planned for a person, and those given."""
    person, now = person_of(request, code, "see-people"), clock.now()
    calendar = calendar_of(person, now)
    rows = {one.number: one for one in person.infusions.all()}
    lines = [
        {
            "one": one,
            "row": rows.get(one.number),
            "window": said_window(one, calendar.place),
            "ended": said_moment(one.done_at, calendar.place),
        }
        for one in calendar.of_kind("infusion")
    ]
    may_record = has_right(request.user, "record-infusion", person.site)
    context = {"person": person, "lines": lines, "may_record": may_record, "next": _next(person)}
    return render(request, "infusions/infusions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("record-infusion")
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Record the next infusion."""
    person = person_of(request, code, "record-infusion")
    number = _sent_number(request) or _next(person)
    if not number:
        messages.info(request, _why_none(person))
        return redirect("desk-infusions", code=person.code)
    return _form_page(request, Asked(person, number))


@require_POST
@needs("record-infusion")
def kit(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the kit of the next infusion."""
    person = person_of(request, code, "record-infusion")
    try:
        number = ask_for_kit(signed_in(request), person)
    except DaybreakError as error:
        messages.error(request, str(error))
        return redirect("desk-infusions", code=person.code)
    messages.success(request, f"Kit {number} is released for the next infusion. The pharmacy prepares it.")
    return redirect("desk-infusion-new", code=person.code)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("see-people")
def infusion(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Show what was recorded of an infusion and, to those who may, the form to correct it."""
    person = person_of(request, code, "see-people")
    found = Infusion.objects.select_related("participant__site", "participant__study", "recorded_by")
    row = get_object_or_404(found, participant=person, number=number)
    asked = Asked(person, number, row)
    if has_right(request.user, "record-infusion", person.site):
        return _form_page(request, asked)
    context = {"person": person, "number": number, "row": row, "facts": asked.stored}
    return render(request, "infusions/recorded.html", context, status=405 if request.method == "POST" else 200)


def _form_page(request: HttpRequest, asked: Asked) -> HttpResponse:
    zone, kit_number = ZoneInfo(asked.person.zone), current_kit(asked.person, asked.number)
    if request.method != "POST":
        form = InfusionForm(zone=zone, stored=asked.stored)
        return _shown(request, asked, form, kit=kit_number)
    form = InfusionForm(zone=zone, stored=asked.stored, sent=request.POST)
    if not form.is_valid() or request.POST.get("step") == "edit":
        return _shown(request, asked, form, kit=kit_number, status=200 if form.is_valid() else 422)
    try:
        if request.POST.get("step") == "save":
            return _saved(request, asked, form)
        check_infusion(asked.person, asked.number, form.facts())
        return _preview(request, asked, form)
    except DaybreakError as error:
        status = {"stale": 409, "not-yours": 403}.get(error.code, 422)
        return _shown(request, asked, form, kit=kit_number, status=status, problem=str(error))


def _saved(request: HttpRequest, asked: Asked, form: InfusionForm) -> HttpResponse:
    facts = form.facts()
    if asked.infusion:
        data = form.part.cleaned_data
        correct_infusion(signed_in(request), asked.infusion, facts, seen=data["seen"], reason=data["reason"])
        messages.success(request, f"Infusion {asked.number} was corrected.")
    else:
        record_infusion(signed_in(request), asked.person, asked.number, facts)
        messages.success(request, f"Infusion {asked.number} was recorded.")
    return redirect("desk-infusions", code=asked.person.code)


def _preview(request: HttpRequest, asked: Asked, form: InfusionForm) -> HttpResponse:
    """Show what moves before anything is saved."""
    facts = form.facts()
    if asked.stored and asked.stored.mark() == facts.mark():
        raise InfusionError("infusion-unchanged")
    context = _context(asked) | {
        "hidden": form.hidden(),
        "facts": facts,
        "moves": moved_rows(asked.person, asked.number, facts, clock.now()),
        "played_before": played_before(asked.person, asked.number, facts),
        "submit": "Save the correction" if asked.infusion else "Record the infusion",
    }
    return render(request, "infusions/preview.html", context)


def _shown(
    request: HttpRequest, asked: Asked, form: InfusionForm, *, kit: str, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = _context(asked) | {"form": form, "kit": kit, "problem": problem}
    return render(request, "infusions/form.html", context, status=status)


def _context(asked: Asked) -> dict[str, Any]:
    return {
        "person": asked.person,
        "number": asked.number,
        "row": asked.infusion,
        "zone": asked.person.zone,
        "cancel": reverse("desk-infusions", args=[asked.person.code]),
    }


def _sent_number(request: HttpRequest) -> int:
    """Return the number of the infusion the sent form is about, so that a form sent twice is about the same one."""
    sent = request.POST.get("number", "")
    return int(sent) if sent.isdecimal() and len(sent) < 4 else 0


def _next(person: Participant) -> int:
    try:
        return next_number(person)
    except InfusionError:
        return 0


def _why_none(person: Participant) -> str:
    try:
        next_number(person)
    except InfusionError as error:
        return str(error)
    return ""
