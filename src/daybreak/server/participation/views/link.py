"""A new personal link: shown once, with a QR code, on a card to print."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from daybreak.server import clock
from daybreak.server.accounts.help_lines import help_lines
from daybreak.server.accounts.links import LASTS
from daybreak.server.accounts.rights import needs
from daybreak.server.participation.actions.link import give_personal_link
from daybreak.server.participation.qr_code import qr_code
from daybreak.server.participation.views.around import attempt, person_here, user_of


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("give-link")
def giving_link(request: HttpRequest, code: str) -> HttpResponse:
    """Explain; then make a link and show it, this once: it is stored nowhere."""
    person = person_here(request, code, "give-link")
    if request.method != "POST":
        return render(request, "participation/link.html", {"person": person})
    tried = attempt(lambda: give_personal_link(user_of(request), person))
    if tried.problem:
        return render(request, "participation/link.html", {"person": person, "problem": tried.problem}, status=422)
    address = request.build_absolute_uri(reverse("personal-link", args=[str(tried.answer)]))
    context = {
        "person": person,
        "address": address,
        "qr": qr_code(address),
        "until": clock.now() + LASTS,
        "lines": help_lines(person.user),
    }
    with translation.override(person.language):
        return render(request, "participation/card.html", context)
