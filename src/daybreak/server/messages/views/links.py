"""Where the links in a message lead: to what it is about, and to where more by its channel are stopped."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.messages.actions.refusing import refuse, take_back
from daybreak.server.messages.models import Message, Refusal
from daybreak.server.messages.tokens import followed_message, stopped_message
from daybreak.server.write_turn import write_turn

ONE_CLICK = "One-Click"


@never_cache
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Note that the link was followed, and go on to what the message is about: that page asks who it is."""
    message = followed_message(token)
    if message is None:
        return render(request, "accounts/no_link.html", status=404)
    if message.opened_at is None and request.user == _recipient(message):
        with write_turn():
            Message.objects.filter(pk=message.pk, opened_at=None).update(opened_at=clock.now())
    return redirect(message.path)


@csrf_exempt  # the button of a mail program (RFC 8058) has no page of ours to take a token from
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether reminders by this channel shall stop, and stop them, or let them come again, at one tap."""
    message = stopped_message(token)
    if message is None or message.participant is None:
        return render(request, "accounts/no_link.html", status=404)
    person, channel = message.participant, message.channel
    if request.method == "POST":
        (take_back if request.POST.get("again") else refuse)(person.user, person, channel)
        if request.POST.get("List-Unsubscribe") == ONE_CLICK:
            return HttpResponse(status=200)
    stopped = Refusal.objects.filter(participant=person, channel=channel).exists()
    with translation.override(person.language):
        return render(request, "messages/stop.html", {"stopped": stopped, "channel": channel})


def _recipient(message: Message) -> User | None:
    return message.user or (message.participant.user if message.participant else None)
