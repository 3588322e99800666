"""Lists as text, and what is published of them."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.allocation.listing import commitment, first_places, list_text, strata_of, stratum_name

SEED = bytes(range(32))
THREE = {"x": 1, "y": 1, "z": 1}


@given(st.binary(min_size=32, max_size=32), st.integers(1, 80), st.integers(1, 80))
def test_a_list_ends_with_a_whole_block_and_a_longer_one_only_goes_on(seed: bytes, count: int, more: int) -> None:
    short = first_places(seed, "s", THREE, (3, 6), count)
    longer = first_places(seed, "s", THREE, (3, 6), len(short) + more)
    assert count <= len(short) < count + 6
    assert sum(place.block == short[-1].block for place in short) == short[-1].size
    assert longer[: len(short)] == short


def test_a_list_of_no_places_is_empty() -> None:
    assert first_places(SEED, "s", THREE, (3,), 0) == ()


def test_the_canonical_text_has_one_line_a_place() -> None:
    text = list_text("site=harbour", first_places(SEED, "site=harbour", THREE, (3,), 2))
    head, *lines = text.splitlines()
    assert head == "stratum,position,block,size,arm"
    assert [line.rsplit(",", 1)[0] for line in lines] == [f"site=harbour,{at},1,3" for at in (1, 2, 3)]
    assert sorted(line[-1] for line in lines) == ["x", "y", "z"]
    assert text.endswith("\n")


def test_the_commitment_is_the_hash_of_seed_and_text_so_that_a_guessed_list_cannot_be_tested() -> None:
    text = list_text("s", first_places(SEED, "s", THREE, (3,), 3))
    assert commitment(SEED, text) == hashlib.sha256(SEED.hex().encode() + b"\n" + text.encode()).hexdigest()
    assert commitment(bytes(32), text) != commitment(SEED, text)


def test_strata_are_every_combination_of_their_levels() -> None:
    made = strata_of({"site": ("harbour", "hill"), "severity": ("moderate", "severe")})
    assert [stratum_name(levels) for levels in made] == [
        "site=harbour;severity=moderate",
        "site=harbour;severity=severe",
        "site=hill;severity=moderate",
        "site=hill;severity=severe",
    ]
    assert [stratum_name(levels) for levels in strata_of({})] == ["everyone"]
