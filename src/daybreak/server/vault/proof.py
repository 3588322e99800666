"""Whether the lists still are what was published, and whether everybody got what their place says."""

from __future__ import annotations

import json
from collections.abc import Iterator

from daybreak.core.allocation.listing import commitment, first_places, list_text
from daybreak.core.study import StudyFile
from daybreak.server.audit.models import Entry
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.models import AllocationList, AllocationRow
from daybreak.server.vault.places import arm_of, minimiser, places_before, ratios, seed_of
from daybreak.server.vault.sealing import BrokenSealError

COMMITMENTS = "commitments"
Published = dict[str, tuple[int, str]]


def faults_of(study: Study) -> Iterator[str]:
    """Draw every list of the study again and yield a sentence for each fault; it names the list, and never an arm."""
    file = file_of(study)
    published: Published = dict(_published(study))
    lists = list(AllocationList.objects.filter(study=study).order_by("pk"))
    for listed in lists:
        for fault in _up_to_a_broken_seal(_faults(listed, file, published)):
            yield f"list '{listed.stratum}': {fault}"
    for stratum in sorted(set(published) - {listed.stratum for listed in lists}):
        yield f"list '{stratum}' was published but is gone."


def _up_to_a_broken_seal(found: Iterator[str]) -> Iterator[str]:
    try:
        yield from found
    except BrokenSealError:
        yield "something sealed for it does not open: it was changed or moved, or the vault's key is another one."


def _published(study: Study) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield the last commitment of each list that stands in the trail."""
    for body in Entry.objects.filter(study=study, body__contains=f'"{COMMITMENTS}"').values_list("body", flat=True):
        for stratum, length, said in json.loads(body).get("notes", {}).get(COMMITMENTS, []):
            yield stratum, (length, said)


def _faults(listed: AllocationList, file: StudyFile, published: Published) -> Iterator[str]:
    rows = list(AllocationRow.objects.filter(list=listed).order_by("position"))
    length, said = published.get(listed.stratum, (0, ""))
    given = [row.position for row in rows if row.participant_id is not None]
    if given != list(range(1, len(given) + 1)) or listed.taken != len(given):
        yield "its places were not given away in order."
    if file.allocation.method == "minimisation":
        if commitment(seed_of(listed), "") != said:
            yield "its seed is not the one that was published."
        yield from _replayed(listed, file)
    else:
        places = first_places(
            seed_of(listed), listed.stratum, ratios(file), file.allocation.block_sizes, max(len(rows), length)
        )
        if commitment(seed_of(listed), list_text(listed.stratum, places)) != said:
            yield "it is not the list that was published."
        drawn = [(place.position, place.arm) for place in places]
        if [(row.position, arm_of(row)) for row in rows] != drawn:
            yield "its places are not the ones its seed gives."
    for row in rows:
        if row.participant is not None and not _was_given(row):
            yield f"place {row.position} is not what its participant was given."


def _replayed(listed: AllocationList, file: StudyFile) -> Iterator[str]:
    before = places_before(listed, listed.taken)
    rules, seed = minimiser(file), seed_of(listed)
    for at, (arm, levels) in enumerate(before):
        if rules.allocate(seed, before[:at], levels) != arm:
            yield f"place {at + 1} does not follow from those before it."


def _was_given(row: AllocationRow) -> bool:
    assigned = assigned_to(row.participant) if row.participant else None
    return assigned is not None and assigned.arm == arm_of(row)
