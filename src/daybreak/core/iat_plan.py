"""The implicit association test: what one browser shows, from words, a seed and a form.

Words of four categories (self, other; good, bad) come one by one and are sorted to the left or the right. In the
critical rounds two categories share a side: in pairing `a` self and good do, in pairing `b` self and bad. Who is faster
in `a` than in `b` associates self with good; `core/iat.py` scores it. A wrong key is answered by a cross, and the step
waits for the right one: its latency counts from the word to the right key, so errors carry their penalty within them.

A person is in one of four counterbalancing cells (which pairing comes first, on which side good stands) at every
occasion, so that a change over the year is no effect of order. The test is the same in every arm.
`player/src/contract.ts` is generated from this file.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from pydantic import Field

from daybreak.core.chance import Chance, Deck
from daybreak.core.iat_words import ATTRIBUTES, TARGETS, CategoryKey, ImplicitWords
from daybreak.core.plan import Appearance, DeviceRules, Identifier, Milliseconds, Part, Side
from daybreak.core.plan_order import OTHER_SIDE, halves

Pairing = Literal["a", "b"]
Portion = Literal["practice", "test"]
Form = Literal["full", "short", "brief"]
CELLS = 4
PAUSE = Milliseconds(ms=250)
DEVICE = DeviceRules(on_miss="warn")
OTHER_PAIRING: dict[Pairing, Pairing] = {"a": "b", "b": "a"}


class Category(Part):
    """A category as a person reads it, and whether it is a target (self, other) or an attribute (good, bad)."""

    label: str
    kind: Literal["target", "attribute"]


class ImplicitStep(Part):
    """`word` is shown until the key of side `correct`, where its category belongs, was pressed."""

    id: Identifier
    word: str
    category: CategoryKey
    correct: Side


class ImplicitRound(Part):
    """One round: which categories belong to each side, and its steps.

    `number` is the round's place among the seven of the full form. The critical rounds (3, 4, 6, 7) have a `pairing`
    and a `portion`; the others only teach the sides and have neither.
    """

    id: Identifier
    number: int = Field(ge=1, le=7)
    pairing: Pairing | None
    portion: Portion | None
    left: tuple[CategoryKey, ...]
    right: tuple[CategoryKey, ...]
    steps: tuple[ImplicitStep, ...]


class ImplicitKeys(Part):
    """The key of each side (a `KeyboardEvent.key`, lower case)."""

    left: str = "e"
    right: str = "i"


class ImplicitPlan(Part):
    """All that one browser needs for one implicit association test; deterministic in words, seed, occasion and form."""

    format: Literal[1] = 1
    id: Identifier
    language: str
    form: Form
    appearance: Appearance
    keys: ImplicitKeys
    device: DeviceRules
    pause: Milliseconds = Field(description="the empty stage before each word")
    categories: dict[CategoryKey, Category]
    rounds: tuple[ImplicitRound, ...]


STEPS: dict[Form, dict[int, int]] = {
    "full": {1: 20, 2: 20, 3: 20, 4: 40, 5: 40, 6: 20, 7: 40},
    "short": {1: 12, 2: 12, 3: 12, 4: 24, 5: 24, 6: 12, 7: 24},
    "brief": {3: 20, 4: 20, 6: 20, 7: 20},
}
FIRST_PAIRING, SECOND_PAIRING = frozenset({3, 4}), frozenset({6, 7})
PRACTICE = frozenset({3, 6})


@dataclass(frozen=True)
class ImplicitOrder:
    """Which test is wanted.

    Args:
        seed: the person's seed, the same at every occasion.
        occasion: which test of this person it is, such as the key of the visit; it draws the order of words anew.
        form: `full` has seven rounds, `short` the same with fewer steps, `brief` the four critical rounds alone.
        place: the person's number in the study; the cell is its remainder by four, so that every four people in a row
            fill all cells. Without it the seed draws the cell.
    """

    seed: bytes
    occasion: str
    form: Form = "full"
    place: int | None = None


@dataclass(frozen=True)
class Cell:
    """A counterbalancing cell: which pairing comes first, and on which side good stands throughout."""

    first: Pairing
    good: Side

    def self_side(self, pairing: Pairing) -> Side:
        """Return where self stands in a pairing: with good in `a`, with bad in `b`."""
        return self.good if pairing == "a" else OTHER_SIDE[self.good]

    def sides(self, number: int) -> dict[CategoryKey, Side]:
        """Return where each category that round `number` asks about belongs."""
        pairing = self.first if number < 5 else OTHER_PAIRING[self.first]
        own = self.self_side(pairing)
        targets: dict[CategoryKey, Side] = {"self": own, "other": OTHER_SIDE[own]}
        attributes: dict[CategoryKey, Side] = {"good": self.good, "bad": OTHER_SIDE[self.good]}
        if number in (1, 5):
            return targets
        return attributes if number == 2 else {**targets, **attributes}


def cell_of(order: ImplicitOrder) -> Cell:
    """Return the person's counterbalancing cell; the occasion does not matter."""
    drawn = Chance(order.seed, "iat cell").below(CELLS) if order.place is None else order.place % CELLS
    return Cell("a" if drawn % 2 == 0 else "b", "left" if drawn < 2 else "right")


