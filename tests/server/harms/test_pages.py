"""The desk's pages of adverse events, by the people who use them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.actions.recording import record_event
from daybreak.server.harms.models import AdverseEvent
from daybreak.server.visits.moment_field import WRITTEN
from tests import people
from tests.server.browsing import browser_of
from tests.server.harms.conftest import Staff, facts, grave

pytestmark = pytest.mark.django_db


def sent(person: Participant, **other: Any) -> dict[str, Any]:
    zone = clock.now().astimezone(ZoneInfo(person.site.zone))
    plain = {"term": "headache", "severity": "mild", "outcome": "ongoing", "known_at": zone.strftime(WRITTEN)}
    return plain | other


@pytest.fixture
def desk(staff: Staff) -> Any:
    return lambda role: browser_of(staff(role))


def test_an_empty_list_says_what_to_do(desk: Any) -> None:
    page = desk(Role.INVESTIGATOR).get("/desk/harms/").text
    assert "No adverse event is recorded" in page
    assert 'href="/desk/people/"' in page


def test_a_coordinator_records_corrects_and_strikes_an_event(person: Participant, desk: Any) -> None:
    client: Client = desk(Role.COORDINATOR)
    home = f"/desk/people/{person.code}/harms/"
    assert client.get(f"{home}new/").status_code == 200
    answer = client.post(f"{home}new/", sent(person, onset="2026-01", visit="day-5"))
    assert answer.headers["Location"] == f"{home}1/"
    page = client.get(f"{home}1/").text
    assert "Jan 2026" in page
    assert "asked at: Day 5" in page
    form = client.get(f"{home}1/correct/").context["form"]
    kept = {name: form[name].value() or "" for name in form.fields if name not in ("reason", "known_at")}
    known = form["known_at"].value()
    new = kept | {"term": "migraine", "known_at": known, "reason": "asked again", "criteria": [], "measures": []}
    assert client.post(f"{home}1/correct/", new | {"reason": ""}).status_code == 422
    assert client.post(f"{home}1/correct/", new).status_code == 302
    assert client.post(f"{home}1/correct/", new | {"term": "other"}).status_code == 409
    assert "headache → migraine" in client.get(f"{home}1/").text
    assert client.post(f"{home}1/strike/", {"reason": "twice"}).status_code == 302
    assert "It stays in the record" in client.get(f"{home}1/").text
    assert "0 found" in client.get("/desk/harms/").text
    assert "1 found" in client.get("/desk/harms/?shown=struck").text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"term": ""}, "required"),
        ({"onset": "June"}, "This is no date"),
        ({"onset": "2200-01"}, "cannot lie in the future"),
        ({"criteria": ["nonsense"]}, "nonsense"),
        ({"outcome": "fatal"}, "makes the event serious"),
        ({"known_at": "tomorrow"}, "Write a date and a time"),
    ],
)
def test_bad_input_is_shown_again_with_a_sentence(
    person: Participant, desk: Any, wrong: dict[str, Any], says: str
) -> None:
    answer = desk(Role.COORDINATOR).post(f"/desk/people/{person.code}/harms/new/", sent(person, code="R51", **wrong))
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="R51"' in answer.text
    assert not AdverseEvent.objects.exists()


def test_a_rater_records_events_and_sees_none(person: Participant, desk: Any) -> None:
    client, home = desk(Role.RATER), f"/desk/people/{person.code}/harms/"
    assert client.post(f"{home}new/", sent(person)).headers["Location"] == f"/desk/people/{person.code}/"
    assert client.post(f"{home}none/", {"visit": "day-5"}).headers["Location"] == f"/desk/people/{person.code}/"
    for page in ("/desk/harms/", home, f"{home}1/", f"{home}1/judge/"):
        assert client.get(page).status_code == 403
    assert "headache" not in client.get(f"/desk/people/{person.code}/").text


def test_a_side_effect_is_taken_over_with_what_the_infusion_says(person: Participant, desk: Any) -> None:
    with recorded(None, "correct-infusion", participant=person, reason="test") as entry:
        entry.update(person.infusions.get(), side_effects=[{"what": "nausea", "severity": "moderate"}])
    client, home = desk(Role.COORDINATOR), f"/desk/people/{person.code}/harms/"
    assert f'href="{home}new/?from=infusion%3A1%3Anausea"' in client.get(home).text
    form = client.get(f"{home}new/?from=infusion:1:nausea").context["form"]
    assert (form["term"].value(), form["severity"].value()) == ("nausea", "moderate")
    for _ in range(2):
        new = sent(person, term="nausea", severity="moderate")
        assert client.post(f"{home}new/?from=infusion:1:nausea", new).headers["Location"] == f"{home}1/"
    assert AdverseEvent.objects.get().source == "infusion"
    assert "not taken over yet" not in client.get(home).text


def test_an_investigator_judges_and_reports_and_the_list_shows_the_clocks(
    person: Participant, serious: AdverseEvent, desk: Any
) -> None:
    client, home = desk(Role.INVESTIGATOR), f"/desk/people/{person.code}/harms/1/"
    page = client.get("/desk/harms/").text
    assert "to the sponsor" in page
    assert "to the authority" in page
    judged = {"expected": "expected", "drug": "unlikely", "training": "unrelated"}
    seen = {f"seen_{name}": "" for name in judged}
    assert client.post(f"{home}judge/", judged | seen).status_code == 302
    assert client.post(f"{home}judge/", judged | seen | {"drug": "definite", "reason": "x"}).status_code == 409
    assert "to the authority" not in client.get("/desk/harms/").text
    now = sent(person)["known_at"]
    assert client.post(f"{home}sent/sponsor/", {"sent_at": now, "how": ""}).status_code == 422
    assert client.post(f"{home}sent/sponsor/", {"sent_at": now, "how": "portal"}).status_code == 302
    assert client.get(f"{home}sent/nobody/").status_code == 404
    assert client.post(f"{home}note/", {"says": "home again"}).status_code == 302
    page = client.get(home).text
    assert "portal" in page
    assert "home again" in page
    report = serious.reports.get()
    assert client.post(f"{home}back/{report.pk}/", {"reason": "it bounced"}).status_code == 302
    assert "taken back" in client.get(home).text


def test_the_overview_counts_the_events_whose_reports_are_due(person: Participant, staff: Staff, desk: Any) -> None:
    record_event(staff(Role.COORDINATOR), person, grave(known_at=clock.now() - timedelta(hours=25)))
    page = desk(Role.INVESTIGATOR).get("/desk/").text
    assert '<a href="/desk/harms/?shown=overdue">1</a>' in page
    assert '<a href="/desk/harms/?shown=due">1</a>' in page
    assert "serious events" not in desk(Role.RATER).get("/desk/").text


def test_another_sites_events_do_not_exist(person: Participant, serious: AdverseEvent, staff: Staff) -> None:
    other = people.opened_site(person.study, "away", "Away", "UTC")
    client = browser_of(people.staff(person.study, Role.INVESTIGATOR, at=other))
    assert client.get(f"/desk/people/{person.code}/harms/1/").status_code == 404
    assert "0 found" in client.get("/desk/harms/").text
    assert client.get("/desk/harms/?shown=due&site=here&person=P-1&page=x").status_code == 200


def test_a_monitor_reads_and_changes_nothing(person: Participant, event: AdverseEvent, desk: Any) -> None:
    client = desk(Role.MONITOR)
    page = client.get(f"/desk/people/{person.code}/harms/1/").text
    assert "ask about" in page
    assert "/correct/" not in page
    assert client.get(f"/desk/people/{person.code}/harms/1/correct/").status_code == 403
    assert facts().term in page
