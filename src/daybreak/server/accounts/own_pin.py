"""Asking a participant for their PIN again, before something that somebody else at their phone should not do."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.http import HttpRequest

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.lockout import is_locked
from daybreak.server.accounts.models import User


class WrongPinError(DaybreakError):
    """The PIN typed again is not the one that was chosen; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("That is not the PIN you chose.", remedy="Please try again.", code="wrong-pin")


class PinClosedError(DaybreakError):
    """The PIN was wrong too often, so that none is taken for a while; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("The PIN was wrong too many times.", remedy="Please wait, then try again.", code="pin-closed")


def check_own_pin(request: HttpRequest, pin: str) -> None:
    """Let whoever is signed in go on if this is their PIN. Wrong ones count like wrong ones at the link.

    Raises:
        WrongPinError: it is not.
        PinClosedError: too many were wrong, this one or earlier ones.
    """
    user = request.user
    assert isinstance(user, User)  # noqa: S101  narrows the type
    if is_locked(request, user):
        raise PinClosedError
    if authenticate(request, handle=user.handle, password=pin) == user:
        return
    raise PinClosedError if is_locked(request, user) else WrongPinError
