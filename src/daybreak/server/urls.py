"""Every address of the server. Pages belong to their apps; the player's API stands under /api/player/."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
for _module in ("player_api", "accounts", "today", "console", "demo"):
    if _module == "player_api" and not find_spec("daybreak.content.faces"):
        continue
    if find_spec(f"daybreak.server.{_module}.urls"):
        urlpatterns.append(path("", include(f"daybreak.server.{_module}.urls")))
