"""Laws of the fold: the counts depend on which records came, not on their order or on how often."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.records import AnyRecord, EndRecord, RoundRecord, StepRecord
from daybreak.server.training.fold import Facts, fold

ROUNDS = ["r-1", "r-2", "r-3", "r-4"]
EXPOSURES = [f"s-{number}" for number in range(20)]

steps = st.builds(
    StepRecord,
    at=st.just(0.0),
    step=st.sampled_from([*EXPOSURES, "practice", "unknown"]),
    attempt=st.integers(1, 3),
    status=st.sampled_from(["ok", "long", "missed", "hidden"]),
    answer=st.none(),
    correct=st.none(),
    late=st.just(False),
    rt_ms=st.none(),
    input=st.none(),
    refresh_hz=st.just(60.0),
    shown=st.just({}),
    gaps_ms=st.just([]),
    refresh_runs=st.just([]),
)
rounds = st.builds(
    RoundRecord, at=st.just(0.0), event=st.sampled_from(["start", "end"]), round=st.sampled_from([*ROUNDS, "other"])
)
ends = st.builds(EndRecord, at=st.just(0.0), outcome=st.sampled_from(["completed", "left"]))
chunks = st.lists(st.lists(st.one_of(steps, rounds, ends), max_size=12), max_size=8)


def folded(some: list[list[AnyRecord]]) -> Facts:
    facts = Facts()
    for records in some:
        facts = fold(facts, ROUNDS, EXPOSURES, records)
    return facts


@given(chunks, st.randoms(use_true_random=False))
def test_the_order_of_chunks_does_not_matter(some: list[list[AnyRecord]], chance: Random) -> None:
    mixed = list(some)
    chance.shuffle(mixed)
    assert folded(mixed) == folded(some)


@given(chunks)
def test_folding_a_chunk_again_changes_nothing(some: list[list[AnyRecord]]) -> None:
    assert folded([*some, *some]) == folded(some)


@given(chunks)
def test_the_counts_are_those_of_a_plain_count(some: list[list[AnyRecord]]) -> None:
    records = [record for chunk in some for record in chunk]
    ended = {record.round for record in records if isinstance(record, RoundRecord) and record.event == "end"}
    done = 0
    while done < len(ROUNDS) and ROUNDS[done] in ended:
        done += 1
    valid = {
        record.step
        for record in records
        if isinstance(record, StepRecord) and record.status == "ok" and record.step in EXPOSURES
    }
    facts = folded(some)
    assert (facts.rounds_done, facts.valid_exposures) == (done, len(valid))
    assert facts.end_said == any(isinstance(record, EndRecord) and record.outcome == "completed" for record in records)