def make_implicit_plan(words: ImplicitWords, order: ImplicitOrder) -> ImplicitPlan:
    """Make the plan of one test; equal arguments give an equal plan."""
    hand = _Hand(words, order)
    return ImplicitPlan(
        id=f"iat-{hmac.digest(order.seed, f'iat:{order.occasion}:{order.form}'.encode(), 'sha256')[:8].hex()}",
        language=words.language,
        form=order.form,
        appearance=words.appearance,
        keys=ImplicitKeys(left=words.keys.left, right=words.keys.right),
        device=DEVICE,
        pause=PAUSE,
        categories={
            key: Category(label=words.category(key).label, kind="target" if key in TARGETS else "attribute")
            for key in (*TARGETS, *ATTRIBUTES)
        },
        rounds=tuple(hand.round(number, steps) for number, steps in STEPS[order.form].items()),
    )


class _Hand:
    """Deals the words of one test: each category in shuffled passes that go on from round to round."""

    def __init__(self, words: ImplicitWords, order: ImplicitOrder) -> None:
        self._order, self._cell = order, cell_of(order)
        self._decks = {key: Deck(words.category(key).words, self._chance(key)) for key in (*TARGETS, *ATTRIBUTES)}

    def round(self, number: int, steps: int) -> ImplicitRound:
        """Deal round `number` with so many steps."""
        sides = self._cell.sides(number)
        first = number in FIRST_PAIRING
        critical = first or number in SECOND_PAIRING
        pairing = self._cell.first if first else OTHER_PAIRING[self._cell.first]
        return ImplicitRound(
            id=f"round-{number}",
            number=number,
            pairing=pairing if critical else None,
            portion=("practice" if number in PRACTICE else "test") if critical else None,
            left=tuple(key for key, side in sides.items() if side == "left"),
            right=tuple(key for key, side in sides.items() if side == "right"),
            steps=tuple(
                ImplicitStep(id=f"s{number}-{at}", word=self._decks[key].deal(), category=key, correct=sides[key])
                for at, key in enumerate(self._keys(number, steps, sides), 1)
            ),
        )

    def _keys(self, number: int, steps: int, sides: Mapping[CategoryKey, Side]) -> list[CategoryKey]:
        """Draw the categories of a round; where targets and attributes mix they take turns, as many of each."""
        kinds = [kind for kind in (TARGETS, ATTRIBUTES) if kind[0] in sides]
        drawn = [
            [
                kind[0] if first else kind[1]
                for first in halves(self._chance(f"{number} {kind[0]}"), steps // len(kinds))
            ]
            for kind in kinds
        ]
        return list(chain.from_iterable(zip(*drawn, strict=True)))

    def _chance(self, label: str) -> Chance:
        return Chance(self._order.seed, f"iat {self._order.occasion}: {label}")
