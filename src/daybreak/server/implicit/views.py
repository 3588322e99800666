"""The page around a test, and the page from which staff hand it over."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from daybreak.content.locale import implicit_texts, player_texts
from daybreak.server import clock
from daybreak.server.accounts.rights import needs
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.implicit.models import ImplicitTest
from daybreak.server.implicit.when import form_asked, form_of, is_open, planned_test
from daybreak.server.participation.qr_code import qr_code
from daybreak.server.visits.actions.recording import visit_rules


@require_safe
@never_cache
@ensure_csrf_cookie
@needs("train")
def take_test(request: HttpRequest, visit: str) -> HttpResponse:
    """The page around the player; whether the test is open is for the player's API to say."""
    if form_asked(signed_in(request).participant, visit) is None:
        raise Http404
    language = get_language() or "en"
    words = implicit_texts(language)
    texts = player_texts(language).model_copy(update={"leave_safe": words.leave_safe, "thanks": words.thanks})
    context = {"visit": visit, "texts": texts.model_dump(), "words": words.model_dump(), "bot": settings.DEMO}
    return render(request, "implicit/take.html", context)


@require_safe
@never_cache
@needs("record-visit")
def test_for(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show staff whether the test of a visit was taken, never how, and lead the person's own phone to it."""
    person = person_of(request, code, "record-visit")
    rules = visit_rules(person, key)
    if rules is None or form_of(rules) is None:
        raise Http404
    now = clock.now()
    planned = planned_test(person, key, now)
    address = request.build_absolute_uri(reverse("iat", args=[key]))
    context = {
        "person": person,
        "rules": rules,
        "test": ImplicitTest.objects.filter(participant=person, visit_key=key).first(),
        "open": planned is not None and is_open(planned, now),
        "address": address,
        "qr": qr_code(address),
    }
    return render(request, "implicit/test_for.html", context)
