"""Every page a person in the study can meet leads to help and says plainly that nobody watches.

The addresses come from Django's own list, as for the access matrix: a new page is found without a line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, RequestFactory
from django.views import defaults

from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.accounts.links import give_link, link_to
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.leaving import withdraw
from tests.candidates import coordinator
from tests.server.access.addresses import PUBLIC, Address, addresses
from tests.server.access.world import World, make_world
from tests.server.browsing import browser, browser_of

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.evidence("property", "issue 4, item 9: every participant address says whom to call and who watches"),
]
WATCHES = {"en": "nobody reads your answers.", "es": "nadie lee sus respuestas."}
# Answers that are no pages: files, calendars and what leads on.
FILES = ("application/pdf", "text/calendar", "text/javascript", "application/json")
# Staff's own ways in: they have their own door, with the help numbers linked on it.
STAFFS = {name for name in PUBLIC if name.startswith(("account_", "mfa_")) or name in ("join", "demo", "site-calendar")}
OWN = [each for each in addresses() if each.right == "train" or (each.is_public and each.name not in STAFFS)]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


def lacks(page: Any, language: str = "en") -> list[str]:
    """Return what a page does not say that every page must."""
    wanted = {
        "a way to help": bool(re.search(r'href="(/help/|tel:)', page.text)),
        "who watches": WATCHES[language] in page.text,
    }
    return [what for what, is_there in wanted.items() if not is_there]


def is_page(answer: Any) -> bool:
    kind = answer.headers.get("Content-Type", "")
    return answer.status_code not in (301, 302, 405) and not kind.startswith(FILES)


def test_there_are_addresses_to_walk() -> None:
    assert {"today", "help", "me", "me-contact", "papers", "stop", "personal-link", "play"} <= {
        each.name for each in OWN
    }


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", OWN, ids=lambda address: address.route)
def test_every_address_of_a_person_leads_to_help_and_says_who_watches(
    world: World, address: Address, method: str
) -> None:
    own = browser_of(world.person.user)
    own.raise_request_exception = False
    path = address.path(world)
    with transaction.atomic():
        answer = own.get(path) if method == "GET" else own.post(path)
        transaction.set_rollback(True)
    assert not is_page(answer) or lacks(answer) == [], f"{method} {path} answered {answer.status_code}"


def test_in_spanish_every_page_says_it_in_spanish(world: World) -> None:
    Participant.objects.filter(pk=world.person.pk).update(language="es")
    own = browser_of(world.person.user)
    for path in ("/today/", "/me/", "/papers/", "/stop/", "/help/", "/ready/", "/play/1/", "/nowhere/"):
        answer = own.get(path)
        assert lacks(answer, "es") == [], path
    Participant.objects.filter(pk=world.person.pk).update(language="en")


def test_whoever_is_signed_in_reads_whether_the_clinic_watches_at_this_hour(world: World) -> None:
    for path in ("/today/", "/me/", "/nowhere/"):
        page = browser_of(world.person.user).get(path).text
        assert re.search(r"Nobody watches your answers|The clinic watches answers until \d", page), path


def test_whoever_is_not_signed_in_is_told_the_same(world: World) -> None:
    for path in ("/help/", "/nowhere/", "/p/unknown/"):
        assert lacks(browser().get(path)) == [], path


def test_the_ways_in_say_it_too_when_the_pin_is_wrong_missing_or_closed(world: World) -> None:
    with transaction.atomic():
        user = world.person.user
        link = f"/p/{give_link(user, clock.now())}/"
        direct = f"/p/{link_to(user, '/today/', clock.now(), clock.now() + timedelta(days=1))}/"
        answers = [browser().get(link), browser().get(direct), browser().post(link, {"pin": "1", "again": "1"})]
        browser().post(link, {"pin": "5094", "again": "5094"})
        answers += [browser().post(link, {"pin": "5095"}) for _ in range(6)]
        assert {answer.status_code for answer in answers} == {200, 409, 422, 429}
        assert [lacks(answer) for answer in answers if lacks(answer)] == []
        transaction.set_rollback(True)


def test_after_leaving_it_still_stands_there(world: World) -> None:
    for scope in (Scope.FOLLOW_UP, Scope.DATA):
        with transaction.atomic():
            user = world.person.user
            user.set_password("5094")
            user.save()
            link = f"/p/{link_to(user, '/today/', clock.now(), clock.now() + timedelta(days=1))}/"
            withdraw(coordinator(world.study), world.person, scope, why="own-wish")
            answer = browser().post(link, {"pin": "5094"}, follow=True)
            assert lacks(answer) == [], scope
            transaction.set_rollback(True)
        world.person.refresh_from_db()


def test_a_page_that_broke_says_it_as_well(world: World) -> None:
    request = RequestFactory().get("/today/")
    answers = [
        defaults.server_error(request),
        defaults.bad_request(request, ValueError()),
        defaults.permission_denied(request, ValueError()),
        Client(enforce_csrf_checks=True).post("/p/unknown/", {"pin": "5094"}),
    ]
    for answer in answers:
        said: Any = answer
        said.text = said.content.decode()
        assert lacks(said) == [], said.status_code
