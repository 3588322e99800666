"""D scores of the implicit association test, by the improved algorithm.

Greenwald, Nosek and Banaji, J Pers Soc Psychol 2003;85:197-216, table 4. Rounds 3 and 6 are the practice part, 4 and
7 the test part; in each part D is the difference of the two pairings' mean latencies over their common standard
deviation, and a person's D is the mean of both parts. Latencies over 10,000 ms are dropped; a person with more than
one in ten under 300 ms has no score. The six ways to treat errors and fast responses:

    d1  the latency up to the right key holds the penalty already      d2  likewise, without those under 400 ms
    d3  an error counts as the mean of the right ones + 2 SD           d5  likewise, without those under 400 ms
    d4  an error counts as the mean of the right ones + 600 ms         d6  likewise, without those under 400 ms
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import fmean, stdev
from typing import Literal

from daybreak.core.errors import DaybreakError

Pairing = Literal["a", "b"]
Part = Literal["practice", "test"]
Kind = Literal["d1", "d2", "d3", "d4", "d5", "d6"]
Spread = Literal["after", "before"]
Split = Literal["pairs", "steps"]

PAIRINGS: tuple[Pairing, ...] = ("a", "b")
PARTS: tuple[Part, ...] = ("practice", "test")
KINDS: tuple[Kind, ...] = ("d1", "d2", "d3", "d4", "d5", "d6")
TOO_SLOW_MS = 10_000.0
FAST_MS = 300.0
MOST_FAST = 0.10
SHORT_MS = 400.0
WITHOUT_SHORT: frozenset[Kind] = frozenset({"d2", "d5", "d6"})
PENALTY_MS = 600.0
PENALTY_SDS = 2.0


class IatError(DaybreakError):
    """Responses that give no score, or no reliability, in any way."""

    code = "iat"


@dataclass(frozen=True)
class Response:
    """One answer: the pairing and part of its round, its latency in ms, and whether it was right at once."""

    pairing: Pairing
    part: Part
    latency_ms: float
    correct: bool


@dataclass(frozen=True)
class IatScore:
    """A person's score. Positive where pairing `b` took longer than `a`.

    `d` and `parts` are None where the person or a part has none; `why` says it. `dropped` counts the latencies over
    10,000 ms, `fast` is the share under 300 ms among the others, `errors` the share of wrong answers.
    """

    kind: Kind
    d: float | None
    parts: Mapping[Part, float | None]
    used: int
    dropped: int
    fast: float
    errors: float
    why: str = ""


def score(responses: Iterable[Response], kind: Kind = "d1", *, spread: Spread = "after") -> IatScore:
    """Return the D score of one person.

    Args:
        responses: those of the critical rounds, in any order; 3 and 6 are `practice`, 4 and 7 `test`.
        kind: how errors and fast answers are treated.
        spread: whether the standard deviation is taken `after` errors were replaced (the default) or `before`; the
            paper can be read both ways, and D differs by up to 0.4. Without meaning for d1 and d2.
    """
    every = list(responses)
    timely = [one for one in every if one.latency_ms <= TOO_SLOW_MS]
    if not timely:
        return IatScore(kind, None, dict.fromkeys(PARTS), 0, len(every), 0.0, 0.0, "no answer within 10 seconds")
    fast = sum(one.latency_ms < FAST_MS for one in timely) / len(timely)
    errors = sum(not one.correct for one in timely) / len(timely)
    kept = [one for one in timely if kind not in WITHOUT_SHORT or one.latency_ms >= SHORT_MS]
    parts = {part: _part([one for one in kept if one.part == part], kind, spread) for part in PARTS}
    found = [value for value in parts.values() if value is not None]
    d, why = (fmean(found), "") if len(found) == len(PARTS) else (None, "a round has too few answers")
    if fast > MOST_FAST:
        d, why = None, "more than one answer in ten was faster than 300 ms"
    return IatScore(kind, d, parts, len(kept), len(every) - len(timely), fast, errors, why)


def _part(responses: Sequence[Response], kind: Kind, spread: Spread) -> float | None:
    """Return D of one part; None where a pairing has no right answer or nothing varies."""
    rounds = {pairing: [one for one in responses if one.pairing == pairing] for pairing in PAIRINGS}
    replaced = {pairing: _replaced(answers, kind) for pairing, answers in rounds.items()}
    if not all(replaced.values()):
        return None
    taken = replaced if spread == "after" else {pairing: _latencies(answers) for pairing, answers in rounds.items()}
    pooled = [latency for latencies in taken.values() for latency in latencies]
    deviation = stdev(pooled) if len(pooled) > 1 else 0.0
    return (fmean(replaced["b"]) - fmean(replaced["a"])) / deviation if deviation else None


def _latencies(answers: Sequence[Response]) -> list[float]:
    return [one.latency_ms for one in answers]


def _replaced(answers: Sequence[Response], kind: Kind) -> list[float]:
    """Return the latencies of a round with each error's replaced; empty where there is nothing to replace it by."""
    if kind in ("d1", "d2") or all(one.correct for one in answers):
        return _latencies(answers)
    right = [one.latency_ms for one in answers if one.correct]
    by_spread = kind in ("d3", "d5")
    if len(right) < (2 if by_spread else 1):
        return []
    penalty = PENALTY_SDS * stdev(right) if by_spread else PENALTY_MS
    return [one.latency_ms if one.correct else fmean(right) + penalty for one in answers]


