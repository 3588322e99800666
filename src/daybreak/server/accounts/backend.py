"""How Django tells who signs in: staff by address and password, participants by a personal link and its PIN."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from daybreak.server.accounts.models import User


class StaffPassword(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Signs in a member of staff; their second factor is asked for by allauth before the session begins."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        """Return whether this is staff who may sign in."""
        return isinstance(user, User) and user.kind == User.Kind.STAFF and user.is_active


class LinkAndPin(ModelBackend):
    """Signs in the user with this handle, which the link gave, if the PIN is theirs."""

    def authenticate(  # type: ignore[override]  # Django's own takes a user name
        self, request: HttpRequest | None, handle: str | None = None, password: str | None = None, **_more: Any
    ) -> User | None:
        """Return the user, or None. `password` is the PIN; by that name Django strikes it out of reports."""
        if request is None or handle is None or password is None:
            return None
        user = User.objects.filter(handle=handle, is_active=True).first()
        if user is None or not may_use_link(user):
            return None
        return user if user.check_password(password) else None

    def get_user(self, user_id: int) -> User | None:
        """Return who signed in; of a participant also what every page of theirs needs, in one query."""
        rows = User.objects.select_related("participant__site__study", "participant__study")
        user = rows.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


def may_use_link(user: User) -> bool:
    """Return whether a personal link and a PIN are enough for `user`: never for staff, but in a demo."""
    return user.kind == User.Kind.PARTICIPANT or settings.DEMO
