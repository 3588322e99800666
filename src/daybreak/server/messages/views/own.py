"""A participant's own reminders: by which ways they come, each to be stopped or taken again at one press.

Push comes to browsers that the person took it in; `static/push.js` sends here what the browser says of itself.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import needs
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.actions.devices import leave_device, take_device
from daybreak.server.messages.actions.refusing import refuse, take_back
from daybreak.server.messages.gateways.chosen import has_channel
from daybreak.server.messages.models import Refusal
from daybreak.server.messages.subscriptions import push_public_key, read_subscription

WAYS = {"email": _("By e-mail"), "sms": _("By text message"), "push": _("On this device")}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("train")
def reminders(request: HttpRequest) -> HttpResponse:
    """Show the ways reminders come by, and stop one or let it come again."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrows the type
    person: Participant = user.participant
    ways, problem = [channel for channel in WAYS if has_channel(channel)], False
    if request.method == "POST":
        try:
            if _done(request, person, ways):
                return redirect("own-reminders")
        except DaybreakError:
            problem = True
    refused = set(Refusal.objects.filter(participant=person).values_list("channel", flat=True))
    devices = list(person.push_places.order_by("pk").values_list("digest", flat=True))
    context = {
        "ways": [(channel, WAYS[channel], channel not in refused) for channel in ways],
        "devices": devices,
        "server_key": push_public_key(),
        "problem": problem,
    }
    return render(request, "messages/reminders.html", context, status=422 if request.method == "POST" else 200)


def _done(request: HttpRequest, person: Participant, ways: list[str]) -> bool:
    """Do what was asked, and return whether anything that we know was asked."""
    asked = {name: request.POST.get(name, "") for name in ("want", "stop", "take", "leave")}
    if asked["want"] in ways:
        take_back(person.user, person, asked["want"])
    elif asked["stop"] in ways:
        refuse(person.user, person, asked["stop"])
    elif asked["take"] and "push" in ways:
        take_device(person, read_subscription(asked["take"]))
        messages.info(request, gettext("Reminders come to this device now."))
    elif asked["leave"]:
        leave_device(person, asked["leave"])
        messages.info(request, gettext("No more reminders come to this device."))
    else:
        return False
    return True
