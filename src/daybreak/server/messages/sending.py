"""Sending what is due: claimed by a conditional update, sent under its key, marked. Any number of workers may do it.

A worker that dies after a claim leaves it behind. Once the claim is old the gateway is asked whether it has the key.
Where it cannot be asked, a reminder becomes `unknown` and is not sent again, and an alert is sent again:
docs/decisions/0014-exactly-once-messages.md.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, F, IntegerField, Max, Q, QuerySet, Value, When

from daybreak.core.errors import DaybreakError
from daybreak.core.reminders import quiet_until
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.messages.gateways.chosen import gateway_of
from daybreak.server.messages.gateways.gateway import Gateway, GatewayError, Letter
from daybreak.server.messages.models import Message
from daybreak.server.messages.planning import NO_ADDRESS, PLANNED, Rules, coordinators, meant_for
from daybreak.server.messages.writing import letter_of
from daybreak.server.studies.models import Study
from daybreak.server.training.calendar import local_time_of
from daybreak.server.write_turn import write_turn

State = Message.State
AT_ONCE = 20
"""How many messages are looked at between two looks at what is due: an alert waits for no more than these."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long to wait after each failure of a reminder; after the last there is no other try."""
ALERT_WAITS = (timedelta(minutes=1),) * 30
APART = timedelta(hours=2)
"""How long apart two messages of one rule about training are at least."""
AGAIN = ("alert",)
"""Kinds of which two are better than none."""


