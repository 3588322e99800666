"""Figures that are not known well: the points of their grid, and what each block of trials draws of the others.

The draws of a block hang on seed and block number alone. They are spread evenly, so that fewer do: blocks go in turn to
`GROUPS` groups, and the blocks of a group take the points of a randomised Halton sequence, a base for each figure and
Owen's nested scrambling (Ann Stat 1997;25:1541-1562) of its digits. The groups are scrambled independently, so how far
they lie apart tells the error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from scipy import special

from daybreak.core.errors import StudyFileError
from daybreak.core.study.assumed import RangeRules
from daybreak.simulation.design import LIMITS

GROUPS = 8
MOST_POINTS = 1000
BASES = ((2, 24), (3, 15), (5, 10), (7, 9), (11, 7))
"""Base and digits for one figure after the other; so many digits tell more blocks apart than can be asked for."""
OWN_KEY = 1 << 63
"""Where the keys of these draws begin, beyond every block's own."""
WHERE = "[[assumptions.ranges]]"


def points_of(ranges: Sequence[RangeRules]) -> list[dict[str, float]]:
    """Return every combination of the values of those ranges that list some; one empty point if none does.

    Raises:
        StudyFileError: a figure that cannot be so large or small, or too many points.
    """
    for given in ranges:
        _check(given)
    grids = [given for given in ranges if given.values]
    count = int(np.prod([len(given.values) for given in grids]))
    if count > MOST_POINTS:
        remedy = f"List fewer values; {MOST_POINTS} points are the most."
        raise StudyFileError(f"the values make {count} points.", where=WHERE, remedy=remedy)
    names = [given.of for given in grids]
    return [dict(zip(names, point, strict=True)) for point in product(*(given.values for given in grids))]


def drawn_of(ranges: Sequence[RangeRules]) -> tuple[RangeRules, ...]:
    """Return those ranges that are distributions."""
    return tuple(given for given in ranges if not given.values)


def values_of(drawn: Sequence[RangeRules], seed: int, block: int) -> dict[str, float]:
    """Return what a block of trials assumes of each figure."""
    group, place = block % GROUPS, block // GROUPS
    evenly = (_scrambled(place, which, (seed, OWN_KEY + group)) for which in range(len(drawn)))
    return {given.of: _value(given, share) for given, share in zip(drawn, evenly, strict=True)}


def told(given: RangeRules) -> str:
    """Return a range in words."""
    if given.values:
        return f"{given.of} {', '.join(f'{value:g}' for value in given.values)}"
    if given.mean is not None:
        return f"{given.of} normal, mean {given.mean:g}, SD {given.sd:g}"
    return f"{given.of} uniform, {given.low:g} to {given.high:g}"


def at(values: Mapping[str, float]) -> str:
    """Return some figures in words."""
    return ", ".join(f"{name} {value:.4g}" for name, value in values.items())


def _check(given: RangeRules) -> None:
    low, high = LIMITS[given.of]
    for value in (*given.values, given.mean, given.low, given.high):
        if value is not None and not low <= value <= high:
            says = f"{given.of} cannot be {value:g}."
            raise StudyFileError(says, where=WHERE, remedy=f"Write numbers from {low:g} to {high:g}.")


def _value(given: RangeRules, share: float) -> float:
    """Return the value below which this share of the distribution lies; a normal one is cut off at what can be."""
    if given.low is not None and given.high is not None:
        return given.low + share * (given.high - given.low)
    mean, sd = given.mean or 0.0, given.sd or 1.0
    low, high = LIMITS[given.of]
    below, up_to = special.ndtr((low - mean) / sd), special.ndtr((high - mean) / sd)
    return float(np.clip(mean + sd * special.ndtri(below + share * (up_to - below)), low, high))


def _scrambled(place: int, which: int, key: tuple[int, int]) -> float:
    """Return a place's number from 0 to 1: its digits read backwards, each exchanged as those before it decide."""
    base, digits = BASES[which]
    share, prefix, left = 0.0, 0, place
    for level in range(digits):
        left, digit = divmod(left, base)
        exchanged = _stream(key, which, level, prefix).permutation(base)[digit]
        share += float(exchanged) / float(base) ** (level + 1)
        prefix += digit * base**level
    return share + float(_stream(key, which, digits, place).random()) / float(base) ** digits


def _stream(key: tuple[int, int], which: int, level: int, prefix: int) -> np.random.Generator:
    counter = np.array([0, prefix, level, which], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=np.array(key, dtype=np.uint64), counter=counter))
