"""Exactly once, over real HTTP: many at once, killed in the middle, restarted; what was acknowledged is stored once."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPException
from random import Random

import pytest

from tests.live import LiveServer
from tests.server.http_player import Answer, HttpSitting, live_player, moment_record, sealed, step_record
from tests.server.stored import stored_chunks

KILLS = 6


def chain(sitting: HttpSitting, length: int) -> list[dict[str, object]]:
    """Return `length` chained chunks, each with a record of its own."""
    chunks, head = [], sitting.head
    for number in range(1, length + 1):
        chunk = sealed(number, head, json.dumps([step_record(f"s-{number}", at=float(number))]))
        chunks.append(chunk)
        head = chunk["hash"]
    return chunks


def test_the_same_chunk_sent_by_many_at_once_is_stored_once(real_server: LiveServer) -> None:
    sitting = live_player(real_server, real_server.new_participant()).open()
    for chunk in chain(sitting, 5):
        with ThreadPoolExecutor(12) as crowd:
            answers = list(crowd.map(sitting.send_chunk, [chunk] * 12))
        assert Counter((answer.status, answer.json["acknowledged"]) for answer in answers) == {
            (200, chunk["number"]): 12
        }
    assert stored_chunks(real_server)[sitting.id] == [1, 2, 3, 4, 5]


def test_different_chunks_under_one_number_sent_at_once_leave_one(real_server: LiveServer) -> None:
    sitting = live_player(real_server, real_server.new_participant()).open()
    rivals = [sitting.chunk([moment_record(at=float(at))]) for at in range(12)]
    with ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(sitting.send_chunk, rivals))
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 11}
    assert {answer.code for answer in answers if answer.status == 409} == {"chunk-differs"}
    assert stored_chunks(real_server)[sitting.id] == [1]


def test_a_whole_chain_sent_in_any_order_at_once_arrives_in_order(real_server: LiveServer) -> None:
    sitting = live_player(real_server, real_server.new_participant()).open()
    chunks = chain(sitting, 20)
    chance = Random(20260101)
    while True:
        chance.shuffle(chunks)
        with ThreadPoolExecutor(8) as crowd:
            answers = list(crowd.map(sitting.send_chunk, chunks))
        assert {answer.status for answer in answers} <= {200, 409}
        if all(answer.status == 200 for answer in answers):
            break
    assert stored_chunks(real_server)[sitting.id] == list(range(1, 21))


def test_two_windows_taking_over_at_once_leave_one_that_plays(real_server: LiveServer) -> None:
    player = live_player(real_server, real_server.new_participant())
    player.open()
    with ThreadPoolExecutor(8) as crowd:
        sittings = list(crowd.map(lambda _: player.open(take_over=True), range(8)))
    with ThreadPoolExecutor(8) as crowd:
        held = list(crowd.map(lambda sitting: sitting.lease(), sittings))
    assert sorted(held) == [False] * 7 + [True]


def test_only_one_of_many_windows_opened_at_once_gets_the_session(real_server: LiveServer) -> None:
    player = live_player(real_server, real_server.new_participant())
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: player.post("sessions/1/sittings", {"take_over": False}), range(8)))
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 7}


def insistently(send: Callable[[], Answer]) -> Answer:
    """Send until an answer comes, as the outbox does."""
    while True:
        try:
            return send()
        except (OSError, HTTPException):
            time.sleep(0.05)


@pytest.mark.evidence("property", "docs/decisions/0001: each chunk is stored once")
def test_a_server_killed_in_the_middle_stores_every_chunk_once(start_server: Callable[..., LiveServer]) -> None:
    server = start_server()
    chance = Random(7)
    sitting = live_player(server, server.new_participant()).open()
    chunks = chain(sitting, 30 * KILLS)
    kill_at = {30 * turn + chance.randrange(30) for turn in range(KILLS)}
    with ThreadPoolExecutor(1) as courier:
        for place, chunk in enumerate(chunks):
            sending = courier.submit(sitting.send_chunk, chunk)
            if place in kill_at:
                server.kill()
                server.restart()
            try:
                answer = sending.result()
            except (OSError, HTTPException):
                answer = insistently(partial(sitting.send_chunk, chunk))
            assert (answer.status, answer.json["acknowledged"]) == (200, place + 1)
    assert stored_chunks(server)[sitting.id] == list(range(1, len(chunks) + 1))
    server.stop()
