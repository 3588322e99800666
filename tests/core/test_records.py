from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from daybreak.core.records import MOST_RECORDS, Chunk, MomentRecord, Records, chunk_hash

CHAIN = json.loads((Path(__file__).parents[1] / "contract/chunks.json").read_text(encoding="utf-8"))


def test_the_chain_shared_with_the_player_holds_from_start_to_end() -> None:
    previous = "0" * 64
    for number, link in enumerate(CHAIN, start=1):
        chunk = Chunk.model_validate(link)
        assert (chunk.number, chunk.previous) == (number, previous)
        assert chunk.hash == hashlib.sha256(f"{previous}\n{number}\n{chunk.body}".encode()).hexdigest()
        previous = chunk_hash(chunk.previous, chunk.number, chunk.body)
        assert previous == chunk.hash


def test_a_hash_depends_on_everything_it_covers() -> None:
    good = ("0" * 64, 1, "[]")
    others = [("1" * 64, 1, "[]"), ("0" * 64, 2, "[]"), ("0" * 64, 1, "[ ]")]
    assert len({chunk_hash(*values) for values in [good, *others]}) == 4


def test_records_are_told_apart_by_their_kind_and_limited_in_number() -> None:
    one = {"kind": "moment", "at": 1, "event": "rest"}
    assert Records.validate_python([one]) == [MomentRecord(at=1, event="rest")]
    with pytest.raises(ValidationError, match="at most 200 items"):
        Records.validate_python([one] * (MOST_RECORDS + 1))
    with pytest.raises(ValidationError, match="does not match any of the expected tags"):
        Records.validate_python([{**one, "kind": "secret"}])


@pytest.mark.parametrize("at", [-1, float("nan"), float("inf")])
def test_times_that_cannot_be_are_refused(at: float) -> None:
    with pytest.raises(ValidationError):
        MomentRecord(at=at, event="rest")
