"""Every address of the server. Pages belong to their apps; the player's API stands under /api/player/."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

PARTS = [
    "player_api",
    "accounts",
    "today",
    "implicit",
    "amendments",
    "participation",
    "console",
    "visits",
    "assessments",
    "messages",
    "infusions",
    "pharmacy",
    "staffing",
    "review",
    "safety",
    "unblinding",
    "harms",
    "trail_pages",
    *(["demo"] if settings.DEMO else []),
]
urlpatterns: list[URLPattern | URLResolver] = [path("", include(f"daybreak.server.{part}.urls")) for part in PARTS]
