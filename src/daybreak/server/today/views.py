"""The pages of a person in the study."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.content.locale import player_texts, portrait_texts
from daybreak.server import clock
from daybreak.server.accounts.help_lines import help_lines
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import has_right, is_staff, needs
from daybreak.server.console.navigation import first_page
from daybreak.server.enrolment.actions import save_cues
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import read_cues
from daybreak.server.implicit.when import due_tests
from daybreak.server.participation.queries import owed_consents, wish_to_stop
from daybreak.server.studies.queries import file_of
from daybreak.server.today.forms import CuesForm
from daybreak.server.today.page import today_page
from daybreak.server.today.situation import situation_of


@require_safe
@never_cache
def front(request: HttpRequest) -> HttpResponse:
    """Lead everybody to their own page; ask strangers for their link."""
    if has_right(request.user, "train"):
        return redirect("today")
    if isinstance(request.user, User) and is_staff(request.user):
        return redirect(first_page(request.user))
    return redirect("demo") if settings.DEMO else render(request, "accounts/front.html")


@require_safe
@never_cache
@needs("train")
def today(request: HttpRequest) -> HttpResponse:
    """Show the one next thing, the ring and what is coming."""
    participant, now = _self(request), clock.now()
    context = {
        "today": today_page(situation_of(participant, now)),
        "owing": owed_consents(participant, now),
        "asked_to_stop": wish_to_stop(participant),
        "tests": due_tests(participant, now),
    }
    return render(request, "today/today.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("train")
def ready(request: HttpRequest) -> HttpResponse:
    """Take the words that stand for the person."""
    participant = _self(request)
    if request.method != "POST":
        return render(request, "today/ready.html", {"form": CuesForm.filled(read_cues(participant))})
    form = CuesForm(request.POST)
    if not form.is_valid():
        return render(request, "today/ready.html", {"form": form}, status=422)
    save_cues(participant, form.cues())
    return redirect("ready-portrait")


@require_safe
@never_cache
@ensure_csrf_cookie
@needs("train")
def ready_portrait(request: HttpRequest) -> HttpResponse:
    """The page around the camera."""
    texts = portrait_texts(get_language() or "en")
    return render(request, "today/portrait.html", {"texts": texts.model_dump()})


@require_safe
@never_cache
@ensure_csrf_cookie
@needs("train")
def play(request: HttpRequest, number: int) -> HttpResponse:
    """The page around the player; whether the session is open is for the player's API to say."""
    if not 1 <= number <= file_of(_self(request).study).training.sessions_with_boosters:
        raise Http404
    context = {"number": number, "texts": player_texts(get_language() or "en").model_dump(), "bot": settings.DEMO}
    return render(request, "today/play.html", context)


@require_safe
@never_cache
def help_now(request: HttpRequest) -> HttpResponse:
    """Whom to call."""
    return render(request, "today/help.html", {"lines": help_lines(request.user)})


def _self(request: HttpRequest) -> Participant:
    """Return the participant who is signed in; `needs` made sure there is one."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrows the type
    participant: Participant = user.participant
    return participant
