"""The player's API, under /api/player/. Its schema is at /api/player/openapi.json."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from daybreak.server.player_api import problems
from daybreak.server.player_api.doorway import CarefulParser, SignedInParticipant
from daybreak.server.player_api.portrait import portrait
from daybreak.server.player_api.sittings import sittings


class PlayerAPI(NinjaAPI):
    """Ninja's API, with the media type of problems in its schema."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> OpenAPISchema:
        """Return the schema; every refusal is documented as the problem it is."""
        schema = super().get_openapi_schema(*args, **kwargs)
        operations = (operation for path in schema["paths"].values() for operation in path.values())
        for status, response in (item for operation in operations for item in operation["responses"].items()):
            if int(status) >= HTTPStatus.BAD_REQUEST:
                response["content"] = {"application/problem+json": response["content"]["application/json"]}
        return schema


api = PlayerAPI(
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
