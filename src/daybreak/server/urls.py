"""Every address of the server. Pages belong to `accounts` and `console`; the player's API stands under /api/player/."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
for _module in ("accounts", "today", "console"):
    if find_spec(f"daybreak.server.{_module}.urls"):
        urlpatterns.append(path("", include(f"daybreak.server.{_module}.urls")))
