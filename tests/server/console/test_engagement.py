"""The page of who may be about to drop out: whom it names, why, to whom it is shown, and how much it asks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from daybreak.core.participation import Scope
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from daybreak.server.visits.actions.recording import VisitFacts, record_visit
from tests import people
from tests.calendar_people import enrolled, infused
from tests.candidates import coordinator
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
PAGE = "/desk/engagement/"


@pytest.fixture
def silent(clinic: Site) -> Participant:
    """Return somebody who was infused 80 days ago and did nothing since."""
    person = enrolled(clinic, "P-1", ago=timedelta(days=84))
    infused(person, timedelta(days=80))
    return person


def client_of(site: Site, role: Role = Role.COORDINATOR) -> Client:
    return browser_of(people.staff(site.study, role, at=site))


def named(page: str) -> list[str]:
    return re.findall(r'<tr>\s*<th scope="row"><a href="/desk/people/([^/]+)/"', page)


def test_somebody_silent_is_called_first_with_the_reasons_and_what_to_do(clinic: Site, silent: Participant) -> None:
    enrolled(clinic, "P-2", ago=timedelta(days=1))
    page = client_of(clinic).get(PAGE).text
    assert named(page) == ["P-1"]
    assert re.search(r"missed the last \d+: ", page)
    assert "nothing heard for 80 days" in page
    assert "Try every way you have" in page
    assert 'class="tag call"' in page


def test_the_page_says_that_the_rule_is_reconstructed_and_no_prediction(clinic: Site, silent: Participant) -> None:
    page = client_of(clinic).get(PAGE).text
    assert "reconstructed, and no validated prediction" in page
    assert "It knows no arm and no answer" in page


def test_doing_the_next_thing_takes_people_off_the_list(clinic: Site, silent: Participant) -> None:
    client = client_of(clinic)
    record_visit(coordinator(clinic.study), silent, "follow-up-90", VisitFacts(clock.now(), "online"))
    assert named(client.get(PAGE).text) == []
    assert "Everybody is on track" in client.get(PAGE).text
    assert named(client.get(f"{PAGE}?level=any").text) == ["P-1"]


def test_whoever_left_the_follow_up_is_called_no_more(clinic: Site, silent: Participant) -> None:
    withdraw(coordinator(clinic.study), silent, Scope.FOLLOW_UP, why="own-wish")
    assert named(client_of(clinic).get(f"{PAGE}?level=any").text) == []


def test_a_site_sees_its_own_people_only(clinic: Site, silent: Participant) -> None:
    other = add_site(clinic.study, "there", "The other clinic", clinic.zone)
    page = client_of(other).get(f"{PAGE}?level=any").text
    assert "P-1" not in page
    assert "Nobody is in follow-up yet" in page


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.COORDINATOR, 200),
        (Role.INVESTIGATOR, 200),
        (Role.MONITOR, 200),
        (Role.RATER, 403),
        (Role.PHARMACIST, 403),
        (Role.STATISTICIAN, 403),
    ],
)
def test_those_who_look_after_people_see_it_and_nobody_else(clinic: Site, role: Role, status: int) -> None:
    assert client_of(clinic, role).get(PAGE).status_code == status


def test_levels_count_the_rows_they_lead_to(clinic: Site, silent: Participant) -> None:
    enrolled(clinic, "P-2", ago=timedelta(days=1))
    client = client_of(clinic)
    counts = re.findall(r'href="(\?[^"]+)"[^>]*><span class="tag (\w+)">\w+</span> (\d+)', client.get(PAGE).text)
    assert {level for _, level, _ in counts} == {"call", "watch", "steady"}
    for href, _level, count in counts:
        assert len(named(client.get(PAGE + href.replace("&amp;", "&")).text)) == int(count)


def test_the_number_of_queries_does_not_grow_with_people(clinic: Site, silent: Participant) -> None:
    client = client_of(clinic)
    client.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(PAGE)
    for number in range(2, 6):
        infused(enrolled(clinic, f"P-{number}", ago=timedelta(days=84)), timedelta(days=80))
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)


@pytest.mark.parametrize("query", ["?level=nonsense", "?site=%00", "?page=99", "?page=x"])
def test_an_unknown_wish_is_no_wish(clinic: Site, silent: Participant, query: str) -> None:
    assert client_of(clinic).get(PAGE + query).status_code == 200
