"""Accepting an invitation."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from daybreak.server import clock
from daybreak.server.accounts.links import digest
from daybreak.server.accounts.models import Invitation, User
from daybreak.server.audit.trail import recorded
from daybreak.server.staffing.refusals import StaffError


def open_invitation(token: str) -> Invitation | None:
    """Return the invitation whose link this is, or None if it is unknown, too old, used or withdrawn."""
    unused = Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=clock.now())
    mine = unused.filter(digest=digest(token), user__is_active=False)
    return mine.select_related("user", "study").first()


def has_joined(token: str, user: User | AnonymousUser) -> bool:
    """Return whether it was by this link that `user`, who is signed in, joined."""
    return Invitation.objects.filter(digest=digest(token), user=user.pk).exclude(accepted_at=None).exists()


def accept(token: str, name: str, password: str) -> User:
    """Open the account of whoever was invited, with the name and the password they chose, and return them.

    Raises:
        StaffError: the invitation does not hold any more.
    """
    found = open_invitation(token)
    if found is None:
        raise StaffError("This invitation does not work any more.", remedy="Ask for a new one.")
    user = found.user
    with recorded(user, "accept-invitation", study=found.study) as entry:
        entry.update(found, expected={"accepted_at": None, "withdrawn_at": None}, accepted_at=clock.now())
        user.set_password(password)
        entry.update(user, is_active=True, name=name, password=user.password)
    return user
