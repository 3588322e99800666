"""A whole list as text, and the hash that is published before anybody is enrolled.

The commitment is the SHA-256 of the seed in hex, a line end, and the list's canonical text. Without the seed nobody can
guess a list and test the guess; with it, at the end, anybody can draw the list again and compare.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, product

from daybreak.core.allocation.blocks import Place, block_places

SITE = "site"


def first_places(
    seed: bytes, stratum: str, ratios: Mapping[str, int], sizes: Sequence[int], at_least: int
) -> tuple[Place, ...]:
    """Return the first places of a stratum's list: `at_least` so many, and on to the end of the last block.

    Raises:
        StudyFileError: a block size does not fit the ratios.
    """
    places = block_places(seed, stratum, ratios, sizes)
    taken = list(islice(places, at_least))
    if not taken:
        return ()
    in_last = sum(place.block == taken[-1].block for place in taken)
    return (*taken, *islice(places, taken[-1].size - in_last))


def list_text(stratum: str, places: Iterable[Place]) -> str:
    """Return the canonical text of a list: one line for each place, with stratum, position, block, size and arm."""
    rows = (f"{stratum},{place.position},{place.block},{place.size},{place.arm}\n" for place in places)
    return "stratum,position,block,size,arm\n" + "".join(rows)


def commitment(seed: bytes, text: str) -> str:
    """Return the SHA-256, in hex, that is published for a list with this seed and canonical text."""
    return hashlib.sha256(f"{seed.hex()}\n{text}".encode()).hexdigest()


def stratum_name(levels: Mapping[str, str]) -> str:
    """Return the name of a stratum: `site=harbour;severity=severe`, or `everyone` where there are no strata."""
    return ";".join(f"{factor}={level}" for factor, level in levels.items()) or "everyone"


def strata_of(factors: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Return every combination of the factors' levels."""
    return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]
