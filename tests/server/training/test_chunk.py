"""Chunks: taken once, in order, from their owner, and only if they are what they say they are."""

from __future__ import annotations

import json

import pytest

from daybreak.core.records import MOST_BODY_BYTES
from daybreak.server.training.models import Chunk, DeviceCheck, Sitting, TrainingSession
from tests.server.http_player import (
    HttpPlayer,
    HttpSitting,
    device_record,
    moment_record,
    round_record,
    sealed,
    step_record,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(player: HttpPlayer) -> HttpSitting:
    return player.open()


def exposures(sitting: HttpSitting) -> list[str]:
    return [step["id"] for round_ in sitting.plan["rounds"] for step in round_["steps"] if step["exposure"]]


def test_a_chunk_is_stored_as_it_came_and_acknowledged_by_number(sitting: HttpSitting) -> None:
    chunk = sitting.chunk([moment_record()])
    answer = sitting.send_chunk(chunk)
    assert (answer.status, answer.json) == (200, {"acknowledged": 1, "held": True})
    stored = Chunk.objects.get()
    assert (stored.number, stored.previous, stored.body, stored.hash) == (
        1,
        chunk["previous"],
        chunk["body"],
        chunk["hash"],
    )


def test_a_chunk_sent_again_gets_the_same_answer_and_is_stored_once(sitting: HttpSitting) -> None:
    chunk = sitting.chunk([step_record(exposures(sitting)[0])])
    first, again = sitting.send_chunk(chunk), sitting.send_chunk(chunk)
    assert (first.status, first.body) == (again.status, again.body)
    assert Chunk.objects.count() == 1
    assert TrainingSession.objects.get().valid_exposures == 1


def test_an_old_chunk_sent_again_acknowledges_all_that_is_stored(sitting: HttpSitting) -> None:
    old = sitting.chunk([moment_record()])
    sitting.send(moment_record())
    sitting.send(moment_record("pause"))
    assert sitting.send_chunk(old).json == {"acknowledged": 2, "held": True}
    assert Chunk.objects.count() == 2


def test_a_chunk_that_comes_too_early_is_refused_with_the_number_awaited(sitting: HttpSitting) -> None:
    sitting.send(moment_record())
    early = sealed(4, "a" * 64, "[]")
    answer = sitting.send_chunk(early)
    assert (answer.status, answer.code, answer.json["awaited"]) == (409, "chunk-out-of-order", 2)
    assert Chunk.objects.count() == 1


def test_another_chunk_under_a_stored_number_is_refused(sitting: HttpSitting) -> None:
    other = sitting.chunk([moment_record("pause")])
    sitting.send(moment_record())
    answer = sitting.send_chunk(other)
    assert (answer.status, answer.code) == (409, "chunk-differs")
    assert json.loads(Chunk.objects.get().body)[0]["event"] == "rest"


def test_a_chunk_that_does_not_follow_the_one_before_is_refused(sitting: HttpSitting) -> None:
    answer = sitting.send_chunk(sealed(1, "b" * 64, "[]"))
    assert (answer.status, answer.code) == (409, "chunk-differs")
    assert not Chunk.objects.exists()


def test_a_chunk_whose_body_was_changed_on_the_way_is_refused(sitting: HttpSitting) -> None:
    chunk = sitting.chunk([step_record(exposures(sitting)[0], status="long")])
    forged = chunk | {"body": chunk["body"].replace('"long"', '"ok"')}
    answer = sitting.send_chunk(forged)
    assert (answer.status, answer.code) == (422, "chunk-forged")
    assert not Chunk.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[",
        "[1]",
        '[{"kind":"step"}]',
        json.dumps([moment_record() | {"more": 1}]),
        json.dumps([moment_record("unheard-of")]),
        json.dumps([step_record("s") | {"at": "0"}]),
        json.dumps([step_record("s", attempt=True)]),
        json.dumps([step_record("s", at=-1)]),
        json.dumps([moment_record()] * 201),
        json.dumps([step_record("s")]).replace("612.5", "NaN"),
        json.dumps([step_record("\\ud800")]).replace("\\\\", "\\"),
        "[" * 5000,
    ],
    ids=lambda body: body[:24] or "empty",
)
def test_a_chunk_that_holds_no_records_is_refused(sitting: HttpSitting, body: str) -> None:
    answer = sitting.send_chunk(sealed(1, sitting.head, body))
    assert (answer.status, answer.code) == (422, "chunk-unreadable")
    assert not Chunk.objects.exists()


