"""The trail on the desk: searched, limited to one's sites, exported."""

from __future__ import annotations

import pytest
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server.audit.models import Entry
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(person: Participant, stranger: Participant) -> Client:
    """The desk of a monitor of all sites, after two people's clocks were changed."""
    coordinator = people.staff(person.study, Role.COORDINATOR, name="Cora Vale")
    for each, zone in ((person, "Asia/Tokyo"), (stranger, "Africa/Accra")):
        with recorded(coordinator, "change-zone", participant=each, reason=f"moved to {zone}") as entry:
            entry.update(each, zone=zone)
    return browser_of(people.staff(person.study, Role.MONITOR))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?action=change-zone", 2),
        ("?person=P-1&action=change-zone", 1),
        ("?q=Tokyo", 1),
        ("?q=moved+to", 2),
        ("?who=cora+vale", 2),
        ("?first=2999-01-01", 0),
        ("?action=change-zone&last=1999-01-01", 0),
        ("?action=change-zone&first=yesterday", 2),
        ("?action=no-such", 0),
    ],
)
def test_the_address_filters_the_trail(desk: Client, query: str, count: int) -> None:
    assert desk.get(f"/desk/audit/{query}").text.count('id="entry-') == count


def test_old_and_new_values_are_shown(desk: Client) -> None:
    page = desk.get("/desk/audit/?q=Tokyo").text
    assert "<ins>Asia/Tokyo</ins>" in page
    assert "moved to Asia/Tokyo" in page


def test_a_long_trail_comes_in_pages(desk: Client, clinic: Site) -> None:
    for _ in range(60):
        with recorded(None, "look", site=clinic):
            pass
    first = desk.get("/desk/audit/?action=look").text
    assert first.count('id="entry-') == 50
    last = Entry.objects.filter(action="look").order_by("-number")[49].number
    second = desk.get(f"/desk/audit/?action=look&before={last}").text
    assert second.count('id="entry-') == 10
    assert "Newest" in second


def test_who_works_at_one_site_reads_that_sites_entries(desk: Client, person: Participant) -> None:
    other = Site.objects.create(study=person.study, key="other", name="Other", zone="UTC")
    with recorded(None, "at-the-other", site=other):
        pass
    with recorded(None, "of-the-study", study=person.study):
        pass
    local = browser_of(people.staff(person.study, Role.MONITOR, at=other)).get("/desk/audit/").text
    assert "at-the-other" in local
    assert "of-the-study" not in local
    assert person.code not in local
    assert "of-the-study" in desk.get("/desk/audit/").text


def test_the_download_holds_what_the_page_shows_and_leaves_an_entry(desk: Client) -> None:
    table = desk.post("/desk/audit/trail.csv?action=change-zone")
    lines = b"".join(table.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert Entry.objects.get(action="export-trail").body.count("change-zone") == 1


def test_who_may_not_read_the_trail_is_refused(person: Participant) -> None:
    for role in (Role.COORDINATOR, Role.RATER, Role.PHARMACIST, Role.STATISTICIAN):
        assert browser_of(people.staff(person.study, role)).get("/desk/audit/").status_code == 403
