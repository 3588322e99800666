"""What each participant got, once allocated."""

from __future__ import annotations

from dataclasses import dataclass

from daybreak.core.study import Arm, Version
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.vault.models import Assignment
from daybreak.server.vault.sealing import derived, seal, unseal


@dataclass(frozen=True)
class Assigned:
    """An opened assignment; `seed` are the 32 bytes all plans of the person are drawn from."""

    arm: str
    version: Version
    drug: str
    seed: bytes


def assign(participant: Participant, arm: Arm) -> None:
    """Seal what `participant` got."""
    facts = {"arm": arm.key, "version": arm.version, "drug": arm.drug}
    facts["seed"] = derived(f"plans:{participant.pk}").hex()
    Assignment.objects.create(
        participant=participant, sealed=seal(assignment_label(participant.pk), facts), assigned_at=clock.now()
    )


def assigned_to(participant: Participant) -> Assigned | None:
    """Return what `participant` got, or None before the allocation."""
    row = Assignment.objects.filter(participant=participant).first()
    if row is None:
        return None
    facts = unseal(assignment_label(participant.pk), row.sealed)
    version: Version = "active" if facts["version"] == "active" else "sham"
    return Assigned(facts["arm"], version, facts["drug"], bytes.fromhex(facts["seed"]))


def assignment_label(participant_id: int) -> str:
    """Return what an assignment is sealed for."""
    return f"assignment:{participant_id}"
