"""D scores: against R's implicitMeasures for 24 people, a case by hand, and laws."""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.iat import (
    KINDS,
    PAIRINGS,
    PARTS,
    IatError,
    Kind,
    Pairing,
    Part,
    Response,
    correlation_of,
    halves_of,
    score,
    split_half,
    turned,
)

ORACLES = Path(__file__).parent / "oracles"
SCORES: dict[str, dict[Kind, float]] = json.loads((ORACLES / "iat.json").read_text())["scores"]


@cache
def people() -> dict[str, list[Response]]:
    found: dict[str, list[Response]] = {}
    pairings, parts = {each: each for each in PAIRINGS}, {each: each for each in PARTS}
    with (ORACLES / "iat.csv").open() as file:
        for row in csv.DictReader(file):
            one = Response(
                pairings[row["pairing"]],  # type: ignore[index]  # the file's words are those
                parts[row["part"]],  # type: ignore[index]
                float(row["latency_ms"]),
                row["correct"] == "1",
            )
            found.setdefault(row["participant"], []).append(one)
    return found


def responses(pairing: Pairing, part: Part, *latencies: float, wrong: float = -1) -> list[Response]:
    return [Response(pairing, part, latency, latency != wrong) for latency in latencies]


def by_hand(wrong: float = -1) -> list[Response]:
    return [
        *responses("a", "practice", 600, 700, 800, 900),
        *responses("b", "practice", 800, 900, 1000, 1100, wrong=wrong),
        *responses("a", "test", 500, 600, 700, 800),
        *responses("b", "test", 700, 800, 900, 1000),
    ]


RESPONSES = st.lists(
    st.builds(
        Response,
        st.sampled_from(PAIRINGS),
        st.sampled_from(PARTS),
        st.floats(301, 12_000).map(round),
        st.booleans(),
    ),
    min_size=8,
    max_size=80,
)


@pytest.mark.evidence("reference", "R package implicitMeasures 0.3.1, 24 people of its data set raw_data")
@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_those_of_r(kind: Kind) -> None:
    ours = {person: score(answers, kind).d for person, answers in people().items()}
    assert ours == {person: pytest.approx(scores[kind], abs=1e-9) for person, scores in SCORES.items()}


@pytest.mark.evidence("double", "worked by hand")
def test_a_case_worked_by_hand() -> None:
    assert score(by_hand()).d == pytest.approx(1.2472191289, abs=1e-9)
    assert score(by_hand(1100), "d4").d == pytest.approx(1.173959, abs=1e-6)
    assert score(by_hand(1100), "d4", spread="before").d == pytest.approx(1.559024, abs=1e-6)


def test_latencies_over_ten_seconds_do_not_count() -> None:
    slow = responses("a", "test", 10_001, 30_000)
    assert score([*by_hand(), *slow]).d == score(by_hand()).d
    assert score([*by_hand(), *slow]).dropped == 2
    assert score([*by_hand(), *responses("a", "test", 10_000)]).dropped == 0


def test_who_answers_too_fast_too_often_has_no_score() -> None:
    most = [*by_hand(), *by_hand()[:2], *responses("a", "test", 250, 299)]  # 2 of 20
    assert score(most).d is not None
    refused = score([*most, *responses("b", "test", 100)])
    assert refused.d is None
    assert "faster than 300 ms" in refused.why


def test_short_latencies_count_in_three_of_the_six_ways() -> None:
    with_short = [*by_hand(), *responses("a", "test", 390)]
    changed = {kind for kind in KINDS if score(with_short, kind).d != score(by_hand(), kind).d}
    assert changed == {"d1", "d3", "d4"}


def test_a_person_without_a_round_has_no_score() -> None:
    without = [one for one in by_hand() if (one.pairing, one.part) != ("b", "test")]
    assert score(without).d is None
    assert score(without).parts["practice"] is not None
    assert score([]).why == "no answer within 10 seconds"
    assert score(responses("a", "test", 20_000)).d is None


