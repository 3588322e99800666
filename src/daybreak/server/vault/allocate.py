"""The door of the vault for enrolment: it takes a participant and answers with the number of a kit, never with an arm.

Every function runs inside the transaction of the action that calls it, and writes what may be known into its audit
entry: list lengths and commitments, and that a place was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daybreak.core.allocation.listing import SITE, strata_of, stratum_name
from daybreak.core.errors import DaybreakError
from daybreak.core.study import StudyFile
from daybreak.server.audit.trail import Draft
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.assignments import assign, assigned_to
from daybreak.server.vault.kits import kit_at, release_kit, state_of
from daybreak.server.vault.models import AllocationList, Assignment, Kit
from daybreak.server.vault.opened import opened
from daybreak.server.vault.places import (
    EVERYBODY,
    Sealed,
    add_place,
    lengthen,
    new_list,
    take_place,
)
from daybreak.server.vault.proof import COMMITMENTS, faults_of

__all__ = ["allocate", "check_commitments", "current_kit", "find_kit", "next_kit", "seal_lists"]


@dataclass(frozen=True)
class KitFacts:
    """What everybody may know of a kit: all but what is in it."""

    number: str
    participant: str
    infusion_number: int
    state: str


class AllocationError(DaybreakError):
    """The participant cannot be allocated; nothing was changed."""

    code = "allocation"


@opened()
def seal_lists(entry: Draft, site: Site) -> None:
    """Seal the lists that people of `site` will be allocated from, and publish their commitments in `entry`.

    Lists that are there already stay as they are. To be called when a site opens, before anybody is enrolled there.
    """
    study = site.study
    file = file_of(study)
    new = (new_list(study, file, stratum) for stratum in _strata(file, site))
    _publish(entry, [sealed for sealed in new if sealed is not None])


@opened()
def allocate(entry: Draft, participant: Participant) -> str:
    """Allocate `participant`, release the kit of their first infusion, and return its number.

    Two people never get one place: on SQLite writers come one after the other, on PostgreSQL the list is locked.

    Raises:
        AllocationError: they are allocated already, the site's lists are not sealed yet, or an answer that a stratum
            needs is missing.
    """
    if Assignment.objects.filter(participant=participant).exists():
        raise AllocationError("This person is allocated already.", code="allocated")
    file = file_of(participant.study)
    arm = file.arm(_arm(entry, file, participant))
    assign(participant, arm)
    kit = release_kit(participant, 1, arm.drug)
    entry.note(kit=kit)
    return kit


@opened()
def next_kit(entry: Draft, participant: Participant, infusion_number: int) -> str:
    """Release a kit for another infusion of `participant`, or find the one released before; return its number.

    Raises:
        AllocationError: the person is not allocated.
    """
    there = current_kit(participant, infusion_number)
    if there:
        return there
    assigned = assigned_to(participant)
    if assigned is None:
        raise AllocationError("This person is not enrolled yet.", code="not-allocated")
    kit = release_kit(participant, infusion_number, assigned.drug)
    entry.note(kit=kit)
    return kit


@opened()
def current_kit(participant: Participant, infusion_number: int) -> str:
    """Return the number of the kit released for an infusion, or nothing."""
    kits = Kit.objects.filter(participant=participant, infusion_number=infusion_number)
    return kits.exclude(state=Kit.State.REPLACED).values_list("number", flat=True).first() or ""


@opened()
def find_kit(site: Site, number: str) -> KitFacts | None:
    """Return what everybody may know of a kit of the site's people, or None if there is no such kit."""
    kit = kit_at(site, number)
    if kit is None:
        return None
    return KitFacts(kit.number, kit.participant.code, kit.infusion_number, state_of(kit))


@opened()
def check_commitments(study: Study) -> list[str]:
    """Draw every list of the study again from its seed and say what differs from what was published and given away.

    No answer names an arm.
    """
    return list(faults_of(study))


def _strata(file: StudyFile, site: Site) -> list[str]:
    rules = file.allocation
    if rules.method == "none":
        return []
    if rules.method == "minimisation":
        return [EVERYBODY]
    levels = {name: (site.key,) if name == SITE else file.levels(name) for name in rules.strata}
    return [stratum_name(each) for each in strata_of(levels)]


def _arm(entry: Draft, file: StudyFile, participant: Participant) -> str:
    if not file.is_randomised:
        return file.arms[0].key
    levels = _levels(file, participant)
    stratum = EVERYBODY if file.allocation.method == "minimisation" else stratum_name(levels)
    listed = (
        AllocationList.objects.select_for_update(no_key=True).filter(study=participant.study, stratum=stratum).first()
    )
    if listed is None:
        raise AllocationError(
            "No allocation list is sealed for this site yet.", remedy="Ask an administrator to open it.", code="no-list"
        )
    if file.allocation.method == "minimisation":
        return add_place(listed, file, levels, participant)
    if listed.taken == listed.length:
        _publish(entry, [lengthen(listed, file, file.study.target)])
    return take_place(listed, participant)


def _levels(file: StudyFile, participant: Participant) -> dict[str, str]:
    screening = getattr(participant, "screening", None)
    answers = {**(screening.answers if screening else {}), SITE: participant.site.key}
    missing = [name for name in file.allocation.asked if answers.get(name) in (None, "")]
    if missing:
        raise AllocationError(
            f"The allocation needs the answer to '{missing[0]}'.", remedy="Complete the screening.", code="no-stratum"
        )
    return {name: _level(answers[name]) for name in file.allocation.asked}


def _level(answer: Any) -> str:
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else str(answer)


def _publish(entry: Draft, lists: list[Sealed]) -> None:
    if lists:
        entry.note(**{COMMITMENTS: [[each.stratum, each.length, each.commitment] for each in lists]})
