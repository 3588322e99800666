"""Pages on which an adverse event is recorded, corrected or struck, or noted that there was none."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.actions.recording import correct_event, record_event, record_none, strike_event
from daybreak.server.harms.facts import HarmFacts, Learned
from daybreak.server.harms.forms import Choices, HarmForm, NoneForm, StrikeForm
from daybreak.server.harms.models import AdverseEvent
from daybreak.server.harms.queries import offered_side_effects
from daybreak.server.studies.queries import file_of

BOTH = ["GET", "HEAD", "POST"]
STATUS = {"stale": 409, "not-yours": 403}
Source = AdverseEvent.Source


@require_http_methods(BOTH)
@never_cache
@needs("record-harm")
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Record an event; `?from=` takes a side effect over, `?visit=` says at which visit they were asked."""
    person = person_of(request, code, "record-harm")
    taken_from = request.GET.get("from", "")[:200]
    initial = {"known_at": clock.now(), "visit": request.GET.get("visit", "")} | _offered(person, taken_from)
    visits = None if taken_from else _visits(person)
    form = HarmForm(request.POST or None, zone=_zone(person), visits=visits, initial=initial)
    problem, status = "", 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        visit = form.cleaned_data.get("visit", "")
        learned = Learned(Source.INFUSION, "", taken_from) if taken_from else Learned(_source(visit), visit)
        try:
            event = record_event(signed_in(request), person, form.facts(), learned)
            return _after(request, event)
        except DaybreakError as error:
            problem, status = error.sentence(), STATUS.get(error.code, 422)
    context = {"person": person, "form": form, "problem": problem, "back": _back(request, person)}
    return render(request, "harms/new.html", context, status=status)


@require_http_methods(BOTH)
@never_cache
@needs("record-harm")
def none(request: HttpRequest, code: str) -> HttpResponse:
    """Note that the person was asked at a visit and told of nothing."""
    person = person_of(request, code, "record-harm")
    form, problem = NoneForm(request.POST or None, visits=_visits(person)), ""
    if request.method == "POST" and form.is_valid():
        try:
            record_none(signed_in(request), person, form.cleaned_data["visit"])
            messages.success(request, "It is noted: asked, and nothing bad had happened.")
            return redirect(_back(request, person))
        except DaybreakError as error:
            problem = error.sentence()
    context = {"person": person, "form": form, "problem": problem, "back": _back(request, person)}
    return render(request, "harms/none.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(BOTH)
@never_cache
@needs("follow-harm")
def correct(request: HttpRequest, code: str, harm: int) -> HttpResponse:
    """Correct what was entered of an event."""
    event = event_of(request, code, harm, "follow-harm")
    form = HarmForm(request.POST or None, zone=_zone(event.participant), stored=HarmFacts.of(event), correcting=True)
    problem, status = "", 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            correct_event(signed_in(request), event, form.facts(), seen=data["seen"], reason=data["reason"])
            messages.success(request, "The event was corrected.")
            return redirect("harm", code, harm)
        except DaybreakError as error:
            problem, status = error.sentence(), STATUS.get(error.code, 422)
    context = {"person": event.participant, "event": event, "form": form, "problem": problem}
    return render(request, "harms/correct.html", context, status=status)


@require_http_methods(BOTH)
@never_cache
@needs("follow-harm")
def strike(request: HttpRequest, code: str, harm: int) -> HttpResponse:
    """Strike an event that was entered in error."""
    event = event_of(request, code, harm, "follow-harm")
    form, problem = StrikeForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            strike_event(signed_in(request), event, form.cleaned_data["reason"])
            messages.success(request, "The event was struck. It stays in the record.")
            return redirect("harm", code, harm)
        except DaybreakError as error:
            problem = error.sentence()
    context = {"person": event.participant, "event": event, "form": form, "problem": problem}
    return render(request, "harms/strike.html", context, status=422 if request.method == "POST" else 200)


def event_of(request: HttpRequest, code: str, harm: int, right: str) -> AdverseEvent:
    """Return an event of a person at one of the sites where whoever asks has `right`.

    Raises:
        Http404: there is none.
    """
    person = person_of(request, code, right)
    found = AdverseEvent.objects.select_related("participant__site", "participant__study", "recorded_by", "judged_by")
    return get_object_or_404(found, participant=person, number=min(harm, 10**6))


def _offered(person: Participant, key: str) -> dict[str, str]:
    """Return what a side effect that is taken over says already."""
    for infusion, offered, what, severity in offered_side_effects(person):
        if key and offered == key:
            day = infusion.ended_at.astimezone(ZoneInfo(person.zone)).date()
            return {"term": what, "severity": severity, "onset": day.isoformat()}
    return {}


def _after(request: HttpRequest, event: AdverseEvent) -> HttpResponse:
    person = event.participant
    messages.success(request, f"Adverse event {event.number} was recorded.")
    if has_right(request.user, "see-harms", person.site):
        return redirect("harm", person.code, event.number)
    return redirect("person", person.code)


def _back(request: HttpRequest, person: Participant) -> str:
    """Return where to go back to: whoever rates records events and sees none."""
    seen = has_right(request.user, "see-harms", person.site)
    return reverse("person-harms" if seen else "person", args=[person.code])


def _source(visit: str) -> AdverseEvent.Source:
    return Source.ASKED if visit else Source.SPONTANEOUS


def _visits(person: Participant) -> Choices:
    return [(one.key, one.title) for one in file_of(person.study).schedule]


def _zone(person: Participant) -> ZoneInfo:
    return ZoneInfo(person.site.zone)
