"""Putting a letter together, at the moment it is sent: nothing of it is kept."""

from __future__ import annotations

from daybreak.core.study import MessageRules
from daybreak.server.enrolment.identity import read_who
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.sealing import sealer_of
from daybreak.server.messages.gateways.gateway import Letter
from daybreak.server.messages.models import Message
from daybreak.server.messages.texts import DRILL, STOP, nearest, text_of
from daybreak.server.messages.tokens import link_of, stop_link_of
from daybreak.server.studies.queries import file_of


def letter_of(message: Message) -> Letter | None:
    """Return the message as it leaves, or None if there is no address to send it to, or nothing to say any more."""
    person = message.participant
    to = _addresses(person, message.channel) if person and not message.user else _staff_address(message)
    says = _body(message)
    if says is None or not (to or message.channel == "page"):
        return None
    text = text_of(message.kind, message.language)
    link = link_of(message) if "{link}" in says else ""
    subject, body = text.subject, says.replace("{link}", link)
    if message.channel == "push":
        # Whoever sees the screen sees no link: the notification leads there when it is tapped.
        body = says.replace("{link}", "").strip().rstrip(":").rstrip()
    stop = "" if message.user else stop_link_of(message)
    if stop and message.channel != "push":
        body = f"{body}\n\n{nearest(STOP, message.language).replace('{link}', stop)}"
    if message.drill:
        subject, body = f"{DRILL}: {subject}", f"{DRILL}. {body}"
    return Letter(message.key, to, subject, body, stop, link if message.channel == "push" else "")


def rule_of(message: Message) -> MessageRules | None:
    """Return the rule of the study file in effect that the message follows from, or None if there is none any more."""
    rules = file_of(message.participant.study).messages if message.participant else ()
    return next((rule for rule in rules if rule.key == message.rule), None)


def _body(message: Message) -> str | None:
    if not message.rule:
        return text_of(message.kind, message.language).body
    rule = rule_of(message)
    return rule.text(message.language) if rule else None


def _staff_address(message: Message) -> tuple[str, ...]:
    user = message.user
    found = {"email": user.email, "sms": user.phone}.get(message.channel) if user and user.is_active else ""
    return (found,) if found else ()


def _addresses(participant: Participant, channel: str) -> tuple[str, ...]:
    if channel == "push":
        places = participant.push_places.order_by("pk")
        sealer = sealer_of(participant.pk) if places else None
        return tuple(sealer.open("push", place.sealed).decode() for place in places if sealer)
    who = read_who(participant)
    found = {"email": who.email, "sms": who.phone}.get(channel, "") if who else ""
    return (found,) if found else ()