class Known:
    """What is the same for all people of a study, read once for a few messages."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[Rules, dict[int | None, list[User]]]] = {}

    def of(self, study: Study) -> tuple[Rules, dict[int | None, list[User]]]:
        """Return the rules of a study, and its coordinators."""
        if study.pk not in self._read:
            self._read[study.pk] = Rules.of(study), coordinators(study)
        return self._read[study.pk]


def send_due(now: datetime, worker: str) -> int:
    """Send all that is due at `now`, alerts first; return how many were taken by their gateways.

    Args:
        now: the time.
        worker: the name of who does it; no two workers share one.
    """
    settle(now)
    sent = 0
    while keys := _next(now):
        sent += _send(keys, now, worker)
    return sent


def send_some(now: datetime, worker: str) -> int:
    """Send a few of what is due, as `send_due` does; return how many were taken."""
    settle(now)
    return _send(_next(now), now, worker)


def settle(now: datetime) -> int:
    """Decide about claims of workers that died; return how many there were.

    A claim that lies in the future was made before the clock was put back; it counts as old in the same way.
    """
    fresh = timedelta(seconds=settings.CLAIM_SECONDS)
    held = Message.objects.filter(state=State.CLAIMED)
    stale = held.exclude(claimed_at__gte=now - fresh, claimed_at__lte=now + fresh)
    return sum(_settle(message, now) for message in stale.order_by("pk"))


def _next(now: datetime) -> list[int]:
    first = Case(When(kind__in=AGAIN, then=Value(0)), default=Value(1), output_field=IntegerField())
    due = Message.objects.filter(state=State.DUE, next_try_at__lte=now)
    return list(due.order_by(first, "next_try_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def _send(keys: list[int], now: datetime, worker: str) -> int:
    claims, known = (_claim(key, now, worker) for key in keys), Known()
    return sum(_handle(message, now, known) for message in claims if message)


def _claim(key: int, now: datetime, worker: str) -> Message | None:
    """Return the message if it was still due and is now ours."""
    with write_turn():
        due = Message.objects.filter(pk=key, state=State.DUE, next_try_at__lte=now)
        if not due.update(state=State.CLAIMED, claimed_at=clock.now(), claimed_by=worker, tries=F("tries") + 1):
            return None
    people = ("participant__user", "participant__study", "participant__site", "user")
    return Message.objects.select_related(*people).get(pk=key)


def _handle(message: Message, now: datetime, known: Known) -> int:
    """Send a message that is ours, or say why not; return 1 if it was taken."""
    try:
        if instead := _reason_not_to(message, now, known):
            _finish(message, **instead)
            return 0
        if message.participant and not message.user:
            message.language = message.participant.language
        letter, gateway = letter_of(message), gateway_of(message.channel)
        if letter is None or gateway is None:
            _finish(message, **_nowhere(message, gateway))
            return 0
        _hand_over(gateway, letter)
    except GatewayError as error:
        _failed(message, error, now)
        return 0
    except DaybreakError as error:
        _finish(message, state=State.FAILED, last_error=error.code)
        return 0
    _finish(message, state=State.SENT, sent_at=clock.now(), last_error="", language=message.language)
    return 1


def _nowhere(message: Message, gateway: Gateway | None) -> dict[str, Any]:
    """Return what becomes of a message that has no way to go: somebody waits for an alert, and for no reminder."""
    planned = message.kind in PLANNED and gateway is not None
    state = State.CANCELLED if planned else State.FAILED
    return {"state": state, "last_error": NO_ADDRESS if gateway else "no gateway"}


def _hand_over(gateway: Gateway, letter: Letter) -> None:
    try:
        gateway.send(letter)
    except GatewayError:
        raise
    except Exception as error:
        # A library fails in ways of its own. The kind only: the words of an error may hold an address.
        raise GatewayError(type(error).__name__[:40], maybe_sent=True) from error


def _reason_not_to(message: Message, now: datetime, known: Known) -> dict[str, Any]:
    """Return what becomes of the message instead, where it is not to be sent now; nothing where it is."""
    if message.not_after is not None and message.not_after <= now:
        return {"state": State.CANCELLED, "last_error": "too late"}
    participant = message.participant
    if message.kind not in PLANNED or participant is None:
        return {}
    # Asked once more at the last moment: a planner runs now and then only, and people answer and leave meanwhile.
    rules, told = known.of(participant.study)
    meant = meant_for(participant, rules, told, now).get(message.key)
    if meant is None:
        return {"state": State.CANCELLED, "last_error": "not meant"}
    later = meant.reminder.at if meant.reminder.at > now else None
    if not message.user:
        later = later or quiet_until(rules.plan.quiet, local_time_of(participant), now) or said_before(message, now)
    return {"state": State.DUE, "next_try_at": later, "tries": message.tries - 1} if later else {}


def said_before(message: Message, now: datetime) -> datetime | None:
    """Return until when to wait because the same was said about another training session only just now, or None."""
    if not message.about.startswith("training:"):
        return None
    same = Message.objects.filter(participant=message.participant, rule=message.rule, channel=message.channel)
    last = same.filter(state=State.SENT, sent_at__gt=now - APART, sent_at__lte=now).aggregate(at=Max("sent_at"))["at"]
    return last + APART if last else None


def _failed(message: Message, error: GatewayError, now: datetime) -> None:
    again = message.kind in AGAIN
    if error.maybe_sent and not again:
        _finish(message, state=State.UNKNOWN, last_error=error.kind)
        return
    waits = ALERT_WAITS if again else WAITS
    if error.lasting or message.tries > len(waits):
        _finish(message, state=State.FAILED, last_error=error.kind)
        return
    _finish(message, state=State.DUE, next_try_at=now + waits[message.tries - 1], last_error=error.kind)


def _settle(message: Message, now: datetime) -> int:
    gateway = gateway_of(message.channel)
    has = gateway.has(message.key) if gateway else False
    if has:
        return _finish(message, state=State.SENT, sent_at=message.claimed_at)
    if has is None and message.kind not in AGAIN:
        return _finish(message, state=State.UNKNOWN, last_error="worker died")
    return _finish(message, state=State.DUE, next_try_at=now)


def _finish(message: Message, **fields: Any) -> int:
    """Write what came of a claim, unless the claim is no longer the same: someone else decided about it meanwhile."""
    with write_turn():
        return _claimed(message).update(**fields)


def _claimed(message: Message) -> QuerySet[Message]:
    same = Q(pk=message.pk, claimed_at=message.claimed_at, claimed_by=message.claimed_by)
    # `unknown` too: we took so long that we were given up, and know better now.
    return Message.objects.filter(same, state__in=(State.CLAIMED, State.UNKNOWN))
