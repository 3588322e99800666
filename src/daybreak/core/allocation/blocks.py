"""Permuted blocks of varied sizes within strata.

A block holds each arm in proportion to its ratio, in a drawn order; the size of each block is drawn too, so that its
last places cannot be counted out (Rosenberger & Lachin, Randomization in Clinical Trials, 2016, chapter 3). Everything
is drawn from the seed by `core/chance.py`, one stream for each stratum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import gcd

from daybreak.core.chance import Chance
from daybreak.core.errors import StudyFileError


@dataclass(frozen=True)
class Place:
    """One place of a list: `position` and `block` count from 1, `size` is of the block it stands in."""

    position: int
    block: int
    size: int
    arm: str


def block_places(seed: bytes, stratum: str, ratios: Mapping[str, int], sizes: Sequence[int]) -> Iterator[Place]:
    """Yield the places of one stratum's list, without end; the same seed and stratum give the same list.

    Args:
        seed: 32 secret bytes.
        stratum: which list; lists of different strata are independent.
        ratios: arm to its share.
        sizes: of blocks; each a multiple of the sum of the ratios in their lowest terms.

    Raises:
        StudyFileError: there is no size, or one is not such a multiple.
    """
    whole = sum(ratios.values())
    least = whole // gcd(*ratios.values())
    wrong = [size for size in sizes if size <= 0 or size % least]
    if wrong or not sizes:
        said = f"a block of {wrong[0]} cannot hold the arms in their ratio." if wrong else "there is no block size."
        raise StudyFileError(said, where="allocation.block_sizes", remedy=f"Write multiples of {least}.")
    return _places(Chance(seed, f"blocks:{stratum}"), ratios, tuple(sizes), whole)


def _places(chance: Chance, ratios: Mapping[str, int], sizes: tuple[int, ...], whole: int) -> Iterator[Place]:
    position = count(1)
    for block in count(1):
        size = chance.pick(sizes)
        held = [arm for arm, ratio in ratios.items() for _ in range(ratio * size // whole)]
        for arm in chance.shuffled(held):
            yield Place(next(position), block, size, arm)
