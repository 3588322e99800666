"""Addresses of the player's API."""

from __future__ import annotations

from django.urls import path

from daybreak.server.player_api.api import api
from daybreak.server.player_api.problems import no_such_address

urlpatterns = [
    path("api/player/", api.urls),
    path("api/player/<path:rest>", no_such_address),
]
