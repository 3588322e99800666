"""Who may speak to the player's API: a signed-in participant, from our own pages, and not too much at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser
from ninja.security import SessionAuth
from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from daybreak.core.errors import ChunkError
from daybreak.core.records import MOST_BODY_BYTES
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.portrait_image import PictureError

# A chunk's body travels as a JSON string, where a sign may take up to six bytes; real ones take little more than one.
MOST_REQUEST_BYTES = 3 * MOST_BODY_BYTES
MOST_PORTRAIT_BYTES = 2 * 1024 * 1024


class SignedInParticipant(SessionAuth):
    """The session's participant; for what changes something, the CSRF token too. Size is judged before reading."""

    def __call__(self, request: HttpRequest) -> Any | None:
        """Return the participant's user, or None."""
        if request.method == "PUT" and _announced(request) > MOST_PORTRAIT_BYTES:
            raise PictureError("This picture is larger than 2 MiB.", code="picture-too-large")
        if request.method != "PUT" and _announced(request) > MOST_REQUEST_BYTES:
            raise ChunkError("This part is too large.", code="chunk-too-large")
        # Read even what will be refused: the server drops a connection whose request was left half read.
        _ = request.body
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:  # noqa: ARG002  ninja passes it
        """Return the signed-in user if they are a participant."""
        user = request.user
        return user if isinstance(user, User) and user.kind == User.Kind.PARTICIPANT else None


def _announced(request: HttpRequest) -> int:
    """Return the length the request says it has. Without one, Django reads nothing."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


class CarefulParser(Parser):
    """Reads JSON with a depth limit, and neither NaN nor half a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body as Python values.

        Raises:
            ValueError: it is no JSON.
        """
        return from_json(request.body, allow_inf_nan=False)


class Strict(BaseModel):
    """Mixed into what a player sends: no number in quotes, no unknown key."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def user_id(request: HttpRequest) -> int:
    """Return the key of the user the doorway let in."""
    key = request.user.pk
    assert key is not None  # noqa: S101  narrows the type: the doorway lets nobody in without one
    return key
