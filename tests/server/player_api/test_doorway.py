"""Who may speak to the API at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from tests import people
from tests.server.http_player import Answer, HttpPlayer, sealed

pytestmark = pytest.mark.django_db
EVERYTHING = [
    ("POST", "sessions/1/sittings"),
    ("POST", "sittings/00000000-0000-0000-0000-000000000000/chunks"),
    ("POST", "sittings/00000000-0000-0000-0000-000000000000/lease"),
    ("GET", "sittings/00000000-0000-0000-0000-000000000000/assets/p-1"),
    ("PUT", "portrait"),
    ("GET", "portrait"),
    ("DELETE", "portrait"),
]


def ask(client: Client, method: str, path: str, body: bytes = b"{}", headers: dict[str, str] | None = None) -> Answer:
    got = client.generic(method, f"/api/player/{path}", body, content_type="application/json", headers=headers)
    return Answer(got.status_code, got.content, {name.lower(): value for name, value in got.headers.items()})


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_nobody_gets_in_without_signing_in(method: str, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = people.CSRF
    answer = ask(client, method, path, headers={"X-CSRFToken": people.CSRF})
    assert (answer.status, answer.code) == (401, "signed-out")


@pytest.mark.parametrize(("method", "path"), EVERYTHING)
def test_an_operator_is_no_player(method: str, path: str) -> None:
    operator = User.objects.create_user("op", "x", kind=User.Kind.STAFF)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = people.signed_in(operator)
    assert ask(client, method, path).status == 401


@pytest.mark.parametrize(("method", "path"), [case for case in EVERYTHING if case[0] != "GET"])
def test_another_site_cannot_make_a_browser_change_anything(person: Participant, method: str, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = people.signed_in(person.user)
    client.cookies["csrftoken"] = people.CSRF
    answer = ask(client, method, path, headers={"X-CSRFToken": "d" * 32})
    assert (answer.status, answer.code) == (403, "not-from-here")


@pytest.mark.parametrize("path", ["nothing", "sessions/1", "sessions/x/sittings", "sittings/x/y/z", "docs"])
def test_an_address_that_does_not_exist_is_a_problem_too(player: HttpPlayer, path: str) -> None:
    answer = player.post(path, {"take_over": True})
    assert (answer.status, answer.code) == (404, "no-such-address")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"take_over":1}', b'{"take_over":true,"more":1}', b"\xff"])
def test_a_request_that_cannot_be_read_is_refused(player: HttpPlayer, body: bytes) -> None:
    answer = player.call("POST", "sessions/1/sittings", body)
    assert answer.status in (400, 422)
    assert answer.code == "unreadable"


@pytest.mark.parametrize(
    "changes", [{"number": "1"}, {"number": 0}, {"number": 1.5}, {"hash": "A" * 64}, {"previous": None}, {"more": 1}]
)
def test_a_chunk_of_the_wrong_form_is_refused(player: HttpPlayer, changes: dict[str, Any]) -> None:
    sitting = player.open()
    answer = sitting.send_chunk(sealed(1, sitting.head, "[]") | changes)
    assert (answer.status, answer.code) == (422, "unreadable")


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 30_000])
def test_a_request_nested_without_end_is_refused(player: HttpPlayer, body: bytes) -> None:
    assert player.call("POST", "sessions/1/sittings", body).code == "unreadable"


def test_a_refusal_repeats_nothing_of_the_request(player: HttpPlayer) -> None:
    answer = player.call("POST", "sessions/1/sittings", b'{"take_over": "Alexandra"}')
    assert b"Alexandra" not in answer.body
