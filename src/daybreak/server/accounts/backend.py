"""How Django tells who signs in: a personal link, checked by the view, and its PIN."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from daybreak.server.accounts.models import User


class LinkAndPin(ModelBackend):
    """Signs in the user with this handle, which the link gave, if the PIN is theirs."""

    def authenticate(  # type: ignore[override]  # Django's own takes a user name
        self, request: HttpRequest | None, handle: str | None = None, password: str | None = None, **_more: Any
    ) -> User | None:
        """Return the user, or None. `password` is the PIN; by that name Django strikes it out of reports."""
        if request is None or handle is None or password is None:
            return None
        user = User.objects.filter(handle=handle, is_active=True).first()
        return user if user is not None and user.check_password(password) else None
