"""Permuted blocks: balance, ratio, one list a seed, and nothing to foresee where block sizes vary."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby, islice, permutations
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.allocation.blocks import Place, block_places
from daybreak.core.chance import Chance
from daybreak.core.errors import StudyFileError

SEED = bytes(range(32))
SEEDS = st.binary(min_size=32, max_size=32)
TWO = {"a": 1, "b": 1}


@st.composite
def rules(draw: st.DrawFn) -> tuple[dict[str, int], list[int]]:
    """Draw arms with ratios, and block sizes that fit them."""
    ratios = {f"arm-{number}": draw(st.integers(1, 4)) for number in range(draw(st.integers(1, 5)))}
    times = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True))
    return ratios, [sum(ratios.values()) * time for time in times]


def first(seed: bytes, count: int, ratios: dict[str, int], sizes: Sequence[int], stratum: str = "s") -> list[Place]:
    return list(islice(block_places(seed, stratum, ratios, sizes), count))


def whole_blocks(places: list[Place]) -> list[list[Place]]:
    blocks = [list(block) for _, block in groupby(places, lambda place: place.block)]
    return [block for block in blocks if len(block) == block[0].size]


@given(SEEDS, rules())
def test_every_completed_block_holds_each_arm_by_its_ratio(
    seed: bytes, given_: tuple[dict[str, int], list[int]]
) -> None:
    ratios, sizes = given_
    blocks = whole_blocks(first(seed, 4 * max(sizes), ratios, sizes))
    assert len(blocks) >= 3
    for block in blocks:
        assert block[0].size in sizes
        assert Counter(place.arm for place in block) == {
            arm: ratio * block[0].size // sum(ratios.values()) for arm, ratio in ratios.items()
        }


@given(SEEDS, rules(), st.integers(1, 200))
def test_at_no_moment_is_an_arm_further_off_its_share_than_half_a_block(
    seed: bytes, given_: tuple[dict[str, int], list[int]], count: int
) -> None:
    ratios, sizes = given_
    counts = Counter(place.arm for place in first(seed, count, ratios, sizes))
    whole = sum(ratios.values())
    for arm, ratio in ratios.items():
        share = Fraction(ratio, whole)
        assert abs(counts[arm] - count * share) <= max(sizes) * share * (1 - share)


@given(SEEDS, rules())
def test_places_count_from_one_and_the_same_seed_gives_the_same_list(
    seed: bytes, given_: tuple[dict[str, int], list[int]]
) -> None:
    ratios, sizes = given_
    once, longer = first(seed, 40, ratios, sizes), first(seed, 60, ratios, sizes)
    assert [place.position for place in longer] == list(range(1, 61))
    assert longer[:40] == once


@pytest.mark.evidence("double", "the definition of the list in docs/allocation.md, written out plainly")
@given(SEEDS)
def test_a_list_is_what_anybody_computes_from_its_seed(seed: bytes) -> None:
    chance, expected = Chance(seed, "blocks:site=harbour"), list[str]()
    while len(expected) < 30:
        size = (3, 6)[chance.below(2)]
        block = ["x"] * (size // 3) + ["y"] * (size // 3) + ["z"] * (size // 3)
        for last in reversed(range(1, size)):
            other = chance.below(last + 1)
            block[last], block[other] = block[other], block[last]
        expected += block
    drawn = first(seed, 30, {"x": 1, "y": 1, "z": 1}, (3, 6), "site=harbour")
    assert [place.arm for place in drawn] == expected[:30]


def test_lists_of_different_strata_and_seeds_are_independent() -> None:
    # Two independent fair lists agree at half of the places; 4000 places give a standard error below 0.01.
    base = first(SEED, 4000, TWO, (2, 4, 6))
    for seed, stratum in ((SEED, "other"), (bytes(32), "s")):
        other = first(seed, 4000, TWO, (2, 4, 6), stratum)
        agree = sum(one.arm == two.arm for one, two in zip(base, other, strict=True)) / 4000
        assert abs(agree - 0.5) < 0.04


def probabilities(count: int, sizes: Sequence[int]) -> dict[str, Fraction]:
    """Return how likely each beginning of a fair two-arm list is: every size and every order counted out."""
    likely: dict[str, Fraction] = defaultdict(Fraction)
    for size in sizes:
        orders = {"".join(order) for order in permutations("ab" * (size // 2))}
        for order in orders:
            share = Fraction(1, len(sizes) * len(orders))
            rest = probabilities(count - size, sizes) if count > size else {"": Fraction(1)}
            for end, chance in rest.items():
                likely[(order + end)[:count]] += share * chance
    return dict(likely)


@pytest.mark.evidence("double", "all sizes and orders counted out")
def test_beginnings_come_about_as_often_as_the_method_says() -> None:
    drawn = Counter(
        "".join(place.arm for place in first(number.to_bytes(32, "big"), 4, TWO, (2, 4))) for number in range(8000)
    )
    likely = probabilities(4, (2, 4))
    assert set(drawn) == set(likely)
    square = sum((drawn[way] - 8000 * float(p)) ** 2 / (8000 * float(p)) for way, p in likely.items())
    assert square < 20.5  # 99.9th percentile of chi-square with 5 degrees of freedom


def open_sizes(prefix: str, sizes: Sequence[int], at: int = 0) -> Iterator[tuple[int, str]]:
    """Yield, for each way the prefix may have come about, the size of the open block and what it holds."""
    for size in sizes:
        part = prefix[at : at + size]
        if max(Counter(part).values(), default=0) > size // 2:
            continue
        if at + size > len(prefix):
            yield size, part
        else:
            yield from open_sizes(prefix, sizes, at + size)


def test_whoever_knows_all_before_and_the_sizes_is_certain_of_a_place_only_where_one_size_fits() -> None:
    certain = 0
    for length in range(1, 8):
        likely = probabilities(length + 1, (2, 4))
        for prefix in {way[:length] for way in likely}:
            nexts = {way[length] for way in likely if way[:length] == prefix}
            if len(nexts) == 1:
                certain += 1
                assert len({size for size, _ in open_sizes(prefix, (2, 4))}) == 1, prefix
    assert certain  # such places exist, and docs/allocation.md says so


def test_with_one_size_the_last_place_of_each_block_can_be_counted_out_and_with_two_most_cannot() -> None:
    def foreseen(sizes: Sequence[int]) -> Fraction:
        likely, sure = probabilities(8, sizes), Fraction(0)
        for length in range(8):
            for way, p in likely.items():
                nexts = {other[length] for other in likely if other[:length] == way[:length]}
                sure += p if len(nexts) == 1 else 0
        return sure / 8

    assert foreseen((4,)) == Fraction(1, 3)
    assert foreseen((2, 4)) < Fraction(1, 7)


@pytest.mark.evidence("reference", "guessing the arm that lags: shares of right guesses in the design's statistics.md")
@pytest.mark.parametrize(("size", "share"), [(2, 0.75), (4, 0.708333), (6, 0.683333), (8, 0.666071)])
def test_guessing_the_arm_that_lags_is_right_as_often_as_is_known(size: int, share: float) -> None:
    exact = Fraction(0)
    orders = {"".join(order) for order in permutations("ab" * (size // 2))}
    for order in orders:
        exact += sum(right_guesses(order), Fraction(0)) / (size * len(orders))
    assert float(exact) == pytest.approx(share, abs=5e-7)
    places = first(SEED, 4000 * size, TWO, (size,))
    blocks = ["".join(place.arm for place in block) for block in whole_blocks(places)]
    drawn = sum(float(sum(right_guesses(block), Fraction(0))) for block in blocks) / len(places)
    assert drawn == pytest.approx(share, abs=4 * sqrt(0.25 / len(places)))


def right_guesses(block: str) -> Iterator[Fraction]:
    """Yield the chance of each guess in a block to be right, if the arm seen less often so far is guessed."""
    for at, arm in enumerate(block):
        seen = Counter(block[:at])
        behind = seen["a"] - seen["b"]
        yield Fraction(1, 2) if behind == 0 else Fraction(int(arm == ("b" if behind > 0 else "a")))


def test_a_ratio_that_is_not_in_lowest_terms_gives_the_list_of_the_one_that_is() -> None:
    double, single = (
        list(islice(block_places(bytes(32), "everyone", ratios, (3, 6)), 60))
        for ratios in ({"a": 4, "b": 2}, {"a": 2, "b": 1})
    )
    assert double == single


@pytest.mark.parametrize(
    ("sizes", "says"),
    [
        ((), "allocation.block_sizes: there is no block size. Write multiples of 3."),
        ((3, 4), "allocation.block_sizes: a block of 4 cannot hold the arms in their ratio. Write multiples of 3."),
        ((0,), "allocation.block_sizes: a block of 0 cannot hold the arms in their ratio. Write multiples of 3."),
        ((-3,), "allocation.block_sizes: a block of -3 cannot hold the arms in their ratio. Write multiples of 3."),
    ],
)
def test_sizes_that_cannot_hold_the_ratio_are_refused_in_one_sentence(sizes: tuple[int, ...], says: str) -> None:
    with pytest.raises(StudyFileError) as refused:
        block_places(SEED, "s", {"a": 2, "b": 1}, sizes)
    assert str(refused.value) == says
