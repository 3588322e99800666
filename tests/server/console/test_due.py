"""What is due: every number of the overview is the number of rows behind it, and raters are told of ratings only."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.review.models import DataQuery
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site, Study
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
DAYS_AGO = (0.1, 1.0, 1.1, 1.3, 6, 8, 12, 13, 16, 22, 26, 31, 38, 60, 78, 90, 109, 200, 240, 370, 380)


@pytest.fixture
def crowd(clinic: Site) -> Site:
    """Return a site with people at many points of their year, none of whom kept a visit."""
    for number, days in enumerate(DAYS_AGO):
        person = people.participant(clinic, f"P-{number:02d}", cues=None, infusion_ago=timedelta(days=days))
        before = clock.now() - timedelta(days=days + 1)
        Participant.objects.filter(pk=person.pk).update(status="infused", enrolled_at=before)
    for number, days in enumerate((1, 20)):
        person = people.participant(clinic, f"W-{number}", cues=None, infusion_ago=None)
        Participant.objects.filter(pk=person.pk).update(
            status="enrolled", enrolled_at=clock.now() - timedelta(days=days)
        )
    return clinic


def client_of(study: Study, role: Role, at: Site | None = None) -> Client:
    return browser_of(people.staff(study, role, at=at))


def rows_behind(client: Client, href: str) -> int:
    """Count the rows of a list over all its pages."""
    count, page = 0, href
    while page:
        text = client.get(page).text
        count += len(re.findall(r'<tr>\s*<th scope="row">', text))
        onward = re.search(r'rel="next" href="([^"]+)"', text)
        page = href.partition("?")[0] + onward[1].replace("&amp;", "&") if onward else ""
    return count


def numbers_of(client: Client) -> list[tuple[str, int, str]]:
    """Return the numbers of the overview: address, number, words."""
    found = re.findall(
        r'<dt>([^<]+)</dt><dd>(?:<a href="([^"]+)">)?(\d+)', client.get("/desk/").text.partition("Recruitment")[0]
    )
    return [(href.replace("&amp;", "&"), int(count), says) for says, href, count in found]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.RATER, Role.MONITOR])
def test_every_number_is_the_number_of_rows_it_leads_to(crowd: Site, role: Role) -> None:
    client = client_of(crowd.study, role)
    numbers = numbers_of(client)
    due = [(href, count) for href, count, _ in numbers if href]
    assert sum(count for _, count in due) > 15
    assert {href.partition("?")[0] for href, _ in due} == {"/desk/due/", "/desk/deviations/"}
    assert [(href, rows_behind(client, href)) for href, _ in due] == due


def test_open_data_queries_are_counted_and_listed(crowd: Site) -> None:
    for number, state in enumerate(("open", "open", "answered", "closed")):
        person = Participant.objects.get(code=f"P-{number:02d}")
        row = f"enrolment.infusion:{person.infusions.get().pk}"
        DataQuery.objects.create(participant=person, row=row, field="kit", state=state, asked_at=clock.now())
    client = client_of(crowd.study, Role.INVESTIGATOR)
    numbers = [(href, count) for href, count, says in numbers_of(client) if says == "data queries to answer"]
    assert numbers == [("/desk/queries/?state=open", 2)]
    assert rows_behind(client, numbers[0][0]) == 2


def test_all_numbers_together_are_the_whole_list(crowd: Site) -> None:
    client = client_of(crowd.study, Role.COORDINATOR)
    kinds = [count for href, count, _ in numbers_of(client) if href.startswith("/desk/due/")]
    assert rows_behind(client, "/desk/due/") == sum(kinds)


def test_people_of_another_site_are_not_counted(crowd: Site) -> None:
    other = add_site(crowd.study, "there", "The other clinic", crowd.zone)
    client = client_of(crowd.study, Role.COORDINATOR, at=other)
    assert {count for _, count, _ in numbers_of(client)} <= {0}
    assert rows_behind(client, "/desk/due/") == 0


def test_a_statistician_reads_numbers_and_is_led_to_no_list(crowd: Site) -> None:
    numbers = numbers_of(client_of(crowd.study, Role.STATISTICIAN))
    assert sum(count for _, count, _ in numbers) > 15
    assert {href for href, _, says in numbers if "session" not in says} == {""}


def test_a_rater_sees_interviews_sorted_by_their_end_and_nothing_of_training(crowd: Site) -> None:
    page = client_of(crowd.study, Role.RATER).get("/desk/ratings/").text
    states = re.findall(r'class="tag (\w+)"', page)
    assert set(states) == {"overdue", "due", "upcoming"}
    assert states.index("due") > states.index("overdue")
    body = page.partition("<main")[2]
    assert not re.search(r"[Ee]xercise|session|dose|side effect|Questionnaire", body)


def test_a_rater_without_interviews_is_told_when_they_appear(clinic: Site) -> None:
    assert "No interview is due" in client_of(clinic.study, Role.RATER).get("/desk/ratings/").text


def test_a_rater_of_one_site_sees_no_other(crowd: Site) -> None:
    other = add_site(crowd.study, "there", "The other clinic", crowd.zone)
    assert "No interview is due" in client_of(crowd.study, Role.RATER, at=other).get("/desk/ratings/").text


def test_only_a_rater_has_the_worklist(crowd: Site) -> None:
    assert client_of(crowd.study, Role.COORDINATOR).get("/desk/ratings/").status_code == 403


def test_an_infusion_that_did_not_take_place_in_time_is_overdue(crowd: Site) -> None:
    page = client_of(crowd.study, Role.COORDINATOR).get("/desk/due/?kind=infusion&state=overdue").text
    assert re.findall(r"/desk/people/([^/]+)/\"", page.partition("<main")[2]) == ["W-1"]


def test_what_is_recorded_is_due_no_more(crowd: Site) -> None:
    client = client_of(crowd.study, Role.COORDINATOR)
    before = rows_behind(client, "/desk/due/?kind=infusion")
    waiting = Participant.objects.get(code="W-0")
    Infusion.objects.create(participant=waiting, number=1, ended_at=clock.now())
    assert rows_behind(client, "/desk/due/?kind=infusion") == before - 1


@pytest.mark.parametrize("query", ["?kind=nonsense", "?state=nonsense&site=", "?page=99", "?page=x", "?site=%00"])
def test_an_unknown_wish_is_no_wish(crowd: Site, query: str) -> None:
    assert client_of(crowd.study, Role.COORDINATOR).get(f"/desk/due/{query}").status_code == 200


def test_when_nothing_is_due_it_says_so(clinic: Site) -> None:
    assert "Nothing is due" in client_of(clinic.study, Role.COORDINATOR).get("/desk/due/").text
