"""Which consent text is to be signed, by whom, from when."""

from __future__ import annotations

from datetime import date

import pytest

from daybreak.core.consent import Owed, owed, text_in, text_sha256, versions_in_force
from daybreak.core.study import ConsentText

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def text(version: int, language: str = "en", key: str = "main", **more: object) -> ConsentText:
    filled = {"title": "Taking part", "paragraphs": ("It is your choice.",)} | more
    return ConsentText.model_validate({"key": key, "version": version, "language": language, **filled})


TEXTS = (
    text(1),
    text(1, "es"),
    text(2, effective=JUNE),
    text(3, effective=date(2026, 7, 1), reconsent=True),
    text(1, key="genes"),
)


def test_a_version_is_in_force_from_its_day_on() -> None:
    assert versions_in_force(TEXTS, MAY) == {"main": 1, "genes": 1}
    assert versions_in_force(TEXTS, JUNE) == {"main": 2, "genes": 1}


def test_before_enrolment_every_version_in_force_is_to_be_signed() -> None:
    assert owed(TEXTS, MAY, {}, enrolled=False) == (Owed("main", 1), Owed("genes", 1))
    assert owed(TEXTS, MAY, {"main": 1, "genes": 1}, enrolled=False) == ()
    assert owed(TEXTS, JUNE, {"main": 1, "genes": 1}, enrolled=False) == (Owed("main", 2, 1),)


@pytest.mark.parametrize(("day", "again"), [(JUNE, ()), (date(2026, 7, 1), (Owed("main", 3, 1),))])
def test_who_is_enrolled_signs_again_only_where_the_file_asks_for_it(day: date, again: tuple[Owed, ...]) -> None:
    assert owed(TEXTS, day, {"main": 1, "genes": 1}, enrolled=True) == again


def test_a_version_that_asks_again_is_not_forgotten_when_a_later_one_does_not() -> None:
    later = (*TEXTS, text(4, effective=date(2026, 8, 1)))
    assert owed(later, date(2026, 8, 1), {"main": 2, "genes": 1}, enrolled=True) == (Owed("main", 4, 2),)


def test_a_new_document_is_owed_by_everybody() -> None:
    assert owed(TEXTS, MAY, {"main": 1}, enrolled=True) == (Owed("genes", 1),)


def test_a_text_is_found_in_the_persons_language_and_never_in_another() -> None:
    assert text_in(TEXTS, Owed("main", 1), "es-MX") == TEXTS[1]
    assert text_in(TEXTS, Owed("main", 2), "es") is None


def test_the_hash_changes_with_every_word_that_is_shown() -> None:
    shown = [text(1), text(2), text(1, "es"), text(1, title="Other"), text(1, paragraphs=("It is", "your choice."))]
    assert len({text_sha256(each) for each in shown}) == len(shown)
    assert text_sha256(text(1)) == text_sha256(text(1, effective=MAY, reconsent=True))
