"""The study file on the desk: everybody reads it, administrators change it, and see first what would change."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site, Study, StudyVersion
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(clinic: Site) -> Study:
    return clinic.study


@pytest.fixture
def desk(study: Study) -> Client:
    return browser_of(people.staff(study, Role.ADMINISTRATOR, name="Ada Min"))


@pytest.fixture
def reader(study: Study) -> Client:
    return browser_of(people.staff(study, Role.RATER))


def words(answer: Any) -> str:
    """Return what a page says, without tags and with single spaces."""
    text = re.sub(r"<(script|style|textarea).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(text).split())


def fields(answer: Any) -> dict[str, str]:
    """Return what the page's form would send."""
    page = answer.content.decode()
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    found |= dict(re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL))
    return {name: html.unescape(value) for name, value in found.items()}


def sent(study: Study, right: str = 'gap = "3h"', wrong: str = 'gap = "4h"', **more: object) -> dict[str, object]:
    text = study.versions.latest("number").study_file
    assert right in text
    return {"text": text.replace(right, wrong, 1), "reason": "amendment 1"} | more


def test_the_page_shows_schedule_arms_rules_alerts_and_consents(reader: Client) -> None:
    page = reader.get("/desk/study/")
    said = words(page)
    for part in (
        "Version 1, in effect from", "permuted blocks of 3 or 6 within site", "2 a day on 4 days",
        "saline-training saline active 1", "Who is in which arm is sealed", "madrs.suicidal_thoughts >= 4",
        "The MADRS total must be 25 or more.", "Participar en el estudio", "days 60 to 360, every 30 days",
    ):  # fmt: skip
        assert part in said
    assert page.content.count(b'scope="rowgroup"') == 3
    assert "Load a new version" not in said


def test_a_participant_is_not_let_in(person: Participant) -> None:
    assert browser_of(person.user).get("/desk/study/").status_code == 403


def test_a_version_is_fetched_as_the_file_it_was(reader: Client, study: Study) -> None:
    answer = reader.get("/desk/study/versions/1/")
    assert answer.content.decode() == study.study_file
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ketamine-training-version-1.toml"'
    assert reader.get("/desk/study/versions/2/").status_code == 404


@pytest.mark.parametrize("address", ["?version=9", "?version=x", "compare/?old=1&new=9", "compare/?new=99999999"])
def test_a_version_that_is_not_there_is_not_found(reader: Client, address: str) -> None:
    assert reader.get(f"/desk/study/{address}").status_code == 404


def test_one_version_compared_with_itself_says_so(reader: Client) -> None:
    assert "Both say the same" in words(reader.get("/desk/study/compare/"))


def test_a_change_is_looked_at_then_confirmed_then_in_effect(desk: Client, study: Study) -> None:
    assert 'gap = "3h"' in fields(desk.get("/desk/study/change/"))["text"]
    look = desk.post("/desk/study/change/", sent(study))
    assert look.status_code == 200
    assert "From version 1 to version 2, in effect at once" in words(look)
    assert "training.gap 3h 4h harmless" in words(look)
    assert StudyVersion.objects.count() == 1
    done = desk.post("/desk/study/change/confirm/", fields(look), follow=True)
    said = words(done)
    assert "Version 2 is in effect now." in said
    assert "Ada Min amendment 1" in said
    version = StudyVersion.objects.get(number=2)
    assert version.study_file == str(sent(study, 'gap = "4h"', 'gap = "4h"')["text"])
    compared = words(desk.get("/desk/study/compare/"))
    assert "From version 1 to 2" in compared
    assert '- gap = "3h"' in compared
    assert '+ gap = "4h"' in compared


def test_a_version_to_come_is_shown_beside_the_one_in_effect(desk: Client, study: Study) -> None:
    day = (clock.now() + timedelta(days=4)).date()
    look = desk.post("/desk/study/change/", sent(study, begins=day.isoformat()))
    assert f"from {day.day} {day:%B %Y}, 00:00 UTC" in words(look)
    said = words(desk.post("/desk/study/change/confirm/", fields(look), follow=True))
    assert f"Version 2 begins on {day:%d %B %Y}." in said
    assert "Version 1, in effect" in said
    assert "2 to come" in said
    assert "Version 2, to come" in words(desk.get("/desk/study/?version=2"))


def test_a_day_that_cannot_be_is_refused_before_anything_is_shown(desk: Client, study: Study) -> None:
    page = desk.post("/desk/study/change/", sent(study, begins="2020-01-01"))
    assert (page.status_code, "a version cannot begin before today" in words(page)) == (422, True)


