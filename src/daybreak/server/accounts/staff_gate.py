"""The gate of the staff's side: without a second factor it leads nowhere but to setting one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from daybreak.server.accounts.factors import has_shown_factor
from daybreak.server.accounts.models import User
from daybreak.server.accounts.sessions import touch

# Setting a factor up, signing in and out, and help.
OPEN = frozenset(
    {"mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate", "account_login", "join"}
    | {"sign-out", "help"}
)
LINK_AND_PIN = "daybreak.server.accounts.backend.LinkAndPin"


class StaffGate:
    """Middleware, after sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """Send staff whose session has seen no second factor to setting one up; end sessions that lasted too long."""
        user = request.user
        if not isinstance(user, User) or user.kind != User.Kind.STAFF:
            return None
        if not touch(request):
            logout(request)
            messages.info(request, "You were signed in for a long time. Please sign in again.")
            return redirect("account_login")
        name = request.resolver_match.url_name if request.resolver_match else None
        return None if name in OPEN or may_pass(request, user) else redirect("mfa_index")


def may_pass(request: HttpRequest, user: User) -> bool:
    """Return whether the session of `user` was opened with a second factor; in a demo, personal links need none."""
    if settings.DEMO and request.session.get(BACKEND_SESSION_KEY) == LINK_AND_PIN:
        return True
    return has_shown_factor(request, user)
