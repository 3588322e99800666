from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.chance import Chance, Deck, passes

SEEDS = st.binary(max_size=32)


def test_the_draws_of_a_seed_are_the_same_on_every_machine_and_python() -> None:
    # Worked out once with the plain definition: SHAKE-256 over HMAC-SHA-256, 256 big-endian words a batch, last first.
    key = hmac.new(b"seed", b"label", "sha256").digest()
    spread = b"".join(hashlib.shake_256(key + n.to_bytes(4, "big")).digest(1024) for n in range(1))
    expected = [int.from_bytes(spread[at : at + 4], "big") % 2**16 for at in range(0, 1024, 4)][::-1]
    chance = Chance(b"seed", "label")
    assert [chance.below(2**16) for _ in range(256)] == expected


def test_streams_with_other_labels_or_seeds_differ() -> None:
    drawn = [[Chance(seed, label).below(2**32) for _ in range(1)] for seed in (b"a", b"b") for label in ("x", "y")]
    assert len({tuple(numbers) for numbers in drawn}) == 4


def test_the_stream_never_runs_dry_and_does_not_repeat_its_first_batch() -> None:
    chance = Chance(b"seed", "label")
    first, second = ([chance.below(2**32) for _ in range(256)] for _ in range(2))
    assert first != second


def test_numbers_are_fair_even_where_the_limit_does_not_divide_the_range() -> None:
    chance = Chance(b"seed", "fair")
    counts = Counter(chance.below(3) for _ in range(30_000))
    # Chi-square with 2 degrees of freedom: 13.8 is its 99.9th percentile.
    assert sum((count - 10_000) ** 2 / 10_000 for count in counts.values()) < 13.8
    # Without drawing again, the remainder of this limit would come twice as often as the rest.
    big = Chance(b"seed", "big")
    low = sum(big.below(3 * 2**30) < 2**30 for _ in range(3000))
    assert 900 < low < 1100


@given(SEEDS, st.lists(st.integers(), max_size=40))
def test_shuffling_keeps_everything(seed: bytes, things: list[int]) -> None:
    assert Counter(Chance(seed, "shuffle").shuffled(things)) == Counter(things)


def test_every_order_of_three_things_comes_about_equally_often() -> None:
    chance = Chance(b"seed", "orders")
    counts = Counter("".join(chance.shuffled("abc")) for _ in range(6000))
    assert len(counts) == 6
    assert sum((count - 1000) ** 2 / 1000 for count in counts.values()) < 20.5  # 99.9th percentile, 5 df


@given(SEEDS, st.integers(2, 30), st.integers(0, 120))
def test_a_deck_deals_evenly_and_never_twice_in_a_row(seed: bytes, size: int, dealt: int) -> None:
    deck = Deck(range(size), Chance(seed, "deck"))
    drawn = [deck.deal() for _ in range(dealt)]
    counts = Counter(drawn)
    assert all(one != other for one, other in pairwise(drawn))
    if dealt:
        assert max(counts.values()) - min(counts[thing] for thing in range(size)) <= 1


@given(SEEDS, st.integers(3, 20), st.lists(st.integers(0, 19), max_size=80))
def test_a_deck_avoids_what_it_is_asked_to_avoid(seed: bytes, size: int, unlike: list[int]) -> None:
    deck = Deck(range(size), Chance(seed, "deck"))
    last = None
    for banned in unlike:
        thing = deck.deal(unlike=banned % size)
        assert thing not in {banned % size, last}
        last = thing


def test_a_deck_of_one_deals_it_again_and_again() -> None:
    deck = Deck(["only"], Chance(b"seed", "deck"))
    assert [deck.deal(), deck.deal(unlike="only")] == ["only", "only"]


@given(SEEDS, st.integers(1, 9))
def test_passes_go_through_everything_before_they_begin_again(seed: bytes, size: int) -> None:
    drawn = list(islice(passes(range(size), Chance(seed, "passes")), 3 * size))
    assert [sorted(drawn[at : at + size]) for at in range(0, 3 * size, size)] == [list(range(size))] * 3


def test_picking_from_nothing_is_a_fault() -> None:
    with pytest.raises(ZeroDivisionError):
        Chance(b"seed", "none").pick([])
