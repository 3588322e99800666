"""The browsers in which a person takes reminders: each by its subscription, sealed under the person's own key."""

from __future__ import annotations

import hashlib
import json

from daybreak.server import clock
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.sealing import sealer_of
from daybreak.server.messages.models import PushPlace, Refusal
from daybreak.server.messages.subscriptions import Subscription

MOST = 8
"""How many browsers of one person are kept; a new one takes the place of the oldest."""


def take_device(participant: Participant, subscription: Subscription) -> bool:
    """Let reminders come to a browser of the person, and return whether that is new.

    A browser tells one person's reminders only: one that was another's is theirs no more. Whoever refused this way
    before has taken that back by asking for it.

    Raises:
        DaybreakError: the person's key was deleted; `code` is `erased`.
    """
    digest = digest_of(subscription.endpoint)
    with recorded(participant.user, "take-reminders-here", participant=participant) as entry:
        Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
        there = PushPlace.objects.filter(digest=digest).first()
        refused = Refusal.objects.filter(participant=participant, channel="push").first()
        if there is not None and there.participant_id == participant.pk and refused is None:
            entry.found_nothing()
            return False
        own = PushPlace.objects.filter(participant=participant).exclude(digest=digest).order_by("-added_at", "-pk")
        for old in (there, refused, *own[MOST - 1 :]):
            if old is not None:
                entry.delete(old)
        sealed = sealer_of(participant.pk).seal("push", json.dumps(subscription.as_told()).encode())
        entry.create(PushPlace, participant=participant, digest=digest, sealed=sealed, added_at=clock.now())
        return True


def leave_device(participant: Participant, endpoint: str) -> bool:
    """Let no more reminders come to one browser of the person, and return whether they did."""
    found = PushPlace.objects.filter(participant=participant, digest=digest_of(endpoint))
    with recorded(participant.user, "leave-reminders-here", participant=participant) as entry:
        place = found.first()
        if place is None:
            entry.found_nothing()
            return False
        entry.delete(place)
        return True


def drop_device(endpoint: str) -> None:
    """Forget a browser of which its push service says that it takes no more."""
    place = PushPlace.objects.select_related("participant__site").filter(digest=digest_of(endpoint)).first()
    if place is None:
        return
    with recorded(None, "drop-device", participant=place.participant) as entry:
        again = PushPlace.objects.filter(pk=place.pk).first()
        if again is None:
            entry.found_nothing()
        else:
            entry.delete(again)


def digest_of(endpoint: str) -> str:
    """Return under which name an endpoint is found again, as SHA-256: the browser can compute it too."""
    return hashlib.sha256(endpoint.encode()).hexdigest()
