"""The lists themselves: drawn, sealed, extended, and their next place given away."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from daybreak.core.allocation.blocks import Place
from daybreak.core.allocation.listing import commitment, first_places, list_text
from daybreak.core.allocation.minimisation import Minimiser
from daybreak.core.study import StudyFile
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Study
from daybreak.server.vault.models import AllocationList, AllocationRow
from daybreak.server.vault.sealing import seal, unseal

SEED_BYTES = 32
BATCH = 2_000
EVERYBODY = "minimisation"


@dataclass(frozen=True)
class Sealed:
    """What is published of a list that was sealed or made longer."""

    stratum: str
    length: int
    commitment: str


def ratios(file: StudyFile) -> dict[str, int]:
    """Return each arm's share."""
    return {arm.key: arm.ratio for arm in file.arms}


def minimiser(file: StudyFile) -> Minimiser:
    """Return the rules of the study's minimisation."""
    rules = file.allocation
    weights = {factor: rules.weight(factor) for factor in rules.factors}
    return Minimiser(ratios(file), weights, rules.probability, rules.spread)


def new_list(study: Study, file: StudyFile, stratum: str) -> Sealed | None:
    """Draw and seal the list of `stratum`, long enough for everybody; None if it is there already."""
    if AllocationList.objects.filter(study=study, stratum=stratum).exists():
        return None
    seed = secrets.token_bytes(SEED_BYTES)
    listed = AllocationList.objects.create(
        study=study,
        stratum=stratum,
        sealed=seal(seed_label(study.pk, stratum), {"seed": seed.hex()}),
        commitment=commitment(seed, ""),
        sealed_at=clock.now(),
    )
    if file.allocation.method == "minimisation":
        return Sealed(stratum, 0, listed.commitment)
    return lengthen(listed, file, file.study.target)


def lengthen(listed: AllocationList, file: StudyFile, by: int) -> Sealed:
    """Draw so many more places from the list's own seed, to the end of a block, and publish the whole anew."""
    seed = seed_of(listed)
    places = first_places(seed, listed.stratum, ratios(file), file.allocation.block_sizes, listed.length + by)
    _store(listed, places[listed.length :])
    listed.length = len(places)
    listed.commitment = commitment(seed, list_text(listed.stratum, places))
    listed.save(update_fields=["length", "commitment"])
    return Sealed(listed.stratum, listed.length, listed.commitment)


def take_place(listed: AllocationList, participant: Participant) -> str:
    """Give the list's next place to `participant` and return its arm; `listed` is locked by the caller."""
    row = AllocationRow.objects.get(list=listed, position=listed.taken + 1)
    free = AllocationRow.objects.filter(pk=row.pk, participant=None)
    if free.update(participant=participant, taken_at=clock.now()) != 1:
        raise RuntimeError(f"place {row.position} of a locked list was taken by someone else")
    listed.taken = row.position
    listed.save(update_fields=["taken"])
    return arm_of(row)


def add_place(listed: AllocationList, file: StudyFile, levels: dict[str, str], participant: Participant) -> str:
    """Minimise: decide the participant's arm from everybody before, keep it as the next place, and return it."""
    arm = minimiser(file).allocate(seed_of(listed), places_before(listed, listed.taken), levels)
    position = listed.taken + 1
    AllocationRow.objects.create(
        list=listed,
        position=position,
        sealed=seal(place_label(listed.pk, position), {"arm": arm}),
        levels=levels,
        participant=participant,
        taken_at=clock.now(),
    )
    AllocationList.objects.filter(pk=listed.pk).update(taken=position, length=position)
    return arm


def places_before(listed: AllocationList, position: int) -> list[tuple[str, dict[str, str]]]:
    """Return arm and levels of the first `position` places."""
    rows = AllocationRow.objects.filter(list=listed, position__lte=position).order_by("position")
    return [(arm_of(row), row.levels) for row in rows]


def seed_of(listed: AllocationList) -> bytes:
    """Return the list's seed."""
    return bytes.fromhex(unseal(seed_label(listed.study_id, listed.stratum), listed.sealed)["seed"])


def arm_of(row: AllocationRow) -> str:
    """Return the arm of a place."""
    return str(unseal(place_label(row.list_id, row.position), row.sealed)["arm"])


def seed_label(study_id: int, stratum: str) -> str:
    """Return what a list's seed is sealed for."""
    return f"list:{study_id}:{stratum}"


def place_label(list_id: int, position: int) -> str:
    """Return what a place's arm is sealed for."""
    return f"place:{list_id}:{position}"


def _store(listed: AllocationList, places: Iterable[Place]) -> None:
    rows = (
        AllocationRow(
            list=listed,
            position=place.position,
            sealed=seal(place_label(listed.pk, place.position), {"arm": place.arm}),
        )
        for place in places
    )
    AllocationRow.objects.bulk_create(rows, batch_size=BATCH)
