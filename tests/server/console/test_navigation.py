"""The desk's navigation: each person is shown the pages that open for them, and no other."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import Membership
from daybreak.server.console.navigation import PERSON_ACTIONS, PERSON_TABS, PLACES, first_page, is_page
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
ALL_PLACES = [place.path for group in PLACES for place in group]


def ways(client: Client, path: str, part: str) -> list[str]:
    """Return where the links of one part of a page lead."""
    found = re.search(rf"{part}.*?</nav>", client.get(path).text, re.DOTALL)
    return re.findall(r'<a href="([^"]+)"', found[0]) if found else []


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_shows_what_opens_and_nothing_else(clinic: Site, role: Role) -> None:
    user = people.staff(clinic.study, role)
    client = browser_of(user)
    shown = ways(client, first_page(user), 'aria-label="Desk"')
    opens = [path for path in ALL_PLACES if is_page(path) and client.get(path).status_code == 200]
    assert shown == opens
    assert "/desk/study/" in shown


def test_no_tab_or_action_of_a_person_is_missing(clinic: Site) -> None:
    person = people.participant(clinic, "P-1")
    paths = [f"/desk/people/{person.code}/{place.path}" for place in (*PERSON_TABS, *PERSON_ACTIONS)]
    assert [path for path in paths if not is_page(path)] == []


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/desk/", [("/desk/", "page")]),
        ("/desk/people/", [("/desk/people/", "page")]),
        ("/desk/people/P-1/", [("/desk/people/", "true")]),
    ],
)
def test_the_page_one_is_on_is_marked(clinic: Site, path: str, marked: list[tuple[str, str]]) -> None:
    people.participant(clinic, "P-1")
    page = browser_of(people.staff(clinic.study, Role.COORDINATOR)).get(path).text
    side = page.partition('aria-label="Desk"')[2].partition("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)" aria-current="([^"]+)"', side) == marked


def test_it_says_who_one_is_where_and_in_which_study(clinic: Site) -> None:
    user = people.staff(clinic.study, Role.RATER, at=clinic, name="Dr Rivera")
    page = browser_of(user).get("/desk/ratings/").text
    assert "<strong>Dr Rivera</strong>" in page
    assert f"rater, {clinic.name}" in page
    assert clinic.study.title in page


def test_a_tab_is_shown_where_the_right_holds_and_nowhere_else(clinic: Site) -> None:
    there = add_site(clinic.study, "there", "The other clinic", clinic.zone)
    people.participant(clinic, "P-1", infusion_ago=timedelta(days=1))
    people.participant(there, "P-2", infusion_ago=timedelta(days=1))
    user = people.staff(clinic.study, Role.MONITOR)
    Membership.objects.create(user=user, study=clinic.study, site=clinic, role=Role.COORDINATOR, since=clock.now())
    client = browser_of(user)
    own, other = (client.get(f"/desk/people/{code}/").text for code in ("P-1", "P-2"))
    assert "/desk/people/P-1/withdraw/" in own
    assert "/desk/people/P-2/withdraw/" not in other


def test_a_participant_is_led_to_no_desk(clinic: Site) -> None:
    person = people.participant(clinic, "P-1")
    assert browser_of(person.user).get("/").headers["Location"] == "/today/"


@override_settings(DEMO=False)
def test_a_real_study_shows_no_clock(clinic: Site) -> None:
    page = browser_of(people.staff(clinic.study, Role.MONITOR)).get("/desk/people/").text
    assert "Demo clock" not in page


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/desk/people/?q=P", "/desk/people/?q=P"),
        ("https://elsewhere/", "/desk/"),
        ("//elsewhere/desk/", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_after_moving_the_clock_one_is_back_on_the_same_page(clinic: Site, back: str, leads: str) -> None:
    client = browser_of(people.staff(clinic.study, Role.MONITOR))
    answer = client.post("/desk/clock/", {"move": "1h", "back": back})
    assert answer.headers["Location"] == leads
