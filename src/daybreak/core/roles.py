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
    BOARD = "board"


UNBLINDED = frozenset({Role.PHARMACIST})
"""Roles that learn the drug."""
APART = {
    Role.PHARMACIST: "A pharmacist learns the drug, so that nobody can be pharmacist",
    Role.BOARD: "The safety board's statistician sees who got the same, so that nobody can be that",
}
"""Roles whose holder holds no other in the same study, or the blind would end with them; each with the reason."""


def clash(held: Iterable[Role], added: Role) -> str:
    """Return one sentence saying why someone who holds these roles in a study cannot get `added` too, or nothing."""
    roles = frozenset(held) | {added}
    apart = [says for role, says in APART.items() if role in roles]
    return f"{apart[0]} and anything else in one study." if apart and len(roles) > 1 else ""
