"""Wordings that a site may use: added from the command line with their licence, shown, kept by forms, insisted on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from daybreak.cli.instruments import read_json
from daybreak.core.errors import DaybreakError
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.instruments.questionnaire import to_questionnaire
from daybreak.server.assessments.actions.wordings import add_wording
from daybreak.server.assessments.models import Form, Wording
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site, Study
from tests.live_people import shipped_study_file
from tests.server.assessments.answers import fields_of, give, item_path

pytestmark = pytest.mark.django_db
LICENCE = "Used by leave of the owner, letter of 3 May"


def questionnaire(language: str = "en", **changes: Any) -> dict[str, Any]:
    """Return a wording of QIDS-SR whose every prompt and answer is recognised on a page."""
    content = to_questionnaire(INSTRUMENTS["qids-sr"], language=language)
    for item in content["item"]:
        item["text"] = f"As the owner asks: {item['linkId']}"
        for place, option in enumerate(item["answerOption"]):
            option["valueCoding"]["display"] = f"owner's answer {place}"
    return content | {"copyright": LICENCE, "version": "2.1"} | changes


def written(tmp_path: Path, content: Any) -> Path:
    file = tmp_path / "wording.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_a_wording_is_added_once_with_its_licence_and_noted(person: Participant) -> None:
    wording = add_wording(None, person.study, questionnaire(), "w.json")
    assert (wording.instrument, wording.language, wording.version, wording.licence) == ("qids-sr", "en", "2.1", LICENCE)
    assert add_wording(None, person.study, questionnaire(), "again.json") == wording
    entry = Entry.objects.get(action="add-wording")
    assert "sha256:" in entry.body
    assert "As the owner asks" not in entry.body


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "this is no JSON"),
        ("{", "this is no JSON"),
        ("[]", "no FHIR Questionnaire"),
        ("[" * 100_000, "this is no JSON"),
        ({"resourceType": "Patient"}, "no FHIR Questionnaire"),
        (questionnaire(name="mood", url="x"), "names no instrument"),
        (questionnaire(item=[]), "missing"),
        (questionnaire(item={"linkId": 1}), "no list of items"),
        (questionnaire() | {"language": None}, "language"),
        (questionnaire(copyright="  "), "names no licence"),
    ],
)
def test_a_file_that_is_no_wording_is_refused_in_a_sentence(
    clinic: Site, tmp_path: Path, content: Any, says: str
) -> None:
    with pytest.raises(DaybreakError, match=says):
        add_wording(None, clinic.study, read_json(written(tmp_path, content)), "wording.json")
    assert not Wording.objects.exists()


def test_a_form_opened_afterwards_shows_the_wording_without_the_mark(phone: Client, person: Participant) -> None:
    wording = add_wording(None, person.study, questionnaire(), "w.json")
    page = phone.get(item_path(1))
    assert "As the owner asks: falling_asleep" in page.content.decode()
    assert "owner&#x27;s answer 0" in page.content.decode()
    assert "not the validated wording" not in page.content.decode()
    give(phone, item_path(1), "1")
    assert Form.objects.get().wording == wording


def test_a_form_keeps_the_words_it_was_begun_in(phone: Client, person: Participant) -> None:
    give(phone, item_path(1), "1")
    old = fields_of(phone.get(item_path(2))).values
    add_wording(None, person.study, questionnaire(), "w.json")
    assert "As the owner asks" not in phone.get(item_path(2)).content.decode()
    assert phone.post(item_path(2), old | {"answer": "1"}).status_code == 302


def test_a_page_opened_before_a_wording_came_asks_again_in_the_new_words(phone: Client, person: Participant) -> None:
    old = fields_of(phone.get(item_path(1))).values
    add_wording(None, person.study, questionnaire(), "w.json")
    again = phone.post(item_path(1), old | {"answer": "1"})
    assert (again.status_code, Form.objects.exists()) == (422, False)
    assert "As the owner asks" in again.content.decode()


class TestInsisting:
    """The study file insists on a wording of QIDS-SR."""

    @pytest.fixture
    def study_file(self) -> str:
        insists = '\n[[instruments]]\nkey = "qids-sr"\nwording = "required"\n\n[[alerts]]\n'
        return shipped_study_file().replace("\n[[alerts]]\n", insists, 1)

    def test_without_one_no_form_opens_and_today_does_not_lead_there(self, phone: Client) -> None:
        assert "/forms/" not in phone.get("/today/").content.decode()
        refused = phone.get("/forms/follow-up-60/")
        assert (refused.status_code, "cannot be shown yet" in refused.content.decode()) == (409, True)
        assert phone.post(item_path(1), {"answer": "1", "mark": "1.en.own"}).status_code == 409
        assert not Form.objects.exists()

    def test_one_in_another_language_is_not_enough(self, phone: Client, person: Participant) -> None:
        add_wording(None, person.study, questionnaire("es"), "w.json")
        assert phone.get("/forms/follow-up-60/").status_code == 409
        Participant.objects.filter(pk=person.pk).update(language="es-MX")
        assert "As the owner asks" in phone.get(item_path(1)).content.decode()

    def test_with_one_it_opens(self, phone: Client, person: Participant) -> None:
        study = Study.objects.get()
        add_wording(None, study, questionnaire(), "w.json")
        assert "/forms/follow-up-60/" in phone.get("/today/").content.decode()
        assert give(phone, item_path(1), "1").status_code == 302
