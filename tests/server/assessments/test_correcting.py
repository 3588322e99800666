"""Corrections with a reason, two entries of one form, and two raters of one interview."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from daybreak.core.instruments import INSTRUMENTS
from daybreak.server.accounts.models import User
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.models import Alert
from tests.live_people import shipped_study_file
from tests.server.assessments.answers import answer_all, fields_of, filled
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
FORM = "/desk/people/P-2/forms/day-1/madrs/"
RULES = """
[[instruments]]
key = "madrs"
double_entry = true
prior_scores = "shown"

[[alerts]]
"""
DRAWN = RULES.replace("double_entry = true", "double_entry = true\nsecond_rater = 1.0")


@pytest.fixture
def study_file() -> str:
    """The shipped study file, in which MADRS is entered twice and prior scores are shown."""
    return shipped_study_file().replace("\n[[alerts]]\n", RULES, 1)


@pytest.fixture
def desk(rated: Participant, rater: User) -> Client:
    return browser_of(rater)


@pytest.fixture
def other_desk(rated: Participant, other_rater: User) -> Client:
    return browser_of(other_rater)


def send(client: Client, path: str, instrument: str = "madrs", **answers: str) -> Any:
    """Open a page, fill in all items, and hand it in."""
    sent = fields_of(client.get(path)).values | filled(INSTRUMENTS[instrument], **answers)
    return client.post(path, sent | {"mode": "in-person", "hand_in": "yes"})


def correct(client: Client, path: str, instrument: str = "madrs", reason: str = "mistyped", **answers: str) -> Any:
    """Open the page of a correction, change some answers, and send it with a reason."""
    page = fields_of(client.get(path))
    return client.post(
        path, page.values | page.chosen | {f"item-{key}": value for key, value in answers.items()} | {"reason": reason}
    )


def test_a_correction_keeps_its_reason_and_what_stood_there(desk: Client) -> None:
    send(desk, FORM + "fill/", reduced_sleep="2")
    assert correct(desk, FORM + "correct/", reduced_sleep="4").headers["Location"] == FORM
    entry = Entry.objects.get(action="correct-form")
    answer = Answer.objects.get(item="reduced_sleep")
    assert (answer.value, entry.reason, answer.corrected_at is not None) == (4, "mistyped", True)
    assert [2, 4] in [change["values"].get("value") for change in json.loads(entry.body)["changes"]]
    page = desk.get(FORM).content.decode()
    assert "corrected" in page
    assert "<strong>4</strong>" in page


@pytest.mark.parametrize(
    ("reason", "answers", "says"),
    [
        ("", {"reduced_sleep": "4"}, "why it is corrected"),
        ("again", {}, "Nothing was changed"),
        ("again", {"reduced_sleep": "9"}, "The answer needs one of"),
    ],
)
def test_a_correction_without_reason_change_or_sense_is_refused(
    desk: Client, reason: str, answers: dict[str, str], says: str
) -> None:
    send(desk, FORM + "fill/", reduced_sleep="2")
    refused = correct(desk, FORM + "correct/", reason=reason, **answers)
    assert (refused.status_code, says in refused.content.decode()) == (422, True)
    assert Answer.objects.get(item="reduced_sleep").value == 2


def test_who_corrects_what_somebody_else_changed_meanwhile_looks_again(desk: Client) -> None:
    send(desk, FORM + "fill/", reduced_sleep="2")
    page = fields_of(desk.get(FORM + "correct/"))
    correct(desk, FORM + "correct/", reduced_sleep="3")
    late = desk.post(FORM + "correct/", page.values | page.chosen | {"item-reduced_sleep": "5", "reason": "late"})
    assert (late.status_code, Answer.objects.get(item="reduced_sleep").value) == (409, 3)
    assert "Someone else changed this" in late.content.decode()


def test_alert_rules_look_at_a_correction(desk: Client) -> None:
    send(desk, FORM + "fill/")
    assert not Alert.objects.exists()
    correct(desk, FORM + "correct/", suicidal_thoughts="5")
    assert Alert.objects.get().facts == {"madrs.suicidal_thoughts": 5}


def test_what_people_answered_themselves_is_corrected_by_the_clinic_only(
    phone: Client, person: Participant, rater: User, cora: User
) -> None:
    answer_all(phone)
    phone.post("/forms/follow-up-60/qids-sr/check/")
    path = "/desk/people/P-1/forms/follow-up-60/qids-sr/"
    assert "Change one only if they told you" in browser_of(cora).get(path + "correct/").content.decode()
    assert correct(browser_of(cora), path + "correct/", sadness="1").status_code == 302
    refused = correct(browser_of(rater), path + "correct/", sadness="2")
    assert refused.status_code in (409, 422)
    assert Answer.objects.get(item="sadness").value == 1


def test_two_entries_that_agree_settle_themselves(desk: Client, other_desk: Client, other_rater: User) -> None:
    send(desk, FORM + "fill/", lassitude="2")
    assert "second entry open" in desk.get("/desk/people/P-2/forms/").content.decode()
    send(other_desk, FORM + "second-entry/", lassitude="2")
    first = Form.objects.get(entry=1)
    assert (first.settled_by, Form.objects.get(entry=2).state) == (other_rater, "complete")


def test_differences_of_two_entries_are_listed_and_settled_with_a_reason(desk: Client, other_desk: Client) -> None:
    send(desk, FORM + "fill/", lassitude="2", reduced_sleep="1")
    send(other_desk, FORM + "second-entry/", lassitude="3", reduced_sleep="6")
    page = desk.get(FORM + "settle/")
    assert set(fields_of(page).offered) == {"item-lassitude", "item-reduced_sleep"}
    for given in ({}, {"item-lassitude": "2"}, {"item-lassitude": "2", "item-reduced_sleep": "1"}):
        assert desk.post(FORM + "settle/", given).status_code == 422
    chosen = {"item-lassitude": "2", "item-reduced_sleep": "1", "reason": "as on paper"}
    assert desk.post(FORM + "settle/", chosen).headers["Location"] == FORM
    first = dict(Answer.objects.filter(form__entry=1).values_list("item", "value"))
    assert (first["lassitude"], first["reduced_sleep"]) == (3, 1)
    assert Answer.objects.get(form__entry=2, item="reduced_sleep").value == 6
    assert Form.objects.get(entry=1).settled_at is not None


def test_the_second_entry_is_for_another_person_and_comes_second(desk: Client, other_desk: Client) -> None:
    early = other_desk.get(FORM + "second-entry/")
    assert (early.status_code, "first entry is not handed in" in early.content.decode()) == (409, True)
    send(desk, FORM + "fill/")
    same = desk.get(FORM + "second-entry/")
    assert (same.status_code, "another person" in same.content.decode()) == (409, True)


def test_a_second_entry_that_says_something_alarming_calls_although_the_first_did_not(
    desk: Client, other_desk: Client
) -> None:
    send(desk, FORM + "fill/")
    send(other_desk, FORM + "second-entry/", suicidal_thoughts="6")
    assert Alert.objects.count() == 1


def test_an_instrument_that_is_not_entered_twice_says_so(desk: Client) -> None:
    path = "/desk/people/P-2/forms/day-1/c-ssrs/"
    send(desk, path + "fill/", "c-ssrs")
    refused = desk.get(path + "second-entry/")
    assert (refused.status_code, "not entered twice" in refused.content.decode()) == (409, True)


@pytest.mark.parametrize("study_file", [shipped_study_file().replace("\n[[alerts]]\n", DRAWN, 1)])
def test_a_second_rater_rates_the_same_interview_on_a_form_of_their_own(desk: Client, other_desk: Client) -> None:
    send(desk, FORM + "fill/", lassitude="2")
    assert desk.get(FORM + "second-rater/").status_code == 409
    send(other_desk, FORM + "second-rater/", lassitude="4")
    assert dict(Answer.objects.filter(item="lassitude").values_list("form__rater", "value")) == {1: 2, 2: 4}
    page = desk.get(FORM).content.decode()
    assert "Second rater" in page
    assert "differs" in page
    correct(other_desk, FORM + "second-rater/correct/", lassitude="3")
    assert Answer.objects.get(form__rater=2, item="lassitude").value == 3


@pytest.mark.parametrize("study_file", [shipped_study_file().replace("\n[[alerts]]\n", DRAWN, 1)])
def test_whoever_typed_the_first_rating_in_again_is_no_second_rater(desk: Client, other_desk: Client) -> None:
    send(desk, FORM + "fill/", lassitude="2")
    send(other_desk, FORM + "second-entry/", lassitude="2")
    refused = other_desk.get(FORM + "second-rater/")
    assert (refused.status_code, "may have read the first rating" in refused.content.decode()) == (409, True)


def test_prior_scores_are_shown_where_the_study_file_says_so(desk: Client, rated: Participant, rater: User) -> None:
    send(desk, FORM + "fill/", lassitude="2")
    Form.objects.update(visit_key="baseline")
    page = desk.get(FORM + "fill/").content.decode()
    assert "Scores before" in page
    assert "total 2" in page


def test_every_kind_of_answer_goes_through_a_clinicians_page_unchanged(desk: Client, cora: User) -> None:
    clinic = browser_of(cora)
    for instrument in ("cadss", "vital-signs", "adverse-events"):
        path = f"/desk/people/P-2/forms/day-0/{instrument}/"
        assert send(clinic, path + "fill/", instrument).status_code == 302, instrument
        form = Form.objects.get(instrument=instrument)
        sent = filled(INSTRUMENTS[instrument])
        assert form.state == "complete"
        assert {f"item-{answer.item}" for answer in form.answers.all()} == {key for key, value in sent.items() if value}
