"""The door for the safety board: letters say who got the same, and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import DatabaseError, transaction

from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site, Study
from daybreak.server.vault.board import board_labels
from daybreak.server.vault.models import BoardLetters
from daybreak.server.vault.sealing import PADDED, seal
from tests import people

pytestmark = pytest.mark.django_db
ARMS = ("one", "two", "two", "three", "one")


def labels_of(study: Study) -> dict[str, str]:
    with recorded(None, "read-board-list", study=study, reason="test") as entry:
        return board_labels(entry, study)


def enrol(clinic: Site, arms: tuple[str, ...]) -> None:
    for number, version in enumerate(arms, Participant.objects.count() + 1):
        people.participant(clinic, f"P-{number}", version=version, cues=None, infusion_ago=None)


@pytest.fixture
def crowd(clinic: Site) -> Site:
    enrol(clinic, ARMS)
    return clinic


def letters(labels: dict[str, str]) -> str:
    return "".join(labels[code][0] for code in sorted(labels))


def test_two_people_share_a_letter_when_they_got_the_same(crowd: Site) -> None:
    first, second, third, fourth, fifth = list(letters(labels_of(crowd.study)))
    assert (second, first) == (third, fifth)
    assert {first, second, fourth} == set("ABC")


def test_labels_stay_the_same_when_more_people_come(crowd: Site) -> None:
    before = labels_of(crowd.study)
    enrol(crowd, ("three", "one"))
    after = labels_of(crowd.study)
    assert before.items() < after.items()
    assert len({label.partition("-")[2] for label in after.values()}) == len(after)


def test_an_arm_that_is_added_later_gets_the_next_letter(crowd: Site) -> None:
    before = labels_of(crowd.study)
    enrol(crowd, ("four",))
    after = labels_of(crowd.study)
    assert before.items() < after.items()
    assert letters(after)[-1] == "D"


def test_with_other_arms_in_the_vault_the_labels_are_the_same(clinic: Site) -> None:
    """The twin of the letters: the same people grouped alike under other names of arms."""

    def seen(renamed: dict[str, str]) -> dict[str, str]:
        with transaction.atomic():
            enrol(clinic, tuple(renamed[arm] for arm in ARMS))
            sealed = seal(f"board:{clinic.study.pk}", {"letters": "CAB", "seed": bytes(32).hex()})
            BoardLetters.objects.create(
                study=clinic.study, sealed=sealed, drawn_at=clinic.opened_at or clinic.study.created_at
            )
            found = labels_of(clinic.study)
            transaction.set_rollback(True)
        return found

    first = seen({"one": "ketamine", "two": "saline", "three": "sham"})
    second = seen({"one": "sham", "two": "ketamine", "three": "saline"})
    assert first == second
    assert letters(first) == "CAABC"


def test_every_order_of_the_letters_is_drawn_about_as_often(crowd: Site) -> None:
    """Whoever knows the order in which groups began learns nothing of letters: 6 orders, 240 draws, 40 expected."""
    seen: Counter[str] = Counter()
    for _ in range(240):
        with transaction.atomic():
            seen[letters(labels_of(crowd.study))] += 1
            transaction.set_rollback(True)
    assert len(seen) == 6
    assert sum((count - 40) ** 2 / 40 for count in seen.values()) < 25.7  # chi-square, 5 degrees, one in 10,000


def test_letters_are_sealed_in_one_size_and_never_change(crowd: Site) -> None:
    labels_of(crowd.study)
    row = BoardLetters.objects.get()
    assert len(bytes(row.sealed)) == 12 + PADDED + 16
    assert b"letters" not in bytes(row.sealed)
    for change in (lambda: BoardLetters.objects.update(sealed=b"x"), lambda: BoardLetters.objects.all().delete()):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    labels_of(crowd.study)
    assert BoardLetters.objects.count() == 1
