"""A participant's own pages: what they signed, and how to stop."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.core.consent import text_in
from daybreak.server import clock
from daybreak.server.accounts.help_lines import help_lines
from daybreak.server.accounts.rights import needs
from daybreak.server.enrolment.models import Consent
from daybreak.server.participation.actions.leaving import WISHES, ask_to_stop
from daybreak.server.participation.queries import owed_consents, wish_to_stop
from daybreak.server.participation.views.around import consent_of, own_participant
from daybreak.server.participation.views.consent import copy_of
from daybreak.server.studies.queries import file_of


@require_safe
@never_cache
@needs("train")
def papers(request: HttpRequest) -> HttpResponse:
    """What the person signed, with copies, and a new text to read before they sign it at the clinic."""
    person = own_participant(request)
    texts = file_of(person.study).consents
    new = (text_in(texts, owing, person.language) for owing in owed_consents(person, clock.now()))
    titles = {(text.key, text.version, text.language): text.title for text in texts}
    signed = [
        (consent, titles.get((consent.key, consent.version, consent.language), consent.key))
        for consent in Consent.objects.filter(participant=person).order_by("-signed_at")
    ]
    context = {"person": person, "signed": signed, "new": [text for text in new if text]}
    return render(request, "participation/own/papers.html", context)


@require_safe
@never_cache
@needs("train")
def paper(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Send the person's own copy."""
    person = own_participant(request)
    return copy_of(request, consent_of(person, key, version))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("train")
def stopping(request: HttpRequest) -> HttpResponse:
    """Take the wish to stop; the clinic sees it and calls. Nothing ends by itself."""
    person = own_participant(request)
    wish = request.POST.get("wish", "")
    if request.method == "POST" and wish in WISHES:
        ask_to_stop(person, wish)
        return redirect("stop")
    context = {"asked": wish_to_stop(person), "missing": request.method == "POST", "lines": help_lines(request.user)}
    status = 422 if request.method == "POST" else 200
    return render(request, "participation/own/stop.html", context, status=status)
