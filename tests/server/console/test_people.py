"""The list of people: filters and order in the address, one's own sites only, and nothing of training for raters."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.enrolment.models import Consent, Participant, Withdrawal
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from daybreak.server.training.models import TrainingSession
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
STATUSES = ("screening", "screen-failed", "eligible", "consented", "enrolled", "infused", "completed")


@pytest.fixture
def seven(clinic: Site) -> Site:
    """Return a site with one person of each status, P-1 to P-7; P-6 trained and withdrew from that."""
    for number, status in enumerate(STATUSES, start=1):
        infused = timedelta(days=number) if number > 5 else None
        person = people.participant(clinic, f"P-{number}", cues=None, infusion_ago=infused)
        enrolled = clock.now() - timedelta(days=10) if number > 4 else None
        Participant.objects.filter(pk=person.pk).update(status=status, enrolled_at=enrolled)
    Consent.objects.filter(participant__code="P-3").delete()
    trained = Participant.objects.get(code="P-6")
    TrainingSession.objects.create(
        participant=trained,
        infusion=trained.infusions.get(),
        number=1,
        state="completed",
        planned_exposures=200,
        valid_exposures=150,
        planned_at=clock.now(),
        completed_at=clock.now(),
    )
    by = people.staff(clinic.study, Role.COORDINATOR)
    Withdrawal.objects.create(participant=trained, scope="training", at=clock.now(), why="burden", by=by)
    return clinic


def client_of(site: Site, role: Role, at: Site | None = None) -> Client:
    return browser_of(people.staff(site.study, role, at=at))


def codes(client: Client, query: str = "") -> list[str]:
    body = client.get(f"/desk/people/{query}").text.partition("<tbody>")[2]
    return re.findall(r'<th scope="row"><a href="/desk/people/[^"]+">([^<]+)</a>', body)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "1234567"), ("?status=infused", "6"), ("?status=allocated", "567"), ("?status=treated", "67"),
        ("?status=excluded", "2"), ("?status=asked", "134"), ("?withdrawn=yes", "6"), ("?withdrawn=no", "123457"),
        ("?withdrawn=training", "6"), ("?withdrawn=data", ""), ("?q=p-3", "3"), ("?q=%25", ""),
        ("?site=here", "1234567"),
        ("?site=there", ""), ("?status=nonsense&withdrawn=x&due=y&sort=z", "1234567"), ("?sort=-code", "7654321"),
        ("?q=%00", "1234567"), ("?status=infused&withdrawn=no", ""),
    ],
)  # fmt: skip
def test_filters_and_order_stand_in_the_address(seven: Site, query: str, found: str) -> None:
    assert codes(client_of(seven, Role.COORDINATOR), query) == [f"P-{number}" for number in found]


@pytest.mark.parametrize("key", ["code", "site", "status", "enrolled", "infused", "sessions", "dose"])
def test_every_column_sorts_both_ways(seven: Site, key: str) -> None:
    client, orders = client_of(seven, Role.COORDINATOR), []
    for sort, says in ((key, "ascending"), (f"-{key}", "descending")):
        assert f'aria-sort="{says}"' in client.get(f"/desk/people/?sort={sort}").text
        orders.append(codes(client, f"?sort={sort}"))
    assert orders[0] != orders[1] or key in ("site", "dose")
    assert sorted(orders[0]) == sorted(orders[1])


def test_whoever_has_something_due_is_found(seven: Site) -> None:
    client = client_of(seven, Role.COORDINATOR)
    due, overdue = codes(client, "?due=due"), codes(client, "?due=overdue")
    assert "P-3" in due  # a consent to sign
    assert "P-2" not in due
    listed = client.get("/desk/due/").text
    assert {code for code in due + overdue if f"/desk/people/{code}/" not in listed} == set()


def test_statuses_are_counted_and_lead_to_their_people(seven: Site) -> None:
    client = client_of(seven, Role.COORDINATOR)
    listed = re.findall(
        r'<a href="(\?status=[^"]+)"[^>]*><span[^>]*>([^<]+)</span> (\d+)', client.get("/desk/people/").text
    )
    assert [status for _, status, _ in listed] == list(STATUSES)
    assert [len(codes(client, query)) for query, _, _ in listed] == [int(count) for _, _, count in listed]


def test_sessions_and_dose_are_shown_to_who_sees_training(seven: Site) -> None:
    row = re.search(r"P-6</a>.*?</tr>", client_of(seven, Role.COORDINATOR).get("/desk/people/").text, re.DOTALL)
    assert row is not None
    assert re.findall(r'class="num">([^<]+)<', row[0]) == ["1", "75"]
    assert "withdrawn: training" in row[0]


def test_a_rater_is_told_nothing_of_training(seven: Site) -> None:
    client = client_of(seven, Role.RATER)
    page = client.get("/desk/people/?sort=-dose").text.partition("<table")[2]
    assert not re.search(r"[Ss]essions|dose|[Ee]xercise", page)
    assert codes(client, "?sort=-dose") == [f"P-{number}" for number in range(1, 8)]


def test_people_of_another_site_do_not_exist(seven: Site) -> None:
    there = add_site(seven.study, "there", "The other clinic", seven.zone)
    client = client_of(seven, Role.COORDINATOR, at=there)
    assert codes(client) == []
    assert "Nobody is here yet" in client.get("/desk/people/").text
    assert client.get("/desk/people/P-6/").status_code == 404


def test_many_people_come_in_pages(clinic: Site) -> None:
    for number in range(60):
        people.participant(clinic, f"P-{number:02d}", version=None, cues=None, infusion_ago=None)
    client = client_of(clinic, Role.MONITOR)
    assert len(codes(client)) == 50
    assert codes(client, "?page=2") == [f"P-{number}" for number in range(50, 60)]
    assert "60 of 60" in client.get("/desk/people/").text
