"""The operator's desk: who may see it, what it says, how it is filtered, and that it stays blind."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from daybreak.server.training.models import Chunk, TrainingSession
from tests import people
from tests.server.browsing import browser, browser_of, operator
from tests.server.conftest import player_of
from tests.server.http_player import HttpPlayer, device_record, end_record, moment_record, round_record, step_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(clinic: Site) -> Client:
    return browser_of(operator())


@pytest.fixture
def played(player: HttpPlayer) -> TrainingSession:
    """Return a session with one round of four presentations, each with another status."""
    sitting = player.open()
    round_ = sitting.plan["rounds"][0]
    steps = [step["id"] for step in round_["steps"]]
    statuses = ("ok", "long", "missed", "hidden")
    records = [step_record(step, status) for step, status in zip(steps, statuses, strict=False)]
    start, end = round_record("start", round_["id"]), round_record("end", round_["id"])
    assert sitting.send(device_record(), moment_record("instruction"), start, *records, end).status == 200
    return TrainingSession.objects.get()


@pytest.mark.parametrize("path", ["/desk/", "/desk/training/", "/desk/sessions/1/"])
def test_only_an_operator_sees_the_desk(person: Participant, path: str) -> None:
    assert browser().get(path).headers["Location"] == "/"
    assert browser_of(person.user).get(path).status_code == 403


def test_only_an_operator_moves_the_clock(person: Participant) -> None:
    assert browser().post("/desk/clock/", {"move": "1d"}).headers["Location"] == "/"
    assert browser_of(person.user).post("/desk/clock/", {"move": "1d"}).status_code == 403


def test_without_people_it_says_what_to_do(desk: Client) -> None:
    assert "Nobody is enrolled yet" in desk.get("/desk/").text


def test_without_sessions_it_says_that_none_was_begun(desk: Client, person: Participant) -> None:
    assert "No session was begun yet" in desk.get("/desk/training/").text


def test_it_lists_codes_and_no_names(desk: Client, person: Participant, stranger: Participant) -> None:
    for path in ("/desk/", "/desk/people/"):
        page = desk.get(path).text
        assert "P-1" in page
        assert "P-2" in page
        assert "Alexandra" not in page


def test_a_session_is_listed_with_its_timing(desk: Client, played: TrainingSession) -> None:
    page = desk.get("/desk/training/").text
    row = re.search(rf'<a href="/desk/sessions/{played.pk}/">P-1 · 1</a>.*?</tr>', page, re.DOTALL)
    assert row is not None
    assert "playing now" in row[0]
    assert re.findall(r'class="num">([^<]+)<', row[0]) == ["0 / 240", "1 / 15", "25.00", "1", "1", "1", "60.0", "0.40"]


def test_every_number_leads_to_what_it_counts(desk: Client, played: TrainingSession) -> None:
    page = desk.get("/desk/training/").text
    counts = re.findall(r'<dd><a href="([^"]*)">', page)
    assert [bool(desk.get(f"/desk/training/{query}").status_code == 200) for query in counts] == [True] * 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1), ("?person=P-1", 1), ("?person=P-2", 0), ("?state=begun", 1), ("?state=completed", 0),
        ("?state=held", 1), ("?screen=ok", 1), ("?screen=stop", 0), ("?state=nonsense&sort=nonsense", 1),
        ("?page=99", 1), ("?page=x", 1),
    ],
)  # fmt: skip
def test_filters_stand_in_the_address(
    desk: Client, played: TrainingSession, stranger: Participant, query: str, found: int
) -> None:
    page = desk.get(f"/desk/training/{query}")
    assert f"{found} found" in page.text
    assert page.text.count("P-1 · 1</a>") == found


@pytest.mark.parametrize("key", ["person", "state", "dose", "rounds", "exact", "refresh", "jitter", "screen", "heard"])
def test_every_column_sorts_both_ways(desk: Client, person: Participant, stranger: Participant, key: str) -> None:
    for participant, hz in ((person, 60.0), (stranger, 120.0)):
        sitting = player_of(participant).open()
        status = "ok" if hz > 60 else "long"
        step = next(step["id"] for part in sitting.plan["rounds"] for step in part["steps"] if step["exposure"])
        sitting.send(device_record(refresh_hz=hz, jitter_ms=hz / 100), step_record(step, status))
    TrainingSession.objects.filter(participant=stranger).update(rounds_done=3)
    orders = []
    for sort, said in ((key, "ascending"), (f"-{key}", "descending")):
        page = desk.get(f"/desk/training/?sort={sort}").text
        assert f'aria-sort="{said}"' in page
        orders.append(re.findall(r"(P-\d) · 1</a>", page))
    assert orders[0] == ["P-1", "P-2"] or key in ("state", "screen", "heard")
    assert sorted(orders[0]) == sorted(orders[1]) == ["P-1", "P-2"]


def test_a_filter_that_finds_nothing_offers_all(desk: Client, played: TrainingSession) -> None:
    assert "Show all sessions" in desk.get("/desk/training/?state=completed").text


def test_many_sessions_come_in_pages(desk: Client, person: Participant) -> None:
    infusion = person.infusions.get()
    TrainingSession.objects.bulk_create(
        TrainingSession(participant=person, infusion=infusion, number=number, planned_at=clock.now())
        for number in range(1, 61)
    )
    page = desk.get("/desk/training/?sort=person")
    assert "page 1 of 2" in page.text
    assert "P-1 · 60" in desk.get("/desk/training/?sort=person&page=2").text


@pytest.mark.parametrize("path", ["/desk/", "/desk/people/"])
def test_many_people_cost_no_more_queries_than_few(desk: Client, clinic: Site, path: str) -> None:
    asked = []
    for start in (3, 5):
        for number in range(start, 3 * start):
            people.participant(clinic, f"P-{start}{number}")
        desk.get(path)  # the first look notices deviations, each with its entry in the trail
        with CaptureQueriesContext(connection) as queries:
            desk.get(path)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_map_tells_open_missed_and_begun_apart(desk: Client, played: TrainingSession, clinic: Site) -> None:
    people.participant(clinic, "P-3")
    page = desk.get("/desk/").text
    assert "per cent delivered, begun" in page
    assert 'class="unseen">open<' in page
    clock.move_forward(timedelta(days=10))
    later = desk.get("/desk/").text
    assert 'class="unseen">missed<' in later
    assert "per cent delivered, partial" in later
    assert "per cent delivered, begun" not in later


def test_a_session_page_shows_rounds_checks_gaps_and_a_chain_that_holds(desk: Client, played: TrainingSession) -> None:
    page = desk.get(f"/desk/sessions/{played.pk}/").text
    assert "chain verified" in page
    assert "instruction × 1" in page
    assert "Refresh gaps in refreshes" in page
    assert re.search(
        r'class="num">1</th>(<td class="num">1</td>){2}<td class="num">4</td>(<td class="num">1</td>){4}', page
    )


def test_a_chunk_changed_in_the_database_is_found(desk: Client, played: TrainingSession) -> None:
    Chunk.objects.update(body="[]")
    assert "broken at chunk 1" in desk.get(f"/desk/sessions/{played.pk}/").text


def test_a_chunk_missing_from_the_database_is_found(desk: Client, played: TrainingSession) -> None:
    Chunk.objects.all().delete()
    assert "broken at chunk 1" in desk.get(f"/desk/sessions/{played.pk}/").text


def test_a_session_nobody_played_says_so(desk: Client, player: HttpPlayer) -> None:
    player.open()
    page = desk.get(f"/desk/sessions/{TrainingSession.objects.get().pk}/").text
    assert "No step was played yet." in page


def test_there_is_no_page_for_a_session_that_is_not_there(desk: Client) -> None:
    assert desk.get("/desk/sessions/999/").status_code == 404


@pytest.mark.parametrize(("name", "hours"), [("1h", 1), ("3h", 3), ("6h", 6), ("1d", 24)])
def test_the_clock_moves_for_everybody(desk: Client, name: str, hours: int) -> None:
    before = clock.now()
    page = desk.post("/desk/clock/", {"move": name}, follow=True)
    assert "The clock was moved" in page.text
    assert timedelta(0) <= clock.now() - before - timedelta(hours=hours) < timedelta(minutes=1)


def test_the_clock_moves_to_the_next_opening(desk: Client, clinic: Site) -> None:
    waiting = people.participant(clinic, "P-3", portrait=b"sealed as it is", infusion_ago=timedelta(hours=2))
    desk.post("/desk/clock/", {"move": "next"})
    assert 'href="/play/1/"' in browser_of(waiting.user).get("/today/").text


@pytest.mark.parametrize("name", ["next", "nonsense", "-1d", ""])
def test_a_move_that_cannot_be_made_says_so_and_changes_nothing(desk: Client, name: str) -> None:
    before = clock.now()
    page = desk.post("/desk/clock/", {"move": name}, follow=True)
    assert "The clock was not moved" in page.text
    assert clock.now() - before < timedelta(minutes=1)


@override_settings(DEMO=False)
def test_the_clock_of_a_real_study_has_no_switch(desk: Client) -> None:
    assert "Demo clock" not in desk.get("/desk/").text
    assert desk.post("/desk/clock/", {"move": "1d"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/desk/", "/desk/people/", "/desk/people/P-1/", "/desk/due/", "/desk/training/", "/desk/sessions/{}/"],
)
def test_the_desk_never_looks_into_the_vault(desk: Client, played: TrainingSession, path: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = desk.get(path.format(played.pk))
    assert page.status_code == 200
    assert len(asked) > 3
    assert [query["sql"] for query in asked if "vault" in query["sql"]] == []
    assert not re.search(r"\b(sham|active)\b", page.text)


def test_ending_a_session_takes_it_out_of_those_played_now(desk: Client, player: HttpPlayer) -> None:
    sitting = player.open()
    sitting.send(round_record("start", sitting.plan["rounds"][0]["id"]), end_record("left"))
    assert "0 found" in desk.get("/desk/training/?state=held").text
