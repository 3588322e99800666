"""The parts a rule is made of once it is read; each can say its value for some answers.

Truth has three values as in Kleene's logic: True, False, and None where an answer is missing.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Protocol

Answers = Mapping[str, object]

COMPARE: dict[str, Callable[[object, object], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,  # type: ignore[dict-item]  # values of one kind by the time it is called
    "<=": operator.le,  # type: ignore[dict-item]
    ">": operator.gt,  # type: ignore[dict-item]
    ">=": operator.ge,  # type: ignore[dict-item]
}


class Node(Protocol):
    """A part of a rule."""

    def value(self, answers: Answers) -> object:
        """Return the value for these answers; None where something it needs is missing."""

    @property
    def parts(self) -> tuple[Node, ...]:
        """The parts it is made of."""


@dataclass(frozen=True)
class Name:
    """Stands for an answer."""

    name: str
    parts: tuple[Node, ...] = ()

    def value(self, answers: Answers) -> object:
        """Return the answer, or None if there is none."""
        return answers.get(self.name)


@dataclass(frozen=True)
class Known:
    """A number, a text, yes or no."""

    known: bool | float | str
    parts: tuple[Node, ...] = ()

    def value(self, _answers: Answers) -> object:
        """Return it."""
        return self.known


@dataclass(frozen=True)
class Chain:
    """Comparisons in a row: `18 <= age <= 60`."""

    parts: tuple[Node, ...]
    signs: tuple[str, ...]

    def value(self, answers: Answers) -> bool | None:
        """Return whether every comparison of the chain is true."""
        values = [part.value(answers) for part in self.parts]
        return _all(
            compare(left, sign, right) for (left, right), sign in zip(pairwise(values), self.signs, strict=True)
        )


@dataclass(frozen=True)
class Among:
    """`drug in ["ketamine", "esketamine"]`."""

    one: Node
    many: tuple[Known, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        """The value looked for, then the list."""
        return (self.one, *self.many)

    def value(self, answers: Answers) -> bool | None:
        """Return whether the value is in the list."""
        looked_for = self.one.value(answers)
        return _not(_all(_not(compare(looked_for, "==", each.known)) for each in self.many))


@dataclass(frozen=True)
class Both:
    """`and`."""

    parts: tuple[Node, ...]

    def value(self, answers: Answers) -> bool | None:
        """Return whether all parts are true."""
        return _all(_truth(part.value(answers)) for part in self.parts)


@dataclass(frozen=True)
class Either:
    """`or`."""

    parts: tuple[Node, ...]

    def value(self, answers: Answers) -> bool | None:
        """Return whether one part at least is true."""
        return _not(_all(_not(_truth(part.value(answers))) for part in self.parts))


@dataclass(frozen=True)
class Not:
    """`not`."""

    part: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        """What is denied."""
        return (self.part,)

    def value(self, answers: Answers) -> bool | None:
        """Return the opposite."""
        return _not(_truth(self.part.value(answers)))


def compare(left: object, sign: str, right: object) -> bool | None:
    """Return whether `left` stands to `right` as `sign` says; None if one is missing.

    Values of different kinds are never equal, and neither is larger.
    """
    if left is None or right is None:
        return None
    left, right = _as_day(left, right), _as_day(right, left)
    if _kind(left) is not _kind(right):
        return sign == "!="
    return COMPARE[sign](left, right)


def names_in(node: Node) -> Iterator[str]:
    """Yield every name in the rule, in its order."""
    if isinstance(node, Name):
        yield node.name
    for part in node.parts:
        yield from names_in(part)


def comparisons_in(node: Node) -> Iterator[tuple[str, object]]:
    """Yield each name with each value it is compared to."""
    if isinstance(node, Chain | Among):
        names = [part.name for part in node.parts if isinstance(part, Name)]
        values = [part.known for part in node.parts if isinstance(part, Known)]
        yield from ((name, value) for name in names for value in values)
    for part in node.parts:
        yield from comparisons_in(part)


def _as_day(value: object, other: object) -> object:
    if isinstance(value, str) and isinstance(other, date):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _kind(value: object) -> type:
    if isinstance(value, bool):
        return bool
    return float if isinstance(value, int | float) else type(value)


def _truth(value: object) -> bool | None:
    """Return a value used as a condition: only yes and no are one."""
    return value if isinstance(value, bool) else None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: Iterator[bool | None]) -> bool | None:
    """Return False if one is false, else None if one is unknown, else True."""
    seen = set(values)
    if False in seen:
        return False
    return None if None in seen else True
