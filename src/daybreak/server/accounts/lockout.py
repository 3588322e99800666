"""Wrong PINs are counted without keeping where they were typed: the address would hold the personal link's token."""

from __future__ import annotations

from math import ceil
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from daybreak.server.accounts.models import User

UNSAID = "-"


class LockoutHandler(AxesDatabaseHandler):  # type: ignore[misc]  # axes has no types
    """django-axes' handler, which would store path, query and form of each failed attempt."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any
    ) -> None:
        """Count a failure by handle alone."""
        if request is not None:
            request.axes_path_info = UNSAID  # type: ignore[attr-defined]
            request.GET = request.POST = QueryDict()
        super().user_login_failed(sender, credentials, request, **more)


def is_locked(request: HttpRequest, user: User) -> bool:
    """Return whether the link of `user` is closed after too many wrong PINs."""
    return bool(AxesProxyHandler.is_locked(request, {"handle": user.handle}))


def minutes_locked() -> int:
    """Return how many minutes a link stays closed."""
    return ceil(settings.AXES_COOLOFF_TIME * 60)


def keep_our_page(_request: HttpRequest, response: HttpResponse, _credentials: Any) -> HttpResponse:
    """Let the view's own page stand; django-axes would put one of its own in its place."""
    return response
