"""Chunks of a test: taken once, in order, from the owner only; a test is done when all its rounds ended."""

from __future__ import annotations

from typing import Any

import pytest

from daybreak.core.participation import Scope
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.implicit.models import ImplicitChunk, ImplicitSitting, ImplicitTest
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.training.chain import first_broken
from tests import candidates, people
from tests.server.http_player import HttpPlayer, device_record, end_record
from tests.server.implicit.player import open_test, trial_record

pytestmark = pytest.mark.django_db
State = ImplicitTest.State


def test_a_whole_test_is_stored_as_it_came_and_completed(player: HttpPlayer) -> None:
    opened = open_test(player)
    opened.send(device_record())
    assert ImplicitTest.objects.get().state == State.OPENED
    opened.play([0])
    assert ImplicitTest.objects.get().state == State.BEGUN
    opened.play(range(1, 7))
    opened.send(end_record())
    test, sitting = ImplicitTest.objects.get(), ImplicitSitting.objects.get()
    assert test.state == State.COMPLETED
    assert test.completed_at is not None
    assert first_broken(sitting, sitting.chunks.all()) is None
    actions = list(Entry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-3:] == ["open-test", "begin-test", "complete-test"]


def test_a_chunk_sent_twice_is_acknowledged_twice_and_stored_once(player: HttpPlayer) -> None:
    opened = open_test(player)
    chunk = opened.chunk(opened.round_records(0))
    answers = [opened.send_chunk(chunk) for _ in range(2)]
    assert [answer.json for answer in answers] == [{"acknowledged": 1, "held": True}] * 2
    assert ImplicitChunk.objects.count() == 1


def test_another_chunk_under_the_same_number_is_refused(player: HttpPlayer) -> None:
    opened = open_test(player)
    opened.send_chunk(opened.chunk([trial_record("s1-1")]))
    answer = opened.send_chunk(opened.chunk([trial_record("s1-2")]))
    assert (answer.status, answer.code) == (409, "chunk-differs")


def test_a_chunk_ahead_of_its_turn_is_told_which_one_is_awaited(player: HttpPlayer) -> None:
    opened = open_test(player)
    answer = opened.send_chunk(opened.chunk([trial_record("s1-1")]) | {"number": 2})
    assert answer.status == 422  # its hash no longer holds
    opened.number = 2
    answer = opened.send_chunk(opened.chunk([trial_record("s1-1")]))
    assert (answer.status, answer.json["awaited"]) == (409, 1)


@pytest.mark.parametrize("changes", [{"rt_ms": -1}, {"rt_ms": "600"}, {"answer": "2"}, {"arm": "a"}, {"attempt": 0}])
def test_a_trial_that_cannot_be_is_refused_and_not_stored(player: HttpPlayer, changes: dict[str, Any]) -> None:
    opened = open_test(player)
    answer = opened.send(trial_record("s1-1", **changes))
    assert (answer.status, answer.code) == (422, "chunk-unreadable")
    assert not ImplicitChunk.objects.exists()


def test_foreign_people_cannot_send_to_a_test_nor_hold_it(player: HttpPlayer, other_player: HttpPlayer) -> None:
    opened = open_test(player)
    opened.player = other_player
    answer = opened.send(trial_record("s1-1"))
    assert (answer.status, answer.code) == (404, "no-such-sitting")
    lease = other_player.post(f"sittings/{opened.id}/lease")
    assert (lease.status, lease.code) == (404, "no-such-sitting")


def test_what_a_lost_page_still_sends_is_kept_beside_the_page_that_took_over(player: HttpPlayer) -> None:
    lost = open_test(player)
    lost.play([0])
    kept = open_test(player, take_over=True)
    late = lost.send(*lost.round_records(1))
    assert late.json == {"acknowledged": 2, "held": False}
    kept.play([1])
    assert len(ImplicitTest.objects.get().ended) == 2
    assert ImplicitChunk.objects.count() == 3


def test_what_was_played_still_arrives_after_somebody_left_but_not_after_they_were_erased(
    player: HttpPlayer, person: Participant
) -> None:
    opened = open_test(player)
    opened.play([0])
    withdraw(candidates.coordinator(person.study), person, Scope.FOLLOW_UP, why="own-wish")
    assert opened.send(*opened.round_records(1)).status == 200
    people.erase(person)
    answer = opened.send(*opened.round_records(2))
    assert answer.status == 401