@pytest.mark.parametrize("length", [MOST_BODY_BYTES, 4 * MOST_BODY_BYTES])
def test_a_chunk_that_is_too_large_is_refused(sitting: HttpSitting, length: int) -> None:
    answer = sitting.send_chunk(sealed(1, sitting.head, "[" + " " * length + "]"))
    assert (answer.status, answer.code) == (413, "chunk-too-large")
    assert not Chunk.objects.exists()


def test_a_body_is_measured_in_bytes_not_in_signs(sitting: HttpSitting) -> None:
    body = json.dumps([device_record(agent="ñ" * 300)] * 100, ensure_ascii=False)
    assert len(body) < MOST_BODY_BYTES < len(body.encode())
    answer = sitting.send_chunk(sealed(1, sitting.head, body))
    assert (answer.status, answer.code) == (413, "chunk-too-large")


def test_a_stranger_cannot_add_to_someone_elses_sitting(sitting: HttpSitting, other_player: HttpPlayer) -> None:
    answer = other_player.post(f"sittings/{sitting.id}/chunks", sitting.chunk([moment_record()]))
    assert (answer.status, answer.code) == (404, "no-such-sitting")
    assert not Chunk.objects.exists()


def test_late_chunks_of_an_old_sitting_are_taken_after_another_took_over(
    player: HttpPlayer, sitting: HttpSitting
) -> None:
    first, second, *_ = exposures(sitting)
    newer = player.open(take_over=True)
    newer.send(step_record(second))
    late = sitting.send(step_record(first))
    assert (late.status, late.json) == (200, {"acknowledged": 1, "held": False})
    assert TrainingSession.objects.get().valid_exposures == 2


def test_chunks_are_taken_after_the_session_is_completed(player: HttpPlayer, sitting: HttpSitting) -> None:
    left_over = sitting.chunk([moment_record("pause")])
    player.open(take_over=True).play_to_the_end()
    assert sitting.send_chunk(left_over).status == 200


def test_only_valid_presentations_of_planned_exposures_count_and_each_once(sitting: HttpSitting) -> None:
    first, second, third, *_ = exposures(sitting)
    practice = sitting.plan["rounds"][0]["steps"][0]["id"]
    sitting.send(step_record(first, status="long"), step_record(first, attempt=2), step_record(first, attempt=3))
    sitting.send(step_record(second, status="missed"), step_record(third, status="hidden"), step_record(practice))
    sitting.send(step_record("no-such-step"))
    session = TrainingSession.objects.get()
    assert (session.valid_exposures, session.planned_exposures) == (1, len(exposures(sitting)))


def test_a_played_session_is_completed_with_its_whole_dose(sitting: HttpSitting) -> None:
    assert sitting.play_to_the_end().json["held"] is True
    session = TrainingSession.objects.get()
    assert (session.state, session.rounds_done, session.dose) == ("completed", len(sitting.plan["rounds"]), 1.0)
    assert session.completed_at is not None


def test_saying_the_end_without_playing_completes_nothing(sitting: HttpSitting) -> None:
    sitting.send({"kind": "end", "at": 0, "outcome": "completed"})
    assert TrainingSession.objects.get().state == "planned"


def test_a_session_begins_with_the_first_round_not_with_the_device_check(sitting: HttpSitting) -> None:
    sitting.send(device_record(), moment_record("instruction"))
    assert TrainingSession.objects.get().state == "planned"
    sitting.send(round_record("start", sitting.plan["rounds"][0]["id"]))
    assert TrainingSession.objects.get().state == "begun"


def test_a_device_check_is_listed_whatever_it_holds(sitting: HttpSitting) -> None:
    sitting.send(device_record(width=10**30, agent="a\0b", verdict="warn", reasons=["slow", "jitter"]))
    check = DeviceCheck.objects.get()
    assert (check.agent, check.verdict, check.reasons) == ("ab", "warn", ["slow", "jitter"])


def test_a_record_is_dated_when_it_was_made_but_never_in_the_future(sitting: HttpSitting) -> None:
    opened = Sitting.objects.get().opened_at
    answer = sitting.send(round_record("start", sitting.plan["rounds"][0]["id"], at=1e300))
    assert answer.status == 200
    heard = TrainingSession.objects.get().last_heard_at
    assert heard is not None
    assert opened <= heard
    assert (heard - opened).total_seconds() < 60
