"""Wrong PINs are counted without keeping where they were typed: the address would hold the personal link's token."""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.http import HttpRequest, QueryDict

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
