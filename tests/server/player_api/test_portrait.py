"""The portrait over HTTP: kept for the person, seen by nobody else."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from daybreak.server.enrolment.models import Participant, Portrait
from daybreak.server.studies.models import Site
from tests import people
from tests.live_people import plain_face
from tests.server.conftest import player_of
from tests.server.http_player import Answer, HttpPlayer

pytestmark = pytest.mark.django_db


@pytest.fixture
def faceless(clinic: Site) -> HttpPlayer:
    return player_of(people.participant(clinic, "P-3"))


def put(player: HttpPlayer, picture: bytes, kind: str = "image/webp", found: str | None = "yes") -> Answer:
    headers = {"Content-Type": kind} | ({"X-Face-Found": found} if found else {})
    return player.call("PUT", "portrait", picture, headers)


def jpeg(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "tan").save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_portrait_is_stored_and_shown_to_its_person(faceless: HttpPlayer) -> None:
    assert faceless.call("GET", "portrait").code == "no-such-picture"
    assert put(faceless, plain_face()).status == 204
    got = faceless.call("GET", "portrait")
    assert (got.status, got.headers["content-type"]) == (200, "image/webp")
    assert got.headers["cache-control"] == "private, no-store"
    assert Image.open(io.BytesIO(got.body)).size == (320, 320)


@pytest.mark.parametrize(("said", "stored"), [("yes", True), ("no", False)])
def test_whether_a_face_was_found_is_stored(faceless: HttpPlayer, said: str, stored: bool) -> None:
    put(faceless, jpeg(400, 500), "image/jpeg", said)
    assert Portrait.objects.get().face_found is stored


def test_a_second_portrait_takes_the_place_of_the_first(faceless: HttpPlayer) -> None:
    put(faceless, plain_face())
    put(faceless, jpeg(400, 400), "image/jpeg")
    assert Portrait.objects.count() == 1


def test_a_portrait_can_be_deleted_twice(faceless: HttpPlayer) -> None:
    put(faceless, plain_face())
    assert [faceless.call("DELETE", "portrait").status for _ in range(2)] == [204, 204]
    assert not Portrait.objects.exists()


def test_a_stranger_sees_and_deletes_only_their_own(
    player: HttpPlayer, faceless: HttpPlayer, person: Participant
) -> None:
    assert faceless.call("GET", "portrait").status == 404
    faceless.call("DELETE", "portrait")
    assert Portrait.objects.filter(participant=person).exists()


@pytest.mark.parametrize(
    ("picture", "kind", "status", "code"),
    [
        (b"hello", "image/jpeg", 415, "not-a-picture"),
        (jpeg(400, 400), "text/plain", 415, "not-a-picture"),
        (jpeg(100, 100), "image/jpeg", 422, "picture-too-small"),
        (jpeg(400, 400) + bytes(2 * 1024 * 1024), "image/jpeg", 413, "picture-too-large"),
        (b"", "image/png", 415, "not-a-picture"),
    ],
    ids=["text", "type", "small", "large", "empty"],
)
def test_what_cannot_be_a_portrait_is_refused_and_changes_nothing(
    player: HttpPlayer, person: Participant, picture: bytes, kind: str, status: int, code: str
) -> None:
    before = bytes(Portrait.objects.get(participant=person).sealed)
    answer = put(player, picture, kind)
    assert (answer.status, answer.code) == (status, code)
    assert bytes(Portrait.objects.get(participant=person).sealed) == before


@pytest.mark.parametrize("found", [None, "maybe"])
def test_a_player_must_say_whether_a_face_was_found(player: HttpPlayer, found: str | None) -> None:
    assert put(player, plain_face(), found=found).status == 422
