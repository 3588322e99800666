"""The demo: a past that was played by the rules, links that stay, and nothing of anybody else's touched."""

from __future__ import annotations

import json
import socket
import stat
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.cli.port import check_port
from daybreak.core.errors import CommandError
from daybreak.core.plan import TrainingPlan
from daybreak.core.records import StepRecord
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.assessments.models import Form
from daybreak.server.audit.models import Entry
from daybreak.server.audit.verify import faults
from daybreak.server.console.detail import session_detail
from daybreak.server.demo import build
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.bot import Bot
from daybreak.server.demo.build import build_demo
from daybreak.server.demo.cast import APART, VISITORS, simulated
from daybreak.server.demo.chunking import chained
from daybreak.server.demo.devices import DEVICES, Device
from daybreak.server.demo.links import read_links
from daybreak.server.demo.places import SECOND_RATER, Places, Team
from daybreak.server.demo.vigil import Vigil
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.models import AdverseEvent, Asking
from daybreak.server.harms.queries import clocks_of
from daybreak.server.implicit.models import ImplicitTest
from daybreak.server.messages.models import Message
from daybreak.server.safety.models import Alert
from daybreak.server.studies.models import Site, Study
from daybreak.server.training.chain import read_records
from daybreak.server.training.models import TrainingSession
from daybreak.server.vault.allocate import check_commitments
from daybreak.server.vault.dispense import dispense_plan
from tests.server.browsing import browser
from tests.server.http_player import HttpPlayer


@pytest.fixture
def plan(player: HttpPlayer) -> TrainingPlan:
    player.open()
    plan = dispense_plan(TrainingSession.objects.get())
    assert plan is not None
    return plan


@pytest.fixture
def demo(db: None, settings: Any, tmp_path: Path) -> list[float]:
    settings.DATA, settings.MESSAGE_FOLDER = tmp_path, tmp_path / "messages"
    return list(build_demo(1))


@pytest.mark.django_db
@pytest.mark.parametrize("device", DEVICES, ids=lambda device: device.agent)
def test_a_bot_leaves_records_that_the_server_takes(plan: TrainingPlan, device: Device) -> None:
    records = list(Bot(plan, device, Random(1)).play())
    chunks = [chunk for _, chunk in chained("0" * 64, records)]
    assert [record for chunk in chunks for record in read_records(chunk)] == records
    assert all(later.previous == earlier.hash for earlier, later in pairwise(chunks))
    assert [record.at for record in records] == sorted(record.at for record in records)
    assert 8 * 60_000 < records[-1].at < 30 * 60_000


@pytest.mark.django_db
def test_a_bot_marks_a_step_long_exactly_when_a_gap_was(plan: TrainingPlan) -> None:
    for record in Bot(plan, DEVICES[3], Random(2)).play():
        if isinstance(record, StepRecord) and record.status in ("ok", "long"):
            longest = max(record.gaps_ms) * record.refresh_hz / 1000
            assert (longest > 1.5) == (record.status == "long")


@given(st.integers(0, 40))
def test_the_cast_is_the_same_each_time_and_every_code_is_used_once(count: int) -> None:
    people = [*VISITORS, *simulated(count)]
    assert people == [*VISITORS, *simulated(count)]
    assert len({person.code for person in people}) == count + 4


@given(st.integers(20, 200))
def test_many_people_come_from_all_sites_over_a_year_and_some_only_now(count: int) -> None:
    people = simulated(count)
    assert {person.site for person in people} == {0, 1, 2}
    assert min(person.arrived_ago for person in people) < timedelta(days=4)
    assert max(person.arrived_ago for person in people) < count * APART + timedelta(days=4)


def test_the_demo_ends_at_the_present_with_people_at_every_stage(demo: list[float]) -> None:
    assert demo[-1] == 1.0
    assert demo == sorted(demo)
    assert abs((clock.now() - datetime.now(UTC)).total_seconds()) < 1
    states = Counter(TrainingSession.objects.values_list("participant__code", "state"))
    assert states["D-004", "completed"] == 4
    assert not any(code in ("D-001", "D-002", "D-003") for code, _ in states)
    assert Participant.objects.count() == 5


def test_everything_in_the_demo_was_done_by_somebody_who_may(demo: list[float]) -> None:
    assert list(faults()) == []
    assert check_commitments(Study.objects.get()) == []
    made = set(Entry.objects.values_list("action", flat=True))
    assert made >= {"open-site", "accept-invitation", "open-person", "sign-consent", "enrol", "record-infusion"}
    assert not Participant.objects.exclude(pk__in=Entry.objects.filter(action="open-person").values("participant"))


def test_every_chain_of_the_demo_holds(demo: list[float]) -> None:
    for session in TrainingSession.objects.all():
        assert [row.broken_at for row in session_detail(session, clock.now()).sittings] in ([None], [None, None])


