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
from daybreak.server.audit.models import Entry
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import is_locked
from daybreak.server.studies.models import Site, Study
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.kits import USED, drug_of, kit_at, kits_at, release_kit, state_of
from daybreak.server.vault.models import Kit
from daybreak.server.vault.opened import opened

__all__ = ["change_kit", "pharmacy_list", "replace_kit", "reveal_arm", "reveal_study"]


class RevealError(DaybreakError):
    """The vault stays shut; nothing was shown."""

    code = "vault-shut"


@dataclass(frozen=True)
class KitLine:
    """One line of the pharmacist's list. `state` is one of `Kit.State`, or `used` once an infusion was recorded."""

    number: str
    drug: str
    participant: str
    site: str
    infusion_number: int
    state: str
    released_at: datetime
    changed_at: datetime


@opened()
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


@opened()
def reveal_study(entry: Draft, study: Study) -> dict[str, str]:
    """Return participant code to arm for a whole study, and note that it was shown.

    The caller has checked who asks; here it is checked once more, from the lock and the trail alone, that it may be.

    Raises:
        RevealError: the study is not locked, or the trail does not say that two people agreed.
    """
    if not is_locked(study) or not _two_agreed(study):
        raise RevealError("The allocations are sealed.", remedy="Two people must agree after the study is locked.")
    people = Participant.objects.filter(study=study).order_by("code")
    found = ((person.code, assigned_to(person)) for person in people)
    arms = {code: assigned.arm for code, assigned in found if assigned is not None}
    entry.note(shown=f"{len(arms)} allocations")
    return arms


def _two_agreed(study: Study) -> bool:
    asked, agreed = (
        set(Entry.objects.filter(study_id=study.pk, action=action).exclude(by=None).values_list("by", flat=True))
        for action in ("ask-for-unblinding", "agree-to-unblinding")
    )
    return bool(agreed) and len(asked | agreed) > 1


@opened()
def pharmacy_list(entry: Draft, site: Site) -> list[KitLine]:
    """Return the kits of the people of one site, the newest first, and note that they were shown."""
    lines = list(_lines(site))
    entry.note(shown=f"{len(lines)} kits")
    return lines


@opened()
def change_kit(entry: Draft, site: Site, number: str, state: str, *, expected: str) -> None:
    """Note that a kit of the site was prepared or handed over, or that it was not after all.

    Raises:
        RevealError: the site has no such kit, or it was used or replaced.
        StaleError: its state is no longer the expected one.
    """
    kit = _open_kit(site, number)
    entry.about(participant=kit.participant)
    entry.update(kit, expected={"state": expected}, state=state, changed_at=clock.now())
    entry.note(kit=number)


@opened()
def replace_kit(entry: Draft, site: Site, number: str) -> str:
    """Put a new kit with the same drug in the place of one that cannot be used, and return its number.

    Raises:
        RevealError: the site has no such kit, or it was used or replaced.
    """
    kit = _open_kit(site, number)
    entry.about(participant=kit.participant)
    entry.update(kit, state=Kit.State.REPLACED, changed_at=clock.now())
    new = release_kit(kit.participant, kit.infusion_number, drug_of(kit))
    entry.note(kit=number, new_kit=new)
    return new


def _open_kit(site: Site, number: str) -> Kit:
    """Return a kit that can still change; its row is locked, so that it is replaced once."""
    kit = kit_at(site, number, lock=True)
    if kit is None:
        raise RevealError("This site has no such kit.", remedy="Check the number on the label.", code="no-such-kit")
    state = state_of(kit)
    if state in (Kit.State.REPLACED, USED):
        raise RevealError(f"This kit was {state} before.", code="no-such-kit")
    return kit


def _lines(site: Site) -> Iterator[KitLine]:
    for kit in kits_at(site).order_by("-released_at", "-pk"):
        yield KitLine(
            kit.number,
            drug_of(kit),
            kit.participant.code,
            kit.participant.site.name,
            kit.infusion_number,
            state_of(kit),
            kit.released_at,
            kit.changed_at,
        )
