"""Proving once more who one is, before something that matters: a signature, an unblinding, a change of the account.

Three ways to ask for it:

    @needs_reauthentication                         # a view: whoever did not prove it in the last minutes is sent to
    def view(request): ...                          # the page that asks for it, and comes back afterwards

    if not has_reauthenticated(request): ...        # the same question, for a view that decides for itself

    prove(request, request.POST.get("password", ""))   # the password stands in the view's own form
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate, reauthenticate_by_password
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.lockout import is_locked, minutes_locked
from daybreak.server.accounts.models import User


class NotProvenError(DaybreakError):
    """The password typed again was not right; nothing was changed."""

    code = "not-proven"


def has_reauthenticated(request: HttpRequest) -> bool:
    """Return whether whoever is signed in proved who they are again in the last five minutes.

    Signing in alone does not count: it may have been hours ago, or somebody else may sit there now.
    """
    return bool(did_recently_reauthenticate(request))


def needs_reauthentication(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view answer only those who have just proved who they are; others prove it first, then open it again.

    What a form held is not kept. A view that takes much typing asks for the password in the form itself, see `prove`.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if has_reauthenticated(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")

    return guarded


def prove(request: HttpRequest, password: str) -> None:
    """Take the password, or in a demo the PIN, of whoever is signed in as proof, and remember it for five minutes.

    Wrong ones count like wrong ones at sign-in, and close the account after five.

    Raises:
        NotProvenError: it is wrong, or the account is closed for a while.
    """
    user = request.user
    if not isinstance(user, User):
        raise NotProvenError("You are signed out.", remedy="Sign in again.")
    who = {"email": user.email} if user.email else {"handle": user.handle}
    if authenticate(request, **who, password=password) == user:
        reauthenticate_by_password(request)
        return
    if is_locked(request, user):
        raise NotProvenError(
            "Too many wrong tries.", remedy=f"The account is closed for {minutes_locked()} minutes. Then try again."
        )
    raise NotProvenError("That is not your password.", remedy="Type it again.")
