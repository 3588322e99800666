"""Wrong PINs, passwords and codes are counted by account, without keeping where and what was typed.

The address of a participant's form would hold the personal link's token.
"""

from __future__ import annotations

import hashlib
from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest, HttpResponse, QueryDict

from daybreak.server.accounts.models import User

UNSAID = "-"
account_closed = Signal()
"""Sent with `handle` when the last wrong try closed an account; not for tries while it is closed."""


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """django-axes' handler, which would store path, query and form of each failed attempt."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
    ) -> None:
        """Count a failure by account alone."""
        if request is None:
            return
        typed = request.GET, request.POST
        request.axes_path_info = request.axes_user_agent = UNSAID  # type: ignore[attr-defined]
        request.axes_ip_address = None  # type: ignore[attr-defined]
        request.GET = request.POST = QueryDict()
        super().user_login_failed(sender, credentials, request, **more)
        request.GET, request.POST = typed
        if getattr(request, "axes_failures_since_start", None) == settings.AXES_FAILURE_LIMIT:
            account_closed.send(sender=__name__, handle=account_named(request, credentials))


def account_named(_request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """Return under which name tries with `credentials` are counted.

    One name for each account, whatever is tried with it; an address nobody has gets one too, so that closing tells
    nobody which addresses are known.
    """
    named = credentials or {}
    if handle := named.get("handle"):
        return str(handle)
    email = str(named.get("email") or "").strip().lower()
    if not email:
        return None
    known = User.objects.filter(email=email).values_list("handle", flat=True).first()
    return known or "unknown-" + hashlib.sha256(email.encode()).hexdigest()[:40]


def is_locked(request: HttpRequest, user: User) -> bool:
    """Return whether the account of `user` is closed after too many wrong tries."""
    return is_locked_out(request, {"handle": user.handle})


def is_locked_out(request: HttpRequest, credentials: dict[str, Any]) -> bool:
    """Return whether the account meant by `credentials` is closed, be there one or not."""
    return bool(AxesProxyHandler.is_locked(request, credentials))


def count_wrong_code(request: HttpRequest, user: User) -> None:
    """Count a wrong code of a second factor like a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"handle": user.handle}, request=request)


def minutes_locked() -> int:
    """Return how many minutes an account stays closed."""
    return ceil(settings.AXES_COOLOFF_TIME * 60)


def keep_our_page(_request: HttpRequest, response: HttpResponse, _credentials: Any) -> HttpResponse:
    """Let the view's own page stand; django-axes would put one of its own in its place."""
    return response
