"""What a player reports: records, in numbered and hash-chained chunks.

Every page load of a training session is one *sitting* with a chain of its own, so that late chunks of an earlier
sitting are never in the way of a newer one. The body travels as text and is hashed as it stands, so no two JSON
writers need to agree. `player/src/contract.ts` is generated from this file.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
MOST_RECORDS = 200
MOST_BODY_BYTES = 64 * 1024


class Record(BaseModel):
    """Base of all records. `at` is milliseconds since the sitting began, by the browser's steady clock."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )
    at: float = Field(ge=0)


class DeviceRecord(Record):
    """The device check before a session."""

    kind: Literal["device"] = "device"
    refresh_hz: float = Field(ge=0, le=1000)
    jitter_ms: float = Field(ge=0, description="standard deviation of refresh gaps")
    worst_gap_ms: float = Field(ge=0)
    refreshes: int = Field(ge=0)
    visible: bool
    width: int = Field(ge=0)
    height: int = Field(ge=0)
    pixel_ratio: float = Field(ge=0)
    touch: bool
    agent: str = Field(max_length=400)
    verdict: Literal["ok", "warn", "visible-only", "stop"]
    reasons: list[Literal["slow", "jitter", "hidden", "narrow", "power-saving", "unstable"]]


class RoundRecord(Record):
    """A round began or ended. Only an ended round is a border at which a session can be resumed."""

    kind: Literal["round"] = "round"
    event: Literal["start", "end"]
    round: str = Field(max_length=40)


class StepRecord(Record):
    """One presentation of one step and its answer.

    `shown` holds the refreshes each phase stayed, by the player's count. `gaps_ms` holds every refresh gap from one
    refresh before the cue to two after the trait; `refresh_runs` holds all gaps of the step as pairs (whole refreshes,
    how many in a row). `status`: `long` if a gap of `gaps_ms` exceeds 1.5 refreshes, `missed` if two refreshes fell
    within half of one, so that a picture may never have reached the screen, `hidden` if the page was not visible.
    """

    kind: Literal["step"] = "step"
    step: str = Field(max_length=40)
    attempt: int = Field(ge=1, le=50)
    status: Literal["ok", "long", "missed", "hidden"]
    answer: Literal["left", "right", "0", "1", "2", "3"] | None
    correct: bool | None
    late: bool
    rt_ms: float | None = Field(ge=0)
    input: Literal["key", "touch", "mouse", "pen", "bot"] | None
    refresh_hz: float = Field(gt=0, le=1000)
    shown: dict[str, int]
    gaps_ms: list[float] = Field(max_length=2000)
    refresh_runs: list[tuple[int, int]] = Field(max_length=2000)


class TrialRecord(Record):
    """One trial of an implicit association test: a word, and the keys until the right one.

    `answer` and `rt_ms` belong to the first key, `right_ms` to the right one; both count from the word's first refresh
    to the input event. `gaps_ms` holds the refresh gaps around that first refresh, and `status` is judged by them as in
    `StepRecord`. A trial that was broken off is `hidden`, has no `right_ms`, and comes again.
    """

    kind: Literal["trial"] = "trial"
    step: str = Field(max_length=40)
    attempt: int = Field(ge=1, le=50)
    status: Literal["ok", "long", "missed", "hidden"]
    answer: Literal["left", "right"] | None
    correct: bool | None
    rt_ms: float | None = Field(ge=0)
    right_ms: float | None = Field(ge=0)
    input: Literal["key", "touch", "mouse", "pen", "bot"] | None
    refresh_hz: float = Field(gt=0, le=1000)
    gaps_ms: list[float] = Field(max_length=2000)


class MomentRecord(Record):
    """Something that happened between steps."""

    kind: Literal["moment"] = "moment"
    event: Literal["rest", "pause", "continue", "hidden", "shown", "offline", "online", "instruction"]


class EndRecord(Record):
    """The last record of a sitting that was left or completed on purpose."""

    kind: Literal["end"] = "end"
    outcome: Literal["completed", "left"]


AnyRecord = Annotated[
    DeviceRecord | RoundRecord | StepRecord | TrialRecord | MomentRecord | EndRecord,
    Field(discriminator="kind"),
]
Records: TypeAdapter[list[AnyRecord]] = TypeAdapter(Annotated[list[AnyRecord], Field(max_length=MOST_RECORDS)])


class Chunk(BaseModel):
    """A run of records on its way to the server.

    `number` counts from 1 within the sitting; `previous` is the hash of the chunk before, or the sitting's
    `chain_start` for the first; `body` is a JSON list of records.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)
    number: int = Field(ge=1, le=100_000)
    previous: Hash
    body: str = Field(max_length=MOST_BODY_BYTES)
    hash: Hash


def chunk_hash(previous: str, number: int, body: str) -> str:
    """Return SHA-256, in hex, of previous, number and body joined by line feeds, in UTF-8."""
    return hashlib.sha256(f"{previous}\n{number}\n{body}".encode()).hexdigest()
