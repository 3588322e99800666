"""The door of the vault for those who must know.

They are an investigator in an emergency, the statistician at the end, and the pharmacist, who knows the drug alone.
Every answer is given inside an action, so that it leaves an audit entry, which says to whom and why but never what.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site, Study
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.kits import drug_of, release_kit
from daybreak.server.vault.models import Kit

__all__ = ["change_kit", "pharmacy_list", "replace_kit", "reveal_arm", "reveal_study"]


class RevealError(DaybreakError):
    """The vault stays shut; nothing was shown."""

    code = "vault-shut"


@dataclass(frozen=True)
class KitLine:
    """One line of the pharmacist's list."""

    number: str
    drug: str
    participant: str
    site: str
    infusion_number: int
    state: str
    released_at: datetime
    changed_at: datetime


def reveal_arm(entry: Draft, participant: Participant) -> str:
    """Return the arm of one person, and note that it was shown.

    Raises:
        RevealError: the person is not allocated.
    """
    assigned = assigned_to(participant)
    if assigned is None:
        raise RevealError("This person is not allocated yet.", code="not-allocated")
    entry.note(shown="one allocation")
    return assigned.arm


def reveal_study(entry: Draft, study: Study) -> dict[str, str]:
    """Return participant code to arm for a whole study, and note that it was shown. Who may ask is for the caller."""
    people = Participant.objects.filter(study=study).order_by("code")
    found = ((person.code, assigned_to(person)) for person in people)
    arms = {code: assigned.arm for code, assigned in found if assigned is not None}
    entry.note(shown=f"{len(arms)} allocations")
    return arms


def pharmacy_list(entry: Draft, site: Site) -> list[KitLine]:
    """Return the kits of the people of one site, the newest first, and note that they were shown."""
    lines = list(_lines(site))
    entry.note(shown=f"{len(lines)} kits")
    return lines


def change_kit(entry: Draft, site: Site, number: str, state: Kit.State, *, expected: str) -> None:
    """Note that a kit of the site was prepared or handed over.

    Raises:
        RevealError: the site has no such kit.
        StaleError: its state is no longer the expected one.
    """
    entry.update(_kit(site, number), expected={"state": expected}, state=state, changed_at=clock.now())


def replace_kit(entry: Draft, site: Site, number: str) -> str:
    """Put a new kit with the same drug in the place of a broken one, and return its number.

    Raises:
        RevealError: the site has no such kit, or it was replaced before.
    """
    kit = _kit(site, number)
    if kit.state == Kit.State.REPLACED:
        raise RevealError("This kit was replaced before.", code="no-such-kit")
    entry.update(kit, state=Kit.State.REPLACED, changed_at=clock.now())
    new = release_kit(kit.participant, kit.infusion_number, drug_of(kit))
    entry.note(kit=new)
    return new


def _kit(site: Site, number: str) -> Kit:
    kit = Kit.objects.filter(participant__site=site, number=number).select_related("participant").first()
    if kit is None:
        raise RevealError("This site has no such kit.", remedy="Check the number on the label.", code="no-such-kit")
    return kit


def _lines(site: Site) -> Iterator[KitLine]:
    kits = Kit.objects.filter(participant__site=site).select_related("participant__site")
    for kit in kits.order_by("-released_at", "-pk"):
        yield KitLine(
            kit.number,
            drug_of(kit),
            kit.participant.code,
            kit.participant.site.name,
            kit.infusion_number,
            kit.state,
            kit.released_at,
            kit.changed_at,
        )
