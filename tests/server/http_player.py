"""A player without a browser: speaks the API, keeps its chain, and can be made to misbehave."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any, Protocol

from daybreak.core.records import chunk_hash
from tests.live import LiveServer, Person

Fields = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The code of a refusal."""
        assert self.headers["content-type"] == "application/problem+json", self.body[:300]
        return str(self.json["code"])


class Call(Protocol):
    def __call__(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer: ...


class HttpPlayer:
    """One browser of one person."""

    def __init__(self, call: Call) -> None:
        self.call = call

    def post(self, path: str, body: Any = None) -> Answer:
        return self.call("POST", path, b"" if body is None else json.dumps(body, ensure_ascii=False).encode())

    def open(self, number: int = 1, *, take_over: bool = False) -> HttpSitting:
        answer = self.post(f"sessions/{number}/sittings", {"take_over": take_over})
        assert answer.status == 201, answer.body
        return HttpSitting(self, answer.json)

    def refusal(self, number: int = 1, *, take_over: bool = False) -> tuple[int, str]:
        answer = self.post(f"sessions/{number}/sittings", {"take_over": take_over})
        return answer.status, answer.code


class HttpSitting:
    """One page load: sends records as numbered and chained chunks."""

    def __init__(self, player: HttpPlayer, answer: Fields) -> None:
        self.player = player
        self.answer = answer
        self.id: str = answer["sitting"]
        self.plan: Fields = answer["plan"]
        self.number = 1
        self.head: str = answer["chain_start"]
        self.at = 0.0

    def chunk(self, records: Iterable[Fields]) -> Fields:
        """Return the next chunk without sending it."""
        return sealed(self.number, self.head, json.dumps(list(records)))

    def send_chunk(self, chunk: Fields) -> Answer:
        return self.player.post(f"sittings/{self.id}/chunks", chunk)

    def send(self, *records: Fields) -> Answer:
        """Send the next chunk and go on with the chain if it was taken."""
        chunk = self.chunk(records)
        answer = self.send_chunk(chunk)
        if answer.status == 200:
            self.number, self.head = self.number + 1, chunk["hash"]
        return answer

    def lease(self) -> bool:
        answer = self.player.post(f"sittings/{self.id}/lease")
        assert answer.status == 200, answer.body
        held: bool = answer.json["held"]
        return held

    def round_records(self, place: int) -> Iterator[Fields]:
        """Yield what a faultless person records in one round."""
        played = self.plan["rounds"][place]
        yield round_record("start", played["id"])
        for step in played["steps"]:
            yield step_record(step["id"])
        yield round_record("end", played["id"])

    def play(self, rounds: Iterable[int]) -> None:
        for place in rounds:
            assert self.send(*self.round_records(place)).status == 200

    def play_to_the_end(self) -> Answer:
        self.play(range(self.answer["first_round"], len(self.plan["rounds"])))
        return self.send(end_record())


def sealed(number: int, previous: str, body: str) -> Fields:
    return {"number": number, "previous": previous, "body": body, "hash": chunk_hash(previous, number, body)}


def step_record(step: str, status: str = "ok", at: float = 0.0, **changes: Any) -> Fields:
    usual = {
        "kind": "step",
        "at": at,
        "step": step,
        "attempt": 1,
        "status": status,
        "answer": "left",
        "correct": True,
        "late": False,
        "rt_ms": 612.5,
        "input": "bot",
        "refresh_hz": 60.0,
        "shown": {"fixation": 30, "mask": 30, "cue": 1, "trait": 1, "target": 37, "pause": 30},
        "gaps_ms": [16.7, 16.6, 16.7, 16.7, 16.6],
        "refresh_runs": [[1, 128]],
    }
    return usual | changes


def round_record(event: str, round_: str, at: float = 0.0) -> Fields:
    return {"kind": "round", "at": at, "event": event, "round": round_}


def end_record(outcome: str = "completed", at: float = 0.0) -> Fields:
    return {"kind": "end", "at": at, "outcome": outcome}


def moment_record(event: str = "rest", at: float = 0.0) -> Fields:
    return {"kind": "moment", "at": at, "event": event}


def device_record(**changes: Any) -> Fields:
    usual = {
        "kind": "device",
        "at": 0.0,
        "refresh_hz": 60.0,
        "jitter_ms": 0.4,
        "worst_gap_ms": 17.9,
        "refreshes": 120,
        "visible": True,
        "width": 1280,
        "height": 720,
        "pixel_ratio": 1.0,
        "touch": False,
        "agent": "a test",
        "verdict": "ok",
        "reasons": [],
    }
    return usual | changes


def live_player(server: LiveServer, person: Person) -> HttpPlayer:
    """Return a player that speaks to a live server, each time over a new connection."""

    def call(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        sent = {"Content-Type": "application/json", **person.headers, **(headers or {})}
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=30)) as connection:
            connection.request(method, f"/api/player/{path}", body, sent)
            got = connection.getresponse()
            return Answer(got.status, got.read(), {name.lower(): value for name, value in got.getheaders()})

    return HttpPlayer(call)
