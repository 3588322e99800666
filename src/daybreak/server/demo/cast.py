"""Who takes part in the demo study."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from daybreak.server.demo.devices import DEVICES, Device

FIRST_NAMES = ("Noor", "Jonas", "Maria", "Tomasz", "Aiko", "Samuel", "Ines", "Viktor", "Leila", "Emil", "Rosa", "Milan")


@dataclass(frozen=True)
class Person:
    """One simulated person.

    `infused_ago` is None before the infusion; `plays` is the chance to play a session that opens, `at_most` how many
    they play; `leaves` is the chance to leave in the middle. `role` is set for those whose link the demo hands out.
    """

    code: str
    first_name: str
    device: Device
    role: str = ""
    says: str = ""
    language: str = "en"
    facts: tuple[str, ...] = ()
    ready: bool = True
    infused_ago: timedelta | None = None
    plays: float = 0.95
    at_most: int = 8
    leaves: float = 0.04


VISITORS = (
    Person(
        "D-001", "Ana", DEVICES[0], role="Ana", says="ready to play session 1",
        facts=("Anita",), infused_ago=timedelta(hours=26), at_most=0,
    ),
    Person("D-002", "New", DEVICES[1], role="Someone new", says="starts with getting ready", ready=False),
    Person(
        "D-003", "Lucía", DEVICES[1], role="Lucía", says="ready to play session 1, in Spanish",
        language="es", facts=("Lu",), infused_ago=timedelta(hours=27), at_most=0,
    ),
    Person(
        "D-004", "Sam", DEVICES[2], role="Sam", says="in the middle: some sessions are done",
        facts=("Sammy",), infused_ago=timedelta(hours=75), plays=1.0, at_most=4, leaves=0.0,
    ),
)  # fmt: skip


def simulated(count: int) -> list[Person]:
    """Return `count` people at different points of their course; the same ones each time."""
    chance = Random(f"daybreak-demo-cast-{count}")  # noqa: S311  a simulation
    return [
        Person(
            code=f"P-{number:03d}",
            first_name=FIRST_NAMES[(number - 1) % len(FIRST_NAMES)],
            device=DEVICES[(number - 1) % len(DEVICES)],
            infused_ago=timedelta(hours=chance.uniform(10, 150)),
            plays=chance.choice((1.0, 1.0, 0.95, 0.85, 0.6)),
            leaves=chance.choice((0.0, 0.05, 0.3)),
        )
        for number in range(1, count + 1)
    ]
