"""The roles of the people who run a study."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Role(StrEnum):
    """What someone is to a study, at one site or at all of them."""

    COORDINATOR = "coordinator"
    RATER = "rater"
    PHARMACIST = "pharmacist"
    INVESTIGATOR = "investigator"
    MONITOR = "monitor"
    STATISTICIAN = "statistician"
    ADMINISTRATOR = "administrator"


UNBLINDED = frozenset({Role.PHARMACIST})
"""Roles that learn the drug. Whoever holds one holds no other in the same study, or the blind would end with them."""


def clash(held: Iterable[Role], added: Role) -> str:
    """Return one sentence saying why someone who holds these roles in a study cannot get `added` too, or nothing."""
    roles = frozenset(held) | {added}
    unblinded = sorted(roles & UNBLINDED)
    if not unblinded or len(roles) == 1:
        return ""
    return f"A {unblinded[0]} learns the drug, so that nobody can be {unblinded[0]} and anything else in one study."
