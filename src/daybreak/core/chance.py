"""Chance that comes from a seed: the same seed and label give the same draws on every machine and Python.

Python's own generators may change how they shuffle from one release to the next; a training plan may not.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

BATCH = struct.Struct(">256I")


class Chance:
    """A stream of draws from HMAC-SHA-256(seed, label), spread out by SHAKE-256.

    Args:
        seed: the person's secret seed.
        label: what the draws are for; streams with different labels are independent.
    """

    def __init__(self, seed: bytes, label: str) -> None:
        self._key = hmac.digest(seed, label.encode(), "sha256")
        self._batch = 0
        self._waiting: list[int] = []

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 to `limit` - 1, each equally likely."""
        fair = (1 << 32) // limit * limit
        while (number := self._next()) >= fair:
            continue
        return number % limit

    def pick(self, things: Sequence[Thing]) -> Thing:
        """Draw one of `things`."""
        return things[self.below(len(things))]

    def shuffled(self, things: Iterable[Thing]) -> list[Thing]:
        """Return `things` in a drawn order (Fisher and Yates)."""
        drawn = list(things)
        for last in range(len(drawn) - 1, 0, -1):
            other = self.below(last + 1)
            drawn[last], drawn[other] = drawn[other], drawn[last]
        return drawn

    def _next(self) -> int:
        if not self._waiting:
            spread = hashlib.shake_256(self._key + self._batch.to_bytes(4, "big")).digest(BATCH.size)
            self._waiting = list(BATCH.unpack(spread))
            self._batch += 1
        return self._waiting.pop()


def passes(things: Iterable[Thing], chance: Chance) -> Iterator[Thing]:
    """Deal `things`, at least one, in one shuffled pass after another, without end; repeats in a row may happen."""
    dealt = tuple(things)
    while True:
        yield from chance.shuffled(dealt)


class Deck(Generic[Thing]):
    """Deals different things in shuffled passes without a repeat in a row; counts of any two differ by one at most.

    Args:
        things: what to deal; at least one, each once.
        chance: where the order comes from.
    """

    def __init__(self, things: Iterable[Thing], chance: Chance) -> None:
        self._things = tuple(things)
        self._chance = chance
        self._left: list[Thing] = []
        self._last: Thing | None = None

    def deal(self, unlike: Thing | None = None) -> Thing:
        """Deal the next thing: never the one dealt just before, nor `unlike`, as long as there is another.

        Only where `unlike` is the single one left of a pass does the next pass begin early.
        """
        banned = (self._last, unlike)
        at = self._first_not(banned)
        if at is None:
            self._left += self._chance.shuffled(self._things)
            at = self._first_not(banned)
        self._last = self._left.pop(at or 0)
        return self._last

    def _first_not(self, banned: tuple[Thing | None, Thing | None]) -> int | None:
        return next((at for at, thing in enumerate(self._left) if thing not in banned), None)
