"""Enrolling a person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from daybreak.core.participation import ALLOCATED, EXCLUDED, can
from daybreak.server import clock
from daybreak.server.accounts.rights import has_right, needs
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.enrol import enrol, obstacles_to
from daybreak.server.participation.views.around import Attempt, attempt, capital, person_here, user_of
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.allocate import current_kit


@require_safe
@never_cache
@needs("see-people")
def enrolment(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is still needed, or the button, or, once enrolled, the number of the kit."""
    return _page(request, person_here(request, code, "see-people"))


@require_POST
@never_cache
@needs("enrol")
def enrolling(request: HttpRequest, code: str) -> HttpResponse:
    """Enrol somebody; a second press, or another window, finds them enrolled and shows the same number."""
    person = person_here(request, code, "enrol")
    if person.status not in ALLOCATED:
        tried = attempt(lambda: enrol(user_of(request), person))
        if tried.problem and person.status not in ALLOCATED:
            return _page(request, person, tried)
    return redirect("person-enrol", person.code)


def _page(request: HttpRequest, person: Participant, tried: Attempt | None = None) -> HttpResponse:
    enrolled = person.status in ALLOCATED
    context = {
        "person": person,
        "enrolled": enrolled,
        "kit": current_kit(person, 1) if enrolled else "",
        "excluded": person.status in EXCLUDED,
        "obstacles": [] if enrolled else [capital(each) for each in obstacles_to(person, clock.now())],
        "ready": can(person.status, "enrol"),
        "may_enrol": has_right(request.user, "enrol", person.site),
        "may_give_link": has_right(request.user, "give-link", person.site),
        "randomised": file_of(person.study).is_randomised,
        "problem": tried.problem if tried else "",
    }
    return render(request, "participation/enrol.html", context, status=tried.status if tried else 200)
