"""A participant's own details: what the study keeps to reach them, and changing it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.own_pin import check_own_pin
from daybreak.server.accounts.rights import needs
from daybreak.server.accounts.views import locked_page
from daybreak.server.enrolment.identity import read_kept
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.own import change_own_contact, change_own_place
from daybreak.server.participation.forms.own import SAYS, OwnContactForm, OwnPlaceForm, place_name
from daybreak.server.participation.queries import earlier_place
from daybreak.server.participation.views.around import own_participant, user_of

METHODS = ["GET", "HEAD", "POST"]


@require_safe
@never_cache
@needs("train")
def me(request: HttpRequest) -> HttpResponse:
    """Show how the person is reached, where they live, and the language of their pages."""
    person = own_participant(request)
    before = earlier_place(person)
    context = {
        "kept": read_kept(person),
        "place": place_name(person.zone),
        "here": _clock_in(person.zone),
        "language": dict(settings.LANGUAGES).get(person.language, person.language),
        "before": before,
        "before_place": place_name(before) if before else "",
        "person": person,
    }
    return render(request, "participation/own/me.html", context)


@sensitive_post_parameters()
@require_http_methods(METHODS)
@never_cache
@needs("train")
def contact(request: HttpRequest) -> HttpResponse:
    """Take a new e-mail or phone, with the PIN."""
    person, problem = own_participant(request), ""
    kept = read_kept(person)
    if kept is None:
        return render(request, "participation/own/contact.html", {"problem": SAYS["erased"]}, status=410)
    form = OwnContactForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        try:
            check_own_pin(request, form.cleaned_data["pin"])
            changed = change_own_contact(person, form.contact(), seen=form.cleaned_data["seen"])
        except DaybreakError as error:
            if error.code == "pin-closed":
                return locked_page(request, user_of(request))
            problem = str(SAYS.get(error.code, error.sentence()))
        else:
            messages.info(request, _("Saved.") if changed else _("Nothing was different, so nothing changed."))
            return redirect("me")
    shown = form or OwnContactForm.filled(kept, back="back" in request.GET)
    context = {"form": shown, "problem": problem, "back": "back" in request.GET}
    return render(request, "participation/own/contact.html", context, status=422 if form else 200)


@require_http_methods(METHODS)
@never_cache
@needs("train")
def place(request: HttpRequest) -> HttpResponse:
    """Take a new place or language; a new place is shown with its clock first, as it moves the calendar."""
    person = own_participant(request)
    if request.method != "POST":
        return render(request, "participation/own/place.html", {"form": OwnPlaceForm.filled(person)})
    form, problem = OwnPlaceForm(request.POST, stored=person.zone), ""
    if form.is_valid():
        zone, language = form.cleaned_data["zone"], form.cleaned_data["language"]
        if zone != person.zone and not form.cleaned_data["sure"]:
            asked = {"zone": zone, "language": language, "place": place_name(zone), "here": _clock_in(zone)}
            return render(request, "participation/own/place_sure.html", asked)
        try:
            return _moved(request, person, zone, language)
        except DaybreakError as error:
            problem = str(SAYS.get(error.code, error.sentence()))
    return render(request, "participation/own/place.html", {"form": form, "problem": problem}, status=422)


def _moved(request: HttpRequest, person: Participant, zone: str, language: str) -> HttpResponse:
    """Change the place and language, and say so in the new language."""
    changed = change_own_place(person, zone=zone, language=language)
    with translation.override(language):
        messages.info(request, _("Saved.") if changed else _("Nothing was different, so nothing changed."))
    return redirect("me")


def _clock_in(zone: str) -> str:
    return date_format(clock.now().astimezone(ZoneInfo(zone)), "TIME_FORMAT")
