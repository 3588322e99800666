"""The player's API, under /api/player/. Its schema is at /api/player/openapi.json."""

from __future__ import annotations

from ninja import NinjaAPI

from daybreak.server.player_api import problems
from daybreak.server.player_api.doorway import CarefulParser, SignedInParticipant
from daybreak.server.player_api.portrait import portrait
from daybreak.server.player_api.sittings import sittings

api = NinjaAPI(
    title="daybreak player API",
    version="1",
    description="What a player needs: open a sitting, send what was played, fetch pictures, keep the portrait.",
    docs_url=None,
    auth=SignedInParticipant(),
    parser=CarefulParser(),
    urls_namespace="player-api",
)
api.add_router("", sittings)
api.add_router("", portrait)
problems.install(api)