@dataclass(frozen=True)
class Reliability:
    """Split-half reliability: of how many people, the halves' correlation, and Spearman-Brown's for the whole."""

    people: int
    halves: float
    whole: float


def split_half(
    people: Iterable[Sequence[Response]], kind: Kind = "d1", *, spread: Spread = "after", split: Split = "pairs"
) -> Reliability:
    """Return how well the two halves of each round's answers agree over people.

    Args:
        people: each person's responses, in the order they were given.
        kind: as in `score`.
        spread: as in `score`.
        split: `pairs` puts the first two answers of a round into one half, the next two into the other, and so on;
            `steps` splits odd from even ones. Where persons and qualities take turns, as in our own plans, odd and
            even would set persons against qualities.

    Raises:
        IatError: fewer than three people have a score in both halves, or all have the same.
    """
    pairs = []
    for responses in people:
        halves = [score(half, kind, spread=spread).d for half in halves_of(responses, split)]
        if None not in halves:
            pairs.append((halves[0], halves[1]))
    least = 3
    if len(pairs) < least:
        raise IatError("Fewer than three people have a score in both halves.", remedy="Split-half needs more people.")
    first, second = ([float(pair[side] or 0.0) for pair in pairs] for side in (0, 1))
    halves_agree = correlation_of(first, second)
    if halves_agree <= -1:
        raise IatError("The halves run exactly against each other.", remedy="Look at the order of the answers.")
    return Reliability(len(pairs), halves_agree, 2 * halves_agree / (1 + halves_agree))


def halves_of(responses: Iterable[Response], split: Split = "pairs") -> tuple[list[Response], list[Response]]:
    """Return the two halves of a person's responses, each round split by itself before any answer is dropped."""
    run = 2 if split == "pairs" else 1
    places: dict[tuple[Pairing, Part], int] = defaultdict(int)
    halves: tuple[list[Response], list[Response]] = ([], [])
    for one in responses:
        halves[places[one.pairing, one.part] // run % 2].append(one)
        places[one.pairing, one.part] += 1
    return halves


def correlation_of(first: Sequence[float], second: Sequence[float]) -> float:
    """Return Pearson's correlation of two equally long lists.

    Raises:
        IatError: one of them does not vary.
    """
    mean_first, mean_second = fmean(first), fmean(second)
    together = sum((a - mean_first) * (b - mean_second) for a, b in zip(first, second, strict=True))
    spread = sum((a - mean_first) ** 2 for a in first) * sum((b - mean_second) ** 2 for b in second)
    if not spread:
        raise IatError("All scores of a half are the same.", remedy="Split-half needs scores that differ.")
    return together / sqrt(spread)


def turned(result: IatScore) -> IatScore:
    """Return a score with the pairings exchanged: what `a` was, `b` is."""
    flipped = {part: None if value is None else -value for part, value in result.parts.items()}
    return replace(result, d=None if result.d is None else -result.d, parts=flipped)
