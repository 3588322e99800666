"""A participant's own reminders: by which ways they come, each to be stopped or taken again at one press."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import needs
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.actions.refusing import refuse, take_back
from daybreak.server.messages.gateways.chosen import has_channel
from daybreak.server.messages.models import Refusal

WAYS = {"email": _("By e-mail"), "sms": _("By text message"), "push": _("On this device")}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("train")
def reminders(request: HttpRequest) -> HttpResponse:
    """Show the ways reminders come by, and stop one or let it come again."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrows the type
    person: Participant = user.participant
    ways = [channel for channel in WAYS if has_channel(channel)]
    wanted, stopped = request.POST.get("want", ""), request.POST.get("stop", "")
    if wanted in ways or stopped in ways:
        if wanted in ways:
            take_back(user, person, wanted)
        else:
            refuse(user, person, stopped)
        return redirect("own-reminders")
    refused = set(Refusal.objects.filter(participant=person).values_list("channel", flat=True))
    context = {"ways": [(channel, WAYS[channel], channel not in refused) for channel in ways]}
    return render(request, "messages/reminders.html", context, status=422 if request.method == "POST" else 200)
