"""How the demo gives versions: by lot, at once. A study will allocate by a sealed list instead."""

from __future__ import annotations

import secrets

from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.vault.models import Assignment

__all__ = ["assign_by_lot"]

SEED_BYTES = 32


def assign_by_lot(participant: Participant) -> None:
    """Draw version and seed for a participant who has none; both stay in the vault."""
    Assignment.objects.get_or_create(
        participant=participant,
        defaults={
            "version": secrets.choice(("active", "sham")),
            "seed": secrets.token_bytes(SEED_BYTES),
            "assigned_at": clock.now(),
        },
    )
