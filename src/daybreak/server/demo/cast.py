"""Who takes part in the demo study: four people to visit, and as many simulated ones as wished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Literal

from daybreak.core.participation import LOST_CONTACT, Scope
from daybreak.server.demo.devices import DEVICES, Device

FIRST_NAMES = (
    "Noor", "Jonas", "Maria", "Tomasz", "Aiko", "Samuel", "Ines", "Viktor", "Leila", "Emil", "Rosa", "Milan", "Carmen",
    "Felix", "Hanna", "Diego", "Mina", "Oskar", "Elena", "Bruno", "Sofia", "Anton", "Lucia", "Karim", "Greta",
)  # fmt: skip
FAMILY_NAMES = (
    "Haas", "Moreno", "Lind", "Okafor", "Tanaka", "Vega", "Novak", "Rossi", "Berg", "Silva", "Kaya", "Duarte", "Roth",
    "Ortiz", "Maes", "Falk", "Ibarra", "Quist", "Soler", "Winter", "Blanco", "Engel", "Prieto",
)  # fmt: skip
# 154 people in 352 days: how far apart they come.
APART = timedelta(days=352) / 154
FEW = 20
Fate = Literal["takes part", "not eligible", "declines"]


@dataclass(frozen=True)
class Leaving:
    """When someone withdraws, counted from the infusion, from what, and why."""

    after: timedelta
    scope: Scope
    why: str


@dataclass(frozen=True)
class Person:
    """One simulated person.

    `arrived_ago` is when they were first screened; `infused_ago` fixes the infusion, which else follows some days
    later. `plays` is the chance to play a session that opens, `at_most` how many they play, `leaves` the chance to
    leave one in the middle. `role` is set for those whose link the demo hands out. `site` counts from 0.
    """

    code: str
    first_name: str
    family_name: str
    device: Device
    arrived_ago: timedelta
    infused_ago: timedelta | None = None
    site: int = 0
    role: str = ""
    says: str = ""
    language: str = "en"
    facts: tuple[str, ...] = ()
    ready: bool = True
    fate: Fate = "takes part"
    plays: float = 0.95
    at_most: int = 8
    leaves: float = 0.04
    keeps_visits: float = 0.95
    leaving: Leaving | None = None
    moves_after: timedelta | None = None


VISITORS = (
    Person(
        "D-001", "Ana", "Visitor", DEVICES[0], timedelta(hours=122), timedelta(hours=26), role="Ana",
        says="ready to play session 1", facts=("Anita",), at_most=0, keeps_visits=1.0,
    ),
    Person(
        "D-002", "New", "Visitor", DEVICES[1], timedelta(hours=98), timedelta(hours=2), role="Someone new",
        says="starts with getting ready", ready=False,
    ),
    Person(
        "D-003", "Lucía", "Visitor", DEVICES[1], timedelta(hours=123), timedelta(hours=27), role="Lucía",
        says="ready to play session 1, in Spanish", language="es", facts=("Lu",), at_most=0, keeps_visits=1.0,
    ),
    Person(
        "D-004", "Sam", "Visitor", DEVICES[2], timedelta(hours=171), timedelta(hours=75), role="Sam",
        says="in the middle: some sessions are done", facts=("Sammy",), plays=1.0, at_most=4, leaves=0.0,
    ),
)  # fmt: skip


def simulated(count: int) -> list[Person]:
    """Return `count` people who came one after the other until now; the same ones each time.

    Of a few, the last came a week ago, so that all are in training; of many, some are still being screened.
    """
    chance = Random(f"daybreak-demo-cast-{count}")  # noqa: S311  a simulation
    late = timedelta(days=7) if count < FEW else timedelta(hours=9)
    return [_person(number, late + (count - number) * APART, chance, few=count < FEW) for number in range(1, count + 1)]


def _person(number: int, arrived_ago: timedelta, chance: Random, *, few: bool) -> Person:
    drawn = chance.random()
    fate: Fate = "takes part" if few or drawn > 0.12 else "not eligible" if drawn < 0.085 else "declines"
    return Person(
        code=f"P-{number:03d}",
        first_name=FIRST_NAMES[(number * 7) % len(FIRST_NAMES)],
        family_name=FAMILY_NAMES[(number * 5) % len(FAMILY_NAMES)],
        device=DEVICES[(number - 1) % len(DEVICES)],
        arrived_ago=arrived_ago + chance.random() * (APART if arrived_ago > APART else timedelta()),
        site=chance.choice((0, 0, 1, 1, 2)),
        language="es" if number % 4 == 0 else "en",
        fate=fate,
        plays=chance.choice((1.0, 1.0, 0.95, 0.85, 0.6)),
        leaves=chance.choice((0.0, 0.05, 0.3)),
        keeps_visits=chance.choice((1.0, 0.97, 0.9, 0.75)),
        leaving=_leaving(chance) if chance.random() < 0.09 else None,
        moves_after=timedelta(days=chance.uniform(20, 60)) if number % 60 == 7 else None,
    )


def _leaving(chance: Random) -> Leaving:
    scope, first, last, why = chance.choice(
        (
            (Scope.TRAINING, 1, 4, "burden"),
            (Scope.FOLLOW_UP, 10, 120, "no-benefit"),
            (Scope.FOLLOW_UP, 10, 200, LOST_CONTACT),
            (Scope.FOLLOW_UP, 40, 300, "moved"),
            (Scope.DATA, 5, 90, "own-wish"),
        )
    )
    return Leaving(timedelta(days=chance.uniform(first, last)), scope, why)
