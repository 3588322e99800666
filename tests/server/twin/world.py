"""Living the same time twice: a study from its opening on, walked through by everybody, then taken back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Protocol

from django.db import transaction

from daybreak.server import clock
from tests.server.twin.sameness import Chance, forget, one_time, row_numbers, seeded_chance, take_back
from tests.server.twin.tables import stored

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)
Facts = dict[str, dict[str, Any]]
# What tells the arms by its nature, and is for eyes that may know them.
UNBLINDED = re.compile(r"(.*: )?(pharmacist |investigator POST /desk/people/[^/]+/unblind/ )")


class World:
    """One of the two. `facts` is what could be noticed in it, by place; `routes` are the addresses walked.

    `doors` are where those begin who can go on from there: a page is looked at a few times only.
    """

    def __init__(self, hand: clock.Hand, chance: Chance, *, other_arms: bool) -> None:
        self.hand, self.chance, self.other_arms = hand, chance, other_arms
        self.facts: Facts = {}
        self.routes: set[str] = set()
        self.doors: list[str] = []

    def note_tables(self, during: str = "") -> None:
        """Note all that the database holds by now."""
        for name, rows in stored().items():
            self.facts[f"{during}table {name}"] = {"rows": rows}

    def blinded(self) -> Facts:
        """Return what people who must not know the arms could notice."""
        return {where: facts for where, facts in self.facts.items() if not UNBLINDED.match(where)}


class Life(Protocol):
    """What happens in a world, through actions and pages."""

    def __call__(self, world: World) -> None: ...


def lived(life: Life, *, other_arms: bool) -> World:
    """Return the world after `life`, all of it taken back.

    Args:
        life: what happens.
        other_arms: whether the arms are swapped in this world.
    """
    numbers = row_numbers()
    forget()
    with transaction.atomic(), seeded_chance() as chance, clock.standing(BEGINS) as hand, one_time():
        world = World(hand, chance, other_arms=other_arms)
        life(world)
        world.note_tables()
        transaction.set_rollback(True)
    take_back(numbers)
    return world
