"""What cannot be taken as an answer: each gets a plain sentence, and nothing that was given before is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.assessments.actions.answering import Given, answer
from daybreak.server.assessments.actions.closing import close_all_over
from daybreak.server.assessments.actions.sending import submit
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.assessments.refusals import FormError
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.models import Hold
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.studies.models import Site
from tests import people
from tests.candidates import coordinator
from tests.server.assessments.answers import answer_all, fields_of, give, item_path
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
CHECK = "/forms/follow-up-60/qids-sr/check/"


@pytest.fixture
def begun(phone: Client) -> Client:
    """The browser of somebody whose first answer is stored."""
    give(phone, item_path(1), "2")
    return phone


def kept() -> bool:
    """Whether the first answer, and no other, is stored as it was given."""
    return list(Answer.objects.values_list("item", "value")) == [(INSTRUMENTS["qids-sr"].items[0].key, 2)]


@pytest.mark.parametrize("value", ["4", "-1", "1.5", "many", "yes", "9" * 400, "2\0", "٢٢"])
def test_an_answer_out_of_range_asks_again(begun: Client, value: str) -> None:
    again = give(begun, item_path(2), value)
    assert (again.status_code, kept()) == (422, True)
    assert "not one of the answers" in again.content.decode()


@pytest.mark.parametrize("mark", ["", "2.en.own", "1.es.own", "1.en.0123456789abcdef"])
def test_an_answer_to_other_words_than_those_stored_asks_again(begun: Client, mark: str) -> None:
    again = give(begun, item_path(2), "1", mark=mark)
    assert (again.status_code, kept()) == (422, True)
    assert "other words" in again.content.decode()


def test_a_form_begun_in_another_structure_is_not_gone_on_with_and_kept(begun: Client) -> None:
    Form.objects.update(version="0")
    refused = give(begun, item_path(1), "1", mark="1.en.own")
    assert (refused.status_code, kept()) == (409, True)
    assert "The questions have changed" in refused.content.decode()


@pytest.mark.parametrize("number", [0, 17, 10**12])
def test_a_question_that_does_not_exist_is_not_found(begun: Client, number: int) -> None:
    assert begun.post(item_path(number), {"answer": "1"}).status_code == 404
    assert kept()


@pytest.mark.parametrize(
    ("visit", "instrument", "says"),
    [
        ("follow-up-60", "phq-9", "There are no such questions"),
        ("follow-up-61", "qids-sr", "There are no such questions"),
        ("day-30", "madrs", "There are no such questions"),
        ("day-30", "iat", "There are no such questions"),
        ("follow-up-90", "qids-sr", "not open yet"),
        ("day-1", "qids-sr", "closed now"),
    ],
)
def test_a_form_that_cannot_be_answered_now_says_why(begun: Client, visit: str, instrument: str, says: str) -> None:
    for answer_ in (begun.get(f"/forms/{visit}/{instrument}/"), begun.get(f"/forms/{visit}/{instrument}/check/")):
        assert answer_.status_code == 409
        assert says in answer_.content.decode()
    assert says in begun.get(f"/forms/{visit}/").content.decode() or instrument in ("phq-9", "madrs", "iat")
    assert kept()


def test_an_answer_sent_after_the_form_is_kept_as_it_was(phone: Client) -> None:
    sent = fields_of(phone.get(item_path(1))).values
    answer_all(phone)
    phone.post(CHECK)
    before = dict(Answer.objects.values_list("item", "value"))
    refused = phone.post(item_path(1), sent | {"answer": "3"})
    assert (refused.status_code, dict(Answer.objects.values_list("item", "value"))) == (409, before)
    assert "You sent these answers before" in refused.content.decode()
    replayed = phone.post(item_path(1), sent | {"answer": "0"})
    assert replayed.headers["Location"] == "/forms/follow-up-60/"


def test_nobody_reaches_the_form_of_another_person(begun: Client, clinic: Site) -> None:
    other = browser_of(people.participant(clinic, "P-9", infusion_ago=timedelta(days=62)).user)
    assert fields_of(other.get(item_path(1))).chosen == {}
    give(other, item_path(1), "1")
    assert Answer.objects.count() == 2
    assert set(Answer.objects.values_list("form__participant__code", "value")) == {("P-1", 2), ("P-9", 1)}


def test_who_left_follow_up_is_told_so_and_what_was_given_stays(begun: Client, person: Participant) -> None:
    sent = fields_of(begun.get(item_path(2))).values
    withdraw(coordinator(person.study), person, Scope.FOLLOW_UP, why="own-wish")
    for refused in (begun.get("/forms/follow-up-60/"), begun.post(item_path(2), sent | {"answer": "1"})):
        assert refused.status_code == 409
        assert "You left this part of the study" in refused.content.decode()
    assert kept()
    assert "/forms/" not in begun.get("/today/").content.decode()


@pytest.mark.parametrize("visit", ["", "follow-up-60"])
def test_while_the_data_are_frozen_nothing_changes(begun: Client, person: Participant, visit: str) -> None:
    sent = fields_of(begun.get(item_path(2))).values
    by = coordinator(person.study)
    Hold.objects.create(kind="freeze", study=person.study, participant=person, visit=visit, at=clock.now(), by=by)
    for refused in (begun.post(item_path(2), sent | {"answer": "1"}), begun.post(CHECK, {"with_gaps": "yes"})):
        assert refused.status_code == 409
        assert "has closed the study data" in refused.content.decode()
    assert kept()
    assert Form.objects.get().state == "open"


def test_a_late_answer_is_taken_for_a_while_and_labelled(clinic: Site) -> None:
    late = people.participant(clinic, "P-8", infusion_ago=timedelta(days=77))
    phone = browser_of(late.user)
    assert "Late, but still open" in phone.get("/today/").content.decode()
    answer_all(phone)
    phone.post(CHECK)
    assert (Form.objects.get().late, Form.objects.get().state) == (True, "complete")


def test_long_after_the_window_nothing_is_taken(clinic: Site) -> None:
    phone = browser_of(people.participant(clinic, "P-8", infusion_ago=timedelta(days=84)).user)
    refused = phone.get("/forms/follow-up-60/")
    assert refused.status_code == 409
    assert "closed now" in refused.content.decode()


def test_lateness_ends_where_the_next_visit_with_the_same_questions_begins(clinic: Site) -> None:
    """Day 5 is open until day 7, and would be taken until day 11; day 12 opens on day 10."""
    person = people.participant(clinic, "P-8", infusion_ago=timedelta(days=10, hours=13))
    with pytest.raises(FormError) as refused:
        answer(person, Given("day-5", "qids-sr", "sadness", "1", "1.en.own"))
    assert refused.value.code == "form-closed"


def test_what_was_begun_and_never_sent_is_closed_as_partial_and_stays(clinic: Site) -> None:
    person = people.participant(clinic, "P-8", infusion_ago=timedelta(days=62))
    give(browser_of(person.user), item_path(1), "2")
    assert close_all_over(clock.now()) == 0
    later = clock.now() + timedelta(days=22)
    with clock.standing(later):
        assert close_all_over(later) == 1
        assert close_all_over(later) == 0
        assert (Form.objects.get().state, Form.objects.get().submitted_at, kept()) == ("partial", None, True)
        assert Entry.objects.filter(action="close-form").count() == 1
        with pytest.raises(FormError) as refused:
            answer(person, Given("follow-up-60", "qids-sr", "sadness", "1", "1.en.own"))
    assert refused.value.code == "form-sent"


def test_a_form_with_items_open_is_not_sent_by_mistake(person: Participant) -> None:
    with pytest.raises(FormError) as refused:
        submit(person, "follow-up-60", "qids-sr")
    assert (refused.value.code, Form.objects.count()) == ("form-gaps", 0)
