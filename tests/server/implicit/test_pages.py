"""The ways to a test: from Today, by its address, and from the visit's page for use at the clinic."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from tests import people
from tests.server.browsing import browser_of
from tests.server.conftest import player_of
from tests.server.http_player import HttpPlayer, end_record
from tests.server.implicit.player import open_test

pytestmark = pytest.mark.django_db


def read(person: Participant, path: str) -> str:
    answer = browser_of(person.user).get(path)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_today_offers_the_test_until_it_is_done(person: Participant, player: HttpPlayer) -> None:
    assert 'href="/iat/day-1/"' in read(person, "/today/")
    opened = open_test(player)
    opened.play([0])
    assert "Go on with the task" in read(person, "/today/")
    opened.play(range(1, 7))
    opened.send(end_record())
    assert "/iat/" not in read(person, "/today/")


def test_today_offers_no_test_outside_the_window(person: Participant) -> None:
    later = people.participant(person.site, "P-9", infusion_ago=timedelta(hours=40))
    assert "/iat/" not in read(later, "/today/")


def test_the_page_and_the_plan_are_in_the_persons_language(person: Participant) -> None:
    spanish = people.participant(person.site, "P-8", language="es", infusion_ago=timedelta(hours=24))
    page = read(spanish, "/iat/day-1/")
    assert "Una tarea con palabras" in page
    assert open_test(player_of(spanish)).plan["language"] == "es"


@pytest.mark.parametrize("path", ["/iat/day-0/", "/iat/nowhere/"])
def test_a_visit_without_a_test_has_no_page(person: Participant, path: str) -> None:
    assert browser_of(person.user).get(path).status_code == 404


def test_staff_hand_the_test_over_and_see_that_it_was_done_but_not_how(person: Participant, player: HttpPlayer) -> None:
    rater = browser_of(people.staff(person.study, Role.RATER, at=person.site))
    path = f"/desk/people/{person.code}/visits/day-1/iat/"
    assert f'href="{path}"' in rater.get(f"/desk/people/{person.code}/visits/day-1/").content.decode()
    page = rater.get(path).content.decode()
    assert "http://testserver/iat/day-1/" in page
    assert "QR code" in page
    opened = open_test(player)
    opened.play(range(7))
    opened.send(end_record())
    page = rater.get(path).content.decode()
    assert "Done, UTC" in page
    assert "QR code" not in page
    assert browser_of(rater_elsewhere(person)).get(path).status_code == 404


def rater_elsewhere(person: Participant) -> User:
    return people.staff(person.study, Role.RATER, at=people.opened_site(person.study, "there", "There", "UTC"))
