"""Forms in an export: answers as given, scores, marks of wording, late and partial; no free text, no identity."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from daybreak.core.instruments import INSTRUMENTS
from daybreak.server import clock
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.audit.redaction import said
from daybreak.server.enrolment.models import Participant
from daybreak.server.exports.columns import TABLES
from daybreak.server.exports.folder import export_study, read_csv, table_file
from tests.server.assessments.answers import answer_all, give, item_path

pytestmark = pytest.mark.django_db


def tables(person: Participant, folder: Path) -> dict[str, list[dict[str, object]]]:
    """Export the study, and return the rows about forms."""
    export_study(person.study, folder, clock.now())
    names = ("forms", "answers", "scores")
    files = {name: folder / "data" / f"{table_file(person.study, name)}.csv" for name in names}
    return {name: read_csv(file, TABLES[name]).collect().to_dicts() for name, file in files.items()}


def test_every_answer_and_score_is_exported_as_it_is_stored(phone: Client, person: Participant, tmp_path: Path) -> None:
    answer_all(phone)
    give(phone, item_path(1), "3")
    phone.post("/forms/follow-up-60/qids-sr/check/")
    found = tables(person, tmp_path / "out")
    (form,) = found["forms"]
    wanted = {"participant": "P-1", "visit": "follow-up-60", "instrument": "qids-sr", "form_state": "complete"}
    assert wanted.items() <= form.items()
    assert (form["wording"], form["filled_by"], form["form_late"]) == (
        "not the validated wording",
        "participant",
        False,
    )
    items = [item.key for item in INSTRUMENTS["qids-sr"].items]
    assert [row["item"] for row in found["answers"]] == items
    assert [row["number"] for row in found["answers"]] == [3.0, *(0.0 for _ in items[1:])]
    assert [(row["score"], row["points"]) for row in found["scores"]] == [("total", 3.0)]


def test_free_text_stays_on_the_server(phone: Client, person: Participant, tmp_path: Path) -> None:
    give(phone, item_path(1), "1")
    Form.objects.get().answers.update(value=None, words="Wilhelmina said so")
    found = tables(person, tmp_path / "out")
    assert [(row["value"], row["has_text"]) for row in found["answers"]] == [(None, True)]
    assert all(b"Wilhelmina" not in file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
    assert (found["scores"], found["forms"][0]["submitted_at"]) == ([], None)


def test_free_text_stands_in_the_trail_as_its_digest_only() -> None:
    assert str(said(Answer._meta.get_field("words"), "Wilhelmina")).startswith("sha256:")
