"""The portrait over HTTP: only the person it shows can store, see or delete it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Header, Router

from daybreak.server.enrolment.actions import delete_portrait, save_portrait
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.portrait_image import PictureError, plain_portrait
from daybreak.server.enrolment.queries import read_portrait
from daybreak.server.player_api.doorway import user_id
from daybreak.server.player_api.problems import refusals
from daybreak.server.training.refusals import RefusedError

portrait = Router(tags=["portrait"])
BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


@portrait.put(
    "portrait",
    operation_id="save_portrait",
    response={204: None, **refusals(413, 415, 422)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": dict.fromkeys(("image/webp", "image/jpeg", "image/png"), BINARY),
        }
    },
)
def put_portrait(
    request: HttpRequest, x_face_found: Annotated[Literal["yes", "no"], Header(alias="X-Face-Found")]
) -> HttpResponse:
    """Store a portrait: at most 2 MiB and 40 million pixels, at least 160 pixels wide and high."""
    if request.content_type not in ("image/webp", "image/jpeg", "image/png"):
        raise PictureError("This is not a picture we can read. Use a JPEG, PNG or WebP.")
    save_portrait(_participant(request), plain_portrait(request.body), face_found=x_face_found == "yes")
    return HttpResponse(status=204)


@portrait.get(
    "portrait",
    operation_id="read_portrait",
    response=refusals(404),
    openapi_extra={"responses": {200: {"description": "The portrait.", "content": {"image/webp": BINARY}}}},
)
def get_portrait(request: HttpRequest) -> HttpResponse:
    """Fetch the person's own portrait."""
    image = read_portrait(_participant(request).pk)
    if image is None:
        raise RefusedError("no-such-picture")
    return HttpResponse(image, content_type="image/webp", headers={"Cache-Control": "private, no-store"})


@portrait.delete("portrait", operation_id="delete_portrait", response={204: None, **refusals()})
def remove_portrait(request: HttpRequest) -> HttpResponse:
    """Delete the person's own portrait."""
    delete_portrait(_participant(request))
    return HttpResponse(status=204)


def _participant(request: HttpRequest) -> Participant:
    return Participant.objects.get(user_id=user_id(request))
