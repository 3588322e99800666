"""Telling those who must know that somebody was unblinded. No notice says what was learned."""

from __future__ import annotations

import logging

from django.core.mail import EmailMessage
from django.db.models import Q

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant

TOLD = (Role.INVESTIGATOR, Role.MONITOR, Role.ADMINISTRATOR)
TEXT = """{code} of {site} was unblinded in an emergency by {by}.

The reason stands in the audit trail. This message does not say what was learned, and nobody should ask for it who does
not need it for the person's care.
"""
log = logging.getLogger(__name__)


def told_of(participant: Participant) -> list[User]:
    """Return who is told of an emergency: investigators, monitors and administrators of the person's site or of all."""
    memberships = Q(memberships__until=None, memberships__role__in=TOLD, memberships__study=participant.study_id)
    memberships &= Q(memberships__site=participant.site_id) | Q(memberships__site=None)
    return list(User.objects.filter(memberships, is_active=True).distinct().order_by("pk"))


def tell_of_emergency(by: User, participant: Participant) -> None:
    """Write to everyone of `told_of` who has an address; a mail server that fails is noted and stops nobody."""
    text = TEXT.format(code=participant.code, site=participant.site.name, by=by)
    for user in told_of(participant):
        if not user.email:
            continue
        try:
            EmailMessage(f"Emergency unblinding: {participant.code}", text, to=[user.email]).send()
        except OSError:
            log.exception("the notice of an emergency unblinding could not be sent")
