"""Comparing two worlds: each difference is named by where it is, what differs, and the first place it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHOWN = 160


@dataclass(frozen=True)
class Difference:
    """One thing that tells the worlds apart."""

    where: str
    what: str
    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}: {self.first} | {self.second}"


Facts = Mapping[str, Mapping[str, Any]]


def differences(first: Facts, second: Facts) -> list[Difference]:
    """Return every fact that is not the same in both worlds.

    Args:
        first: place to facts by name, in the order they were seen; a page is a place, and so is a table.
        second: the same of the other world.
    """
    found = []
    if list(first) != list(second):
        found.append(Difference("the way through", "places", *_apart(list(first), list(second))))
    for where in (place for place in first if place in second):
        here, there = first[where], second[where]
        names = [*here, *(name for name in there if name not in here)]
        found += [
            Difference(where, name, *_apart(here.get(name), there.get(name)))
            for name in names
            if here.get(name) != there.get(name)
        ]
    return found


def _apart(one: Any, other: Any) -> tuple[str, str]:
    """Return both values from shortly before they part."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        pairs = enumerate(zip(one, other, strict=False))
        place = next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
        return _entry(one, place), _entry(other, place)
    return _around(_text(one), _text(other))


def _entry(values: Any, place: int) -> str:
    said = _text(values[place])[:SHOWN] if place < len(values) else "nothing"
    return f"{len(values)} in all, no. {place + 1}: {said}"


def _around(one: str, other: str) -> tuple[str, str]:
    place = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, place - SHOWN // 4)
    return f"{len(one)} long: {one[start : start + SHOWN]}", f"{len(other)} long: {other[start : start + SHOWN]}"


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
