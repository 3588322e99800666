"""The door of the vault for the safety board: it answers with letters of groups, never with an arm.

A letter says which people got the same, and nothing of what: groups are counted in the order in which somebody was
first allocated to each, and the n-th gets the n-th of letters that were shuffled once for the study and sealed. No name
of an arm has a part in it, so that a study with its arms exchanged shows the same letters.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from string import ascii_uppercase

from daybreak.core.chance import Chance
from daybreak.server import clock
from daybreak.server.audit.trail import Draft
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.models import Assignment, BoardLetters
from daybreak.server.vault.opened import opened
from daybreak.server.vault.sealing import seal, unseal

__all__ = ["board_labels"]

SEED_BYTES = 32
NUMBERS = 10_000


@opened()
def board_labels(entry: Draft, study: Study) -> dict[str, str]:
    """Return participant code to label for everybody who is allocated, and note that letters were shown.

    A label is the letter of the person's group, a hyphen and a drawn number of four digits, such as `B-0412`: it stays
    the same from one list to the next, and says nothing of the code or the order of enrolment.
    """
    letters, seed = _sealed(study)
    labels = dict(_labelled(study, letters, seed))
    entry.note(shown=f"letters of {len(labels)} people")
    return labels


def _sealed(study: Study) -> tuple[str, bytes]:
    """Return the study's letters and seed, drawn when they are needed first."""
    label = f"board:{study.pk}"
    row = BoardLetters.objects.filter(study=study).first()
    if row is None:
        seed = secrets.token_bytes(SEED_BYTES)
        letters = Chance(seed, "letters").shuffled(ascii_uppercase[: len(file_of(study).arms)])
        facts = {"letters": "".join(letters), "seed": seed.hex()}
        row = BoardLetters.objects.create(study=study, sealed=seal(label, facts), drawn_at=clock.now())
    facts = unseal(label, row.sealed)
    return facts["letters"], bytes.fromhex(facts["seed"])


def _labelled(study: Study, letters: str, seed: bytes) -> Iterator[tuple[str, str]]:
    # Arms that a later version of the study file adds get the next letters of the alphabet.
    waiting = [*letters, *(letter for letter in ascii_uppercase if letter not in letters)]
    given: dict[str, str] = {}
    taken: set[str] = set()
    rows = Assignment.objects.filter(participant__study=study).select_related("participant").order_by("pk")
    for person in (row.participant for row in rows):
        assigned = assigned_to(person)
        if assigned is not None:
            letter = given.setdefault(assigned.arm, waiting[len(given)])
            number = _free_number(seed, person.code, taken)
            taken.add(number)
            yield person.code, f"{letter}-{number}"


def _free_number(seed: bytes, code: str, taken: set[str]) -> str:
    tried = 0
    while True:
        drawn = int.from_bytes(hmac.digest(seed, f"{code}:{tried}".encode(), "sha256")[:8]) % NUMBERS
        if (number := f"{drawn:04d}") not in taken:
            return number
        tried += 1