def test_a_change_that_only_an_empty_study_can_take_says_so(desk: Client, study: Study) -> None:
    look = desk.post("/desk/study/change/", sent(study, "days = 4", "days = 5"))
    assert look.status_code == 200
    assert "could not change any more if somebody were enrolled; nobody is yet" in words(look)


def test_an_uploaded_file_counts_before_the_text(desk: Client, study: Study) -> None:
    given = sent(study)
    upload = SimpleUploadedFile("new.toml", str(given["text"]).replace("\n", "\r\n").encode())
    look = desk.post("/desk/study/change/", {"text": "format =", "reason": "amendment 1", "file": upload})
    assert look.status_code == 200
    assert fields(look)["text"] == given["text"]


def test_each_mistake_of_a_file_is_listed_and_the_text_kept(desk: Client, study: Study) -> None:
    given = sent(study, wrong='gap = "4 hours"\ngaps = 2')
    page = desk.post("/desk/study/change/", given)
    assert page.status_code == 422
    said = words(page)
    assert "The file has 2 mistakes:" in said
    assert "training.gaps: there is no such key here; perhaps 'gap' is meant" in said
    assert fields(page)["text"] == given["text"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"text": "", "reason": "x"}, "There is no text. Choose a file, or write here."),
        ({"text": "format = 1", "reason": ""}, "Why it changes"),
        ({"text": "format = 1", "reason": "x", "begins": "soon"}, "Enter a valid date"),
        ({"reason": "x", "file": SimpleUploadedFile("a.toml", b"\xff\xfe\x00")}, "This is no text in UTF-8."),
        ({"reason": "x", "file": SimpleUploadedFile("a.toml", b"#" * 300_001)}, "too long to be a study file"),
    ],
)
def test_a_form_with_a_gap_says_what_to_do(desk: Client, given: dict[str, object], says: str) -> None:
    for upload in given.values():
        if isinstance(upload, SimpleUploadedFile):
            upload.seek(0)
    page = desk.post("/desk/study/change/", given)
    assert page.status_code == 422
    assert "Nothing was saved." in words(page)
    assert says in words(page)


def test_what_would_break_people_enrolled_is_shown_and_cannot_be_confirmed(
    desk: Client, study: Study, person: Participant
) -> None:
    Participant.objects.update(enrolled_at=clock.now())
    look = desk.post("/desk/study/change/", sent(study, "days = 4", "days = 5"))
    assert look.status_code == 422
    said = words(look)
    assert "This version cannot be loaded." in said
    assert "training.days : the number of planned sessions would change for people who have begun." in said
    assert "Let it come into effect" not in said
    assert "days = 5" in fields(look)["text"]
    forced = desk.post("/desk/study/change/confirm/", {**sent(study, "days = 4", "days = 5"), "seen": 1})
    assert forced.status_code == 422
    assert "this version would break what is already under way" in words(forced)
    assert StudyVersion.objects.count() == 1


def test_a_second_click_and_a_stale_page_store_nothing_more(desk: Client, study: Study) -> None:
    first = fields(desk.post("/desk/study/change/", sent(study)))
    other = fields(desk.post("/desk/study/change/", sent(study, wrong='gap = "2h"')))
    desk.post("/desk/study/change/confirm/", first)
    again = desk.post("/desk/study/change/confirm/", first)
    assert (again.status_code, "says the same as version 2" in words(again)) == (422, True)
    stale = desk.post("/desk/study/change/confirm/", other)
    assert (stale.status_code, "Someone else changed this" in words(stale)) == (422, True)
    assert StudyVersion.objects.count() == 2


def test_a_confirmation_without_its_parts_asks_for_them(desk: Client, study: Study) -> None:
    assert desk.post("/desk/study/change/confirm/", {"text": "format = 1"}).status_code == 422
    assert desk.get("/desk/study/change/confirm/").status_code == 405


def test_the_pages_need_few_questions_to_the_database(
    desk: Client, study: Study, django_assert_max_num_queries: Any
) -> None:
    for gap in range(4, 9):
        look = desk.post("/desk/study/change/", sent(study, f'gap = "{gap - 1}h"', f'gap = "{gap}h"'))
        desk.post("/desk/study/change/confirm/", fields(look))
    with django_assert_max_num_queries(14):
        assert desk.get("/desk/study/").status_code == 200
