"""Second factors: which session has seen one, and what a change of them or of the password ends."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset, authenticator_used
from django.dispatch import receiver
from django.http import HttpRequest

from daybreak.server.accounts.models import User
from daybreak.server.accounts.sessions import end_sessions

SHOWN = "second factor of"


def has_shown_factor(request: HttpRequest, user: User) -> bool:
    """Return whether a second factor of `user` was used, or set up, in this session.

    It is the session that counts, not the account: one that was opened with the password alone, before there was a
    second factor, must not pass later.
    """
    return bool(request.session.get(SHOWN) == user.pk)


@receiver([authenticator_used, authenticator_added])
def remember_factor(request: HttpRequest, user: User, **_more: Any) -> None:
    """Note in the session that a second factor of `user` was there."""
    request.session[SHOWN] = user.pk


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def end_other_sessions(request: HttpRequest, user: User, **_more: Any) -> None:
    """End every other session of `user`: whoever sits there did not show the new second factor."""
    end_sessions(user, but=request.session.session_key or "")


@receiver([password_changed, password_reset])
def end_all_sessions(user: User, **_more: Any) -> None:
    """End every session of `user`: the password changed."""
    end_sessions(user)
