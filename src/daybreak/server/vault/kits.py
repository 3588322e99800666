"""Kits: a number that tells nothing, and a sealed drug."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from daybreak.server import clock
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.studies.models import Site
from daybreak.server.vault.models import Kit
from daybreak.server.vault.sealing import derived, seal, unseal

DIGITS = 5
USED = "used"


def release_kit(participant: Participant, infusion_number: int, drug: str) -> str:
    """Store a kit for one infusion of the participant and return its number."""
    now = clock.now()
    number = free_number(participant, infusion_number)
    Kit.objects.create(
        study_id=participant.study_id,
        participant=participant,
        infusion_number=infusion_number,
        number=number,
        sealed=seal(kit_label(participant.study_id, number), {"drug": drug}),
        released_at=now,
        changed_at=now,
    )
    return number


def kits_at(site: Site) -> QuerySet[Kit]:
    """Return the kits of the site's people, each with whether it was infused (`is_used`)."""
    given = Infusion.objects.filter(participant=OuterRef("participant"), kit=OuterRef("number"))
    kits = Kit.objects.filter(participant__site=site).select_related("participant__site__study")
    return kits.annotate(is_used=Exists(given))


def kit_at(site: Site, number: str, *, lock: bool = False) -> Kit | None:
    """Return the site's kit with this number, or None; with `lock` nobody else changes it meanwhile."""
    kits = kits_at(site).filter(number=number)
    return (kits.select_for_update(of=("self",), no_key=True) if lock else kits).first()


def state_of(kit: Kit) -> str:
    """Return how far a kit of `kits_at` came: its state, or `used` once an infusion was recorded with its number."""
    return USED if getattr(kit, "is_used", False) else kit.state


def drug_of(kit: Kit) -> str:
    """Return what is in a kit."""
    return str(unseal(kit_label(kit.study_id, kit.number), kit.sealed)["drug"])


def kit_label(study_id: int, number: str) -> str:
    """Return what a kit's drug is sealed for."""
    return f"kit:{study_id}:{number}"


def free_number(participant: Participant, infusion_number: int) -> str:
    """Return the next number for the person's infusion: it follows from whom it is for, never from what is in it."""
    tried = 0
    while True:
        stream = derived(f"kit:{participant.study_id}:{participant.code}:{infusion_number}:{tried}")
        digits = f"{int.from_bytes(stream[:8]) % 10**DIGITS:0{DIGITS}d}"
        number = f"K-{digits}-{check_digit(digits)}"
        if not Kit.objects.filter(study_id=participant.study_id, number=number).exists():
            return number
        tried += 1


def check_digit(digits: str) -> int:
    """Return the digit that shows a mistyped or swapped one (Luhn, ISO/IEC 7812-1)."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits)))
    return -sum(value // 10 + value % 10 for value in doubled) % 10