@given(RESPONSES, st.sampled_from(KINDS))
def test_exchanging_the_pairings_turns_the_sign(answers: list[Response], kind: Kind) -> None:
    other: dict[Pairing, Pairing] = {"a": "b", "b": "a"}
    exchanged = [Response(other[one.pairing], one.part, one.latency_ms, one.correct) for one in answers]
    expected = turned(score(answers, kind))
    found = score(exchanged, kind)
    assert found.d == (None if expected.d is None else pytest.approx(expected.d, abs=1e-9))


@given(RESPONSES, st.sampled_from(KINDS), st.randoms())
def test_the_order_of_answers_does_not_matter(answers: list[Response], kind: Kind, chance: object) -> None:
    shuffled = list(answers)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    found, expected = score(shuffled, kind).d, score(answers, kind).d
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-9))


@given(st.lists(st.lists(st.integers(1, 10_000), min_size=5, max_size=5, unique=True), min_size=4, max_size=4))
def test_between_rounds_of_equal_length_a_score_lies_within_two(latencies: list[list[int]]) -> None:
    rounds = [(pairing, part) for pairing in PAIRINGS for part in PARTS]
    found = score(one for at, four in zip(rounds, latencies, strict=True) for one in responses(*at, *four)).parts
    assert all(value is not None and -2 < value < 2 for value in found.values())


@given(RESPONSES, st.floats(0.4, 0.8))
def test_who_is_quicker_in_everything_by_the_same_factor_keeps_d1_and_d3(answers: list[Response], less: float) -> None:
    timely = [one for one in answers if one.latency_ms <= 10_000]
    quicker = [Response(one.pairing, one.part, one.latency_ms * less, one.correct) for one in timely]
    kinds: tuple[Kind, Kind] = ("d1", "d3")
    for kind in kinds:
        found, expected = score(quicker, kind).parts, score(timely, kind).parts
        assert found == {part: None if one is None else pytest.approx(one, abs=1e-6) for part, one in expected.items()}


@given(RESPONSES, st.sampled_from(["pairs", "steps"]))
def test_halves_share_out_every_answer_evenly(answers: list[Response], split: str) -> None:
    halves = halves_of(answers, "pairs" if split == "pairs" else "steps")
    assert sorted(map(repr, halves[0] + halves[1])) == sorted(map(repr, answers))
    for at in [(pairing, part) for pairing in PAIRINGS for part in PARTS]:
        one, other = (sum((each.pairing, each.part) == at for each in half) for half in halves)
        assert 0 <= one - other <= (2 if split == "pairs" else 1)


def test_pairs_of_answers_go_to_the_halves_in_turn_or_single_ones_where_asked() -> None:
    six = responses("a", "test", 1, 2, 3, 4, 5, 6)
    assert [[one.latency_ms for one in half] for half in halves_of(six)] == [[1, 2, 5, 6], [3, 4]]
    assert [[one.latency_ms for one in half] for half in halves_of(six, "steps")] == [[1, 3, 5], [2, 4, 6]]


def test_reliability_is_the_correlation_of_the_halves_scores_stepped_up() -> None:
    halves = [[score(half, "d4").d or 0.0 for half in halves_of(one, "steps")] for one in people().values()]
    between = correlation_of([one for one, _ in halves], [other for _, other in halves])
    found = split_half(people().values(), "d4", split="steps")
    assert found.halves == pytest.approx(between)
    assert found.whole == pytest.approx(2 * between / (1 + between))
    assert split_half(people().values(), "d4").halves != found.halves


def test_halves_of_24_people_agree_as_published_ones_do() -> None:
    found = split_half(people().values())
    assert found.people == 24
    assert 0.67 < found.halves < found.whole < 1
    assert found.whole == pytest.approx(2 * found.halves / (1 + found.halves))


def test_reliability_needs_people_who_differ() -> None:
    with pytest.raises(IatError, match="Fewer than three"):
        split_half(list(people().values())[:2])
    with pytest.raises(IatError, match="the same"):
        split_half([by_hand()] * 3)


@pytest.mark.evidence("reference", "Anscombe 1973: correlation 0.81642 of the first of his four sets")
def test_a_correlation_is_the_published_one() -> None:
    x = [10.0, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
    y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68]
    assert correlation_of(x, y) == pytest.approx(0.81642, abs=1e-5)
