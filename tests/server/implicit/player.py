"""A player of tests without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.server.http_player import Fields, HttpPlayer, HttpSitting, round_record

VISIT = "day-1"


def trial_record(step: str, status: str = "ok", at: float = 0.0, **changes: Any) -> Fields:
    usual = {
        "kind": "trial",
        "at": at,
        "step": step,
        "attempt": 1,
        "status": status,
        "answer": "left",
        "correct": True,
        "rt_ms": 640.0,
        "right_ms": 640.0,
        "input": "bot",
        "refresh_hz": 60.0,
        "gaps_ms": [16.7, 16.6, 16.7],
    }
    return usual | changes


class TakenTest(HttpSitting):
    """One page load of a test."""

    def trials(self, place: int) -> Iterator[Fields]:
        """Yield a round's trials: slower in pairing b, each a little different, every tenth wrong at first."""
        played = self.plan["rounds"][place]
        for number, step in enumerate(played["steps"]):
            wrong = number % 10 == 9
            first = 600.0 + (150 if played["pairing"] == "b" else 0) + 7 * (number % 5)
            right = first + (250 if wrong else 0)
            yield trial_record(step["id"], correct=not wrong, rt_ms=first, right_ms=right)

    def round_records(self, place: int) -> Iterator[Fields]:
        played = self.plan["rounds"][place]
        yield round_record("start", played["id"])
        yield from self.trials(place)
        yield round_record("end", played["id"])


def open_test(player: HttpPlayer, visit: str = VISIT, *, take_over: bool = False) -> TakenTest:
    answer = player.post(f"tests/{visit}/sittings", {"take_over": take_over})
    assert answer.status == 201, answer.body
    return TakenTest(player, answer.json)


def refusal(player: HttpPlayer, visit: str = VISIT, *, take_over: bool = False) -> tuple[int, str]:
    answer = player.post(f"tests/{visit}/sittings", {"take_over": take_over})
    return answer.status, answer.code
