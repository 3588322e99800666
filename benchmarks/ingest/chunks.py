"""Chunks of the shape a real player sends: some steps, each with its refresh gaps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any

from daybreak.core.records import chunk_hash

SECONDS_PER_STEP = 2.25
REFRESH_MS = 1000 / 60


def step(name: str, at: float, chance: Random) -> dict[str, Any]:
    """Return one step of the masked task, about as long as a person takes for it."""
    answer = round(chance.gauss(42, 9))
    return {
        "kind": "step",
        "at": round(at, 1),
        "step": name,
        "attempt": 1,
        "status": "ok" if chance.random() > 0.02 else "long",
        "answer": chance.choice(["left", "right"]),
        "correct": chance.random() > 0.05,
        "late": False,
        "rt_ms": round(answer * REFRESH_MS, 1),
        "input": "key",
        "refresh_hz": 60.0,
        "shown": {"fixation": 30, "mask": 30, "cue": 1, "trait": 1, "target": answer, "pause": 30},
        "gaps_ms": [round(chance.gauss(REFRESH_MS, 0.15), 2) for _ in range(6)],
        "refresh_runs": [[1, 92 + answer]],
    }


class Chain:
    """One sitting's chunks of `size` steps, one after the other."""

    def __init__(self, start: str, steps: Sequence[str], size: int, chance: Random) -> None:
        self.head, self.number, self.at = start, 0, 0.0
        self._steps, self._size, self._chance, self._next = steps, size, chance, 0

    def chunk(self) -> bytes:
        """Return the next chunk as it travels."""
        records = []
        for _ in range(self._size):
            self.at += 1000 * SECONDS_PER_STEP
            records.append(step(self._steps[self._next % len(self._steps)], self.at, self._chance))
            self._next += 1
        body = json.dumps(records, separators=(",", ":"))
        previous, self.number = self.head, self.number + 1
        self.head = chunk_hash(previous, self.number, body)
        return json.dumps({"number": self.number, "previous": previous, "body": body, "hash": self.head}).encode()
