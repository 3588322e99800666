"""What the trail keeps of staff's accounts: signing in and out, second factors, passwords, closed accounts.

Single wrong tries are counted by django-axes and are not in the trail: an attacker could fill it with them. One entry
says when they closed an account. docs/decisions lists what else is left out, and why.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from daybreak.server.accounts.lockout import account_closed
from daybreak.server.accounts.models import User
from daybreak.server.audit.trail import is_recording, recorded
from daybreak.server.studies.models import Study


@receiver(user_logged_in)
def note_sign_in(user: User, **_more: Any) -> None:
    """Note that a member of staff signed in."""
    if user.kind == User.Kind.STAFF:
        _note(user, "sign-in")


@receiver(user_logged_out)
def note_sign_out(user: User | None, **_more: Any) -> None:
    """Note that a member of staff signed out."""
    if user is not None and user.kind == User.Kind.STAFF:
        _note(user, "sign-out")


@receiver(authenticator_added)
def note_new_factor(user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Note that a second factor was set up."""
    _note(user, "add-second-factor", factor=authenticator.type)


@receiver(authenticator_removed)
def note_removed_factor(user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Note that a second factor was removed."""
    _note(user, "remove-second-factor", factor=authenticator.type)


@receiver(authenticator_reset)
def note_new_codes(user: User, authenticator: Authenticator, **_more: Any) -> None:
    """Note that recovery codes were made anew."""
    _note(user, "renew-second-factor", factor=authenticator.type)


@receiver(password_changed)
def note_new_password(user: User, **_more: Any) -> None:
    """Note that the password was changed."""
    _note(user, "change-password")


@receiver(password_reset)
def note_reset_password(user: User, **_more: Any) -> None:
    """Note that the password was set anew by a link sent to the person's address."""
    _note(user, "reset-password")


@receiver(account_closed)
def note_closed_account(handle: str, **_more: Any) -> None:
    """Note that wrong tries closed the account of a member of staff for a while."""
    user = User.objects.filter(handle=handle, kind=User.Kind.STAFF).first()
    if user is not None and not is_recording():
        _note(None, "close-account-for-a-while", account=user.pk, about=user)


def _note(by: User | None, action: str, about: User | None = None, **facts: Any) -> None:
    """Write one entry, in the study the person works for, so that those who read its trail find it."""
    study = Study.objects.filter(memberships__user=about or by, memberships__until=None).order_by("pk").first()
    with recorded(by, action, study=study) as entry:
        entry.note(**facts)
