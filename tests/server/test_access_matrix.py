"""Who may open what: every address, every role, at the own site, another site, another study; person and stranger.

The addresses come from Django's own list, the rights from the views and `RIGHTS`: a page that declares no right fails,
until it does, or stands in `PUBLIC` (tests/server/access/addresses.py) with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, override_settings

from daybreak.server.accounts.rights import OWN_RIGHTS, RIGHTS
from tests.server.access.addresses import PUBLIC, Address, addresses
from tests.server.access.world import CODE, SITE_NAME, STAFF_NAME, TITLE, Viewer, World, make_world, viewers

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.evidence("property", "issue 3: every URL x every role x own site / other site"),
]
ALL = addresses()
GUARDED = [each for each in ALL if not each.is_public and not each.is_api]
KEPT_OUT = {"refused", "absent", "no way"}
# A page of one's own may also ask for the password again, or say that there is nothing of one's own to show.
OWN = {"in", "asked", "absent", "no way"}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One world for all tests of this module; whatever a request changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def everybody(world: World) -> list[Viewer]:
    return list(viewers(world))


def ask(client: Client, method: str, path: str) -> HttpResponse:
    """Return the answer to an empty request, and undo what it did."""
    client.raise_request_exception = False
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        answer: Any = client.get(path) if method == "GET" else client.post(path)
        if isinstance(answer, StreamingHttpResponse):
            answer = HttpResponse(b"".join(answer), status=answer.status_code)
        transaction.set_rollback(True)
    client.cookies.clear()
    client.cookies.load(cookies)
    assert isinstance(answer, HttpResponse)
    return answer


def outcome(answer: HttpResponse) -> str:
    """Return in a word or two what came of a request."""
    named = {401: "refused", 403: "refused", 404: "absent", 405: "no way"}
    if answer.status_code in named:
        return named[answer.status_code]
    if answer.status_code >= 500:
        return "broken"
    to = answer.headers.get("Location", "")
    return "asked" if to in ("/", "/demo/") or to.startswith(("/account/sign-in/", "/account/again/")) else "in"


def expected(address: Address, viewer: Viewer) -> set[str]:
    """Return which outcomes are right for `viewer` at `address`."""
    if viewer.role is None:
        if viewer.is_participant and address.right == "train":
            return OWN
        return KEPT_OUT if viewer.is_participant else KEPT_OUT | {"asked"}
    if address.right in OWN_RIGHTS:
        return OWN
    if address.right not in RIGHTS or viewer.role not in RIGHTS[address.right].roles:
        return KEPT_OUT
    foreign = {"own site": set(), "other site": {"site"}, "other study": {"site", "study"}}[viewer.place]
    return {"absent", "no way"} if address.belongs() & foreign else {"in", "no way"}


def told(viewer: Viewer, answer: HttpResponse) -> list[str]:
    """Return what the page says of people and places that are not the viewer's to know."""
    marks = {"other site": [CODE], "other study": [CODE, SITE_NAME, STAFF_NAME, TITLE]}.get(viewer.place, [])
    if viewer.says == "the stranger":
        marks = [CODE, STAFF_NAME]
    return [mark for mark in marks if mark.encode() in answer.content]


def test_every_page_declares_a_right_or_a_reason_to_be_public() -> None:
    undeclared = [each.route for each in GUARDED if each.right not in {*RIGHTS, *OWN_RIGHTS, "train"}]
    assert undeclared == [], "guard these with @needs(...), or give a reason in PUBLIC"
    assert [name for name in PUBLIC if name not in {each.name for each in ALL}] == []


@pytest.mark.parametrize("address", GUARDED, ids=lambda address: address.route)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_is_open_to_those_with_its_right_and_to_nobody_else(
    world: World, everybody: list[Viewer], method: str, address: Address
) -> None:
    path, wrong = address.path(world), []
    for viewer in everybody:
        answer = ask(viewer.client, method, path)
        got, tells = outcome(answer), told(viewer, answer)
        if got not in expected(address, viewer) or tells:
            wrong.append((viewer.says, answer.status_code, got, tells))
    assert wrong == [], f"{method} {path} needs {address.right}"


@pytest.mark.parametrize("address", [each for each in ALL if each.is_public], ids=lambda address: address.route)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_public_page_answers_everybody_and_tells_nothing_of_anyone(
    world: World, everybody: list[Viewer], method: str, address: Address
) -> None:
    path = address.path(world)
    answers = [(viewer, ask(viewer.client, method, path)) for viewer in everybody]
    assert [(viewer.says, answer.status_code) for viewer, answer in answers if outcome(answer) == "broken"] == []
    assert [(viewer.says, tells) for viewer, answer in answers if (tells := told(viewer, answer))] == []


@pytest.mark.parametrize("address", [each for each in ALL if each.is_api], ids=lambda address: address.route)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_players_api_answers_participants_only(
    world: World, everybody: list[Viewer], method: str, address: Address
) -> None:
    others = [viewer for viewer in everybody if not viewer.is_participant]
    answers = [(viewer.says, outcome(ask(viewer.client, method, address.path(world)))) for viewer in others]
    described = address.name in ("openapi-json", "api-root")
    assert [found for found in answers if found[1] not in KEPT_OUT | ({"in"} if described else set())] == []


@override_settings(DEMO=False)
@pytest.mark.parametrize("address", GUARDED, ids=lambda address: address.route)
def test_in_a_real_study_the_stranger_is_asked_to_sign_in(world: World, address: Address) -> None:
    answer = ask(Client(), "GET", address.path(world))
    to = answer.headers.get("Location", "")
    asked = to == "/" if address.right == "train" else to.startswith("/account/sign-in/")
    assert asked or outcome(answer) == "no way"