def test_each_link_opens_its_page(demo: list[float]) -> None:
    links = {link.role: link for link in read_links()}
    assert set(links) == {"Ana", "Someone new", "Lucía", "Sam", *(role.capitalize() for role in Role)}
    seen = {}
    for role, link in links.items():
        client = browser()
        pin = {"pin": "5094"} if link.has_pin else {"pin": "60413", "again": "60413"}
        assert client.post(link.path, pin).status_code == 302
        seen[role] = client.get("/", follow=True).text
    assert 'href="/play/1/"' in seen["Ana"]
    assert "Let us get ready" in seen["Someone new"]
    assert "Empezar la sesión" in seen["Lucía"]
    assert "4 of 8 sessions done" in seen["Sam"]
    assert all("Demo clock" in seen[role.capitalize()] for role in Role)


def test_staff_sign_in_by_link_in_a_demo_only(demo: list[float], settings: Any) -> None:
    links = {link.role: link.path for link in read_links()}
    client = browser()
    client.post(links["Monitor"], {"pin": "5094"})
    assert client.get("/", follow=True).status_code == 200
    settings.DEMO = False
    assert client.get("/desk/").headers["Location"] == "/account/factors/"
    for role in Role:
        assert browser().get(links[role.capitalize()]).status_code == 404
        assert browser().post(links[role.capitalize()], {"pin": "5094"}).status_code == 404


def test_the_front_page_lists_every_link_with_its_pin(demo: list[float]) -> None:
    page = browser().get("/", follow=True).text
    assert page.count('class="card door"') == 4 + len(Role)
    assert all(link.path in page for link in read_links())


def test_the_file_of_links_is_for_its_owner_only(demo: list[float], settings: Any) -> None:
    place = settings.DATA / "demo-links.json"
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert len(json.loads(place.read_text())) == 4 + len(Role)


def test_a_demo_that_was_never_finished_has_no_links(tmp_path: Path) -> None:
    assert read_links(tmp_path) == []


def test_a_taken_port_is_one_sentence_with_a_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"127\.0\.0\.1:{port}: .*--port {port + 1}"):
            check_port("127.0.0.1", port, "daybreak demo")


def test_raters_of_the_demo_rate_and_people_answer_their_questions(demo: list[float]) -> None:
    forms = Form.objects.filter(participant__code="D-004")
    rated = forms.get(instrument="madrs", visit_key="baseline")
    assert rated.by is not None
    assert rated.by.memberships.get().role == Role.RATER
    assert rated.answers.count() == 10
    own = forms.get(instrument="qids-sr", visit_key="baseline")
    assert own.by is None
    assert own.answers.exists()
    made = set(Entry.objects.values_list("action", flat=True))
    assert made >= {"fill-form", "save-answer", "submit-form"}


def test_the_second_rater_of_the_demo_rates_interviews_again(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every interview is drawn for two raters here: of a few people, the demo's own quarter may be none."""
    monkeypatch.setattr(build, "RATED_TWICE", build.RATED_TWICE.replace("0.25", "1.0"))
    settings.DATA, settings.MESSAGE_FOLDER = tmp_path, tmp_path / "messages"
    list(build_demo(1))
    twice = Form.objects.filter(rater=2).exclude(state="open")
    assert len(twice) >= 2
    assert {form.by.name for form in twice if form.by} == {SECOND_RATER}
    assert all(first.by_id != form.by_id for form in twice for first in [_first_of(form)])


def test_the_demo_has_events_and_a_report_whose_clock_runs(demo: list[float]) -> None:
    serious = next(event for event in AdverseEvent.objects.all() if event.criteria)
    owed = list(clocks_of(serious, clock.now()))
    assert ("sponsor", "due") in {(one.kind, one.state) for one in owed}
    assert Asking.objects.exists()
    tests = ImplicitTest.objects.all()
    assert {test.state for test in tests} <= {"completed", "begun"}
    assert "completed" in {test.state for test in tests}


def _first_of(form: Form) -> Form:
    return Form.objects.get(
        participant=form.participant, visit_key=form.visit_key, instrument=form.instrument, rater=1, entry=1
    )


def test_an_alert_of_the_demo_is_acknowledged_assessed_and_closed_by_staff(demo: list[float]) -> None:
    site = Site.objects.earliest("pk")
    investigator = User.objects.get(memberships__site=site, memberships__role=Role.INVESTIGATOR)
    agenda = Agenda(clock.now() + timedelta(days=9))
    team = Team(site, {Role.INVESTIGATOR: investigator})
    vigil = Vigil(agenda, Places(site.study, (team,), {}, investigator))
    agenda.plan(clock.now() + timedelta(hours=1), vigil.drill)
    for _ in agenda.run():
        pass
    alert = Alert.objects.get(drill=True)
    assert alert.acknowledged_by == alert.assessed_by == investigator
    assert alert.is_assessed
    assert (alert.state == "closed") == bool(alert.note)


def test_reminders_of_the_demo_were_sent_once_each_as_files_without_health_content(
    demo: list[float], settings: Any
) -> None:
    sent = Message.objects.filter(state=Message.State.SENT).exclude(channel="page")
    letters = [place for place in settings.MESSAGE_FOLDER.rglob("*") if place.is_file()]
    assert len(letters) == sent.count() > 0
    told = " ".join(place.read_text() for place in letters)
    for word in ("depress", "suicid", "ketamine", "MADRS"):
        assert word not in told
    assert {message.kind for message in sent} <= {"reminder", "overdue", "alert"}
