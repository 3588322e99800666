"""Erasing a person: their key, and with it all that was sealed under it, in the transaction of whoever erases."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Cues, Identity, Participant, PersonKey, Portrait


def erase(entry: Draft, participant: Participant) -> None:
    """Delete key, names, contact, words and portrait, and close the person's own page.

    Signatures and copies of consents, and the plans of training sessions, stay as bytes that nobody can read. What was
    answered and played stays under the code, as the trail does, and is left out of every export from now on.
    """
    for model in (PersonKey, Identity, Cues, Portrait):
        row = model.objects.filter(participant=participant).first()
        if row is not None:
            entry.delete(row)
    entry.update(
        participant.user, is_active=False, link_digest=None, link_expires_at=None, password=make_password(None)
    )
