"""Sittings over HTTP: parse, call one action, answer."""

from __future__ import annotations

import uuid
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Body, Path, Router

from daybreak.core.picture import PICTURE_BYTES
from daybreak.core.player import ChunkAnswer, ImplicitAnswer, LeaseAnswer, SittingAnswer
from daybreak.core.records import Chunk
from daybreak.server.enrolment.models import Participant
from daybreak.server.implicit.actions.opening import open_test
from daybreak.server.player_api.any_sitting import renew_any_lease, take_any_chunk
from daybreak.server.player_api.doorway import Strict, user_id
from daybreak.server.player_api.problems import refusals
from daybreak.server.player_api.size_class import sitting_body
from daybreak.server.training.actions.lease import LEASE
from daybreak.server.training.actions.sitting import open_sitting
from daybreak.server.training.queries import own_sitting
from daybreak.server.training.refusals import RefusedError
from daybreak.server.vault.dispense import dispense_picture

sittings = Router(tags=["sittings"])
# `no-transform`: a proxy that compressed an answer would make its length tell of its words.
PRIVATE = {"Cache-Control": "private, no-store, no-transform"}

SittingId = Annotated[str, Path(max_length=64)]


class Opening(Strict):
    """Open a sitting; `take_over` takes the session from another window."""

    take_over: bool


class SentChunk(Chunk, Strict):
    """A chunk, read strictly."""


@sittings.post(
    "sessions/{number}/sittings",
    operation_id="open_sitting",
    response={201: SittingAnswer, **refusals(404, 409, 422)},
)
def open_a_sitting(
    request: HttpRequest, number: Annotated[int, Path(ge=1, le=1000)], opening: Annotated[Opening, Body()]
) -> HttpResponse:
    """Open a sitting of a training session: its plan, and where to begin."""
    opened = open_sitting(_participant(request), number, take_over=opening.take_over)
    return HttpResponse(sitting_body(opened), status=201, content_type="application/json", headers=PRIVATE)


@sittings.post(
    "tests/{visit}/sittings",
    operation_id="open_test_sitting",
    response={201: ImplicitAnswer, **refusals(404, 409, 422)},
)
def open_a_test_sitting(
    request: HttpRequest, visit: Annotated[str, Path(max_length=40)], opening: Annotated[Opening, Body()]
) -> HttpResponse:
    """Open a sitting of the implicit association test of a visit: its plan, and where to begin."""
    opened = open_test(_participant(request), visit, take_over=opening.take_over)
    answer = ImplicitAnswer(
        sitting=str(opened.sitting.uuid),
        chain_start=opened.sitting.chain_start,
        plan=opened.plan,
        first_round=opened.sitting.first_round,
        began=opened.began,
        lease_seconds=int(LEASE.total_seconds()),
        closes_at=opened.closes_at.replace(microsecond=0).isoformat(),
    )
    return _json(answer, status=201)


@sittings.post(
    "sittings/{sitting}/chunks",
    operation_id="send_chunk",
    response={200: ChunkAnswer, **refusals(404, 409, 413, 422)},
)
def send_chunk(request: HttpRequest, sitting: SittingId, chunk: Annotated[SentChunk, Body()]) -> HttpResponse:
    """Take a chunk of records; sent again, it is acknowledged again and stored once."""
    taken = take_any_chunk(user_id(request), _uuid(sitting), chunk)
    return _json(ChunkAnswer(acknowledged=taken.acknowledged, held=taken.held))


@sittings.post("sittings/{sitting}/lease", operation_id="renew_lease", response={200: LeaseAnswer, **refusals(404)})
def renew_a_lease(request: HttpRequest, sitting: SittingId) -> HttpResponse:
    """Say that this sitting is still there, and hear whether it may still play."""
    return _json(LeaseAnswer(held=renew_any_lease(user_id(request), _uuid(sitting))))


@sittings.get(
    "sittings/{sitting}/assets/{asset}",
    operation_id="read_asset",
    response=refusals(404),
    openapi_extra={
        "responses": {
            200: {
                "description": f"The padded picture, {PICTURE_BYTES} bytes: length, image, padding.",
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def read_asset(request: HttpRequest, sitting: SittingId, asset: Annotated[str, Path(max_length=40)]) -> HttpResponse:
    """Fetch a picture of the sitting's plan."""
    session = own_sitting(user_id(request), _uuid(sitting)).session
    picture = dispense_picture(session, asset)
    if picture is None:
        raise RefusedError("no-such-picture")
    return HttpResponse(picture, content_type="application/octet-stream", headers=PRIVATE)


def _json(answer: ChunkAnswer | LeaseAnswer | ImplicitAnswer, status: int = 200) -> HttpResponse:
    return HttpResponse(answer.model_dump_json(), status=status, content_type="application/json", headers=PRIVATE)


def _participant(request: HttpRequest) -> Participant:
    return Participant.objects.select_related("study", "site").get(user_id=user_id(request))


def _uuid(text: str) -> uuid.UUID:
    """Return the sitting's id.

    Raises:
        RefusedError: the text is no such id, so there is no such sitting.
    """
    try:
        return uuid.UUID(text)
    except ValueError:
        raise RefusedError("no-such-sitting") from None
