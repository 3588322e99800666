"""The roles of the people who run a study."""

from __future__ import annotations

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
