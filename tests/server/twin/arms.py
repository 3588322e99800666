"""Swapping the arms behind everybody's back, and looking into the vault: for the twin test only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.models import AllocationRow
from daybreak.server.vault.places import arm_of, place_label
from daybreak.server.vault.sealing import seal


def turn_arms(study: Study, *, other: bool) -> None:
    """Seal every place of the study's lists anew; in the `other` world each arm is replaced by a later one.

    To be called before anybody is enrolled. The first world is sealed anew too, so that both wrote as much. The first
    place of all is ketamine and sham in one world, saline and active in the other: every leak that asks for it is seen.
    """
    arms = [arm.key for arm in file_of(study).arms]
    first = AllocationRow.objects.filter(list__study=study).earliest("pk")
    by = arms.index("saline-training" if other else "ketamine-sham") - arms.index(arm_of(first))
    with _walls_open():
        for row in AllocationRow.objects.filter(list__study=study).order_by("pk"):
            arm = arms[(arms.index(arm_of(row)) + by) % len(arms)]
            AllocationRow.objects.filter(pk=row.pk).update(
                sealed=seal(place_label(row.list_id, row.position), {"arm": arm})
            )


@contextmanager
def _walls_open() -> Iterator[None]:
    """Take away the trigger that keeps what was sealed, and put it back."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            # PostgreSQL changes no table while foreign keys of its new rows are still to be checked.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE vault.vault_allocationrow DISABLE TRIGGER allocationrow_fixed")
            yield
            cursor.execute("ALTER TABLE vault.vault_allocationrow ENABLE TRIGGER allocationrow_fixed")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'vault_allocationrow_fixed'")
        (wall,) = cursor.fetchone()
        cursor.execute("DROP TRIGGER vault_allocationrow_fixed")
        yield
        cursor.execute(wall)


def first_is_active() -> bool:
    """Return whether the first participant who was allocated trains with the active version."""
    first = Participant.objects.filter(enrolled_at__isnull=False).order_by("pk").first()
    assigned = assigned_to(first) if first else None
    return assigned is not None and assigned.version == "active"
