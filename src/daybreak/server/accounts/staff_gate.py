"""The gate of the staff's side: without a second factor it leads nowhere but to setting one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from daybreak.server.accounts.factors import has_shown_factor
from daybreak.server.accounts.models import User

# Setting a factor up, signing in and out, and help.
OPEN = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "account_reauthenticate",
        "account_login",
        "sign-out",
        "help",
    }
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
        """Send staff whose session has seen no second factor to setting one up."""
        name = request.resolver_match.url_name if request.resolver_match else None
        return None if name in OPEN or may_pass(request) else redirect("mfa_index")


def may_pass(request: HttpRequest) -> bool:
    """Return whether the session is no member of staff's, or one that was opened with a second factor.

    In a demo, personal links open the desk without one.
    """
    user = request.user
    if not isinstance(user, User) or user.kind != User.Kind.STAFF:
        return True
    if settings.DEMO and request.session.get(BACKEND_SESSION_KEY) == LINK_AND_PIN:
        return True
    return has_shown_factor(request, user)
