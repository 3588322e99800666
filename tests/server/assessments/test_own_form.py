"""A participant answers: one question a page, each answer saved as given, resumed, looked over, sent once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from daybreak.core.instruments import INSTRUMENTS
from daybreak.server import clock
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.visits.models import VisitRecord
from tests.server.assessments.answers import answer_all, fields_of, give, item_path

pytestmark = pytest.mark.django_db
QIDS = INSTRUMENTS["qids-sr"]
CHECK = "/forms/follow-up-60/qids-sr/check/"


def stored() -> dict[str, object]:
    return dict(Answer.objects.values_list("item", "value"))


def test_today_leads_to_the_questions_that_are_open(phone: Client) -> None:
    page = phone.get("/today/").content.decode()
    assert 'href="/forms/follow-up-60/"' in page
    begin = phone.get("/forms/follow-up-60/").content.decode()
    assert "A few questions" in begin
    assert "/forms/follow-up-60/qids-sr/" in begin
    assert "Nobody" in begin or "watch" in begin


def test_a_question_says_where_one_is_what_to_look_back_on_and_whose_words_these_are(phone: Client) -> None:
    page = phone.get(item_path(1)).content.decode()
    assert "Question 1 of" in page
    assert QIDS.items[0].prompt["en"] in page
    assert "Think of the last" in page
    assert "not the validated wording" in page
    assert fields_of(phone.get(item_path(1))).offered["answer"] == [str(each.value) for each in QIDS.items[0].choices]


def test_an_answer_is_stored_as_it_is_given_and_leads_to_the_next_question(phone: Client) -> None:
    gone = give(phone, item_path(1), "2")
    assert gone.headers["Location"] == item_path(2)
    assert stored() == {QIDS.items[0].key: 2}
    form = Form.objects.get()
    assert (form.state, form.by, form.late, form.version, form.wording) == ("open", None, False, QIDS.version, None)
    entry = Entry.objects.get(action="save-answer")
    assert entry.by_said == "participant"


def test_who_comes_back_goes_on_at_the_first_open_question(phone: Client) -> None:
    give(phone, item_path(1), "2")
    give(phone, item_path(2), "1")
    assert phone.get("/forms/follow-up-60/qids-sr/").headers["Location"] == item_path(3)
    assert "Go on" in phone.get("/forms/follow-up-60/").content.decode()
    assert fields_of(phone.get(item_path(2))).chosen == {"answer": "1"}


def test_back_leads_to_the_question_before_and_an_answer_can_be_changed(phone: Client) -> None:
    give(phone, item_path(1), "2")
    assert f'href="{item_path(1)}"' in phone.get(item_path(2)).content.decode()
    give(phone, item_path(1), "0")
    assert stored()[QIDS.items[0].key] == 0
    assert Answer.objects.count() == 1


def test_the_same_answer_sent_again_is_stored_once(phone: Client) -> None:
    give(phone, item_path(1), "2")
    entries, given_at = Entry.objects.count(), Answer.objects.get().given_at
    assert give(phone, item_path(1), "2").headers["Location"] == item_path(2)
    assert (Entry.objects.count(), Answer.objects.get().given_at) == (entries, given_at)


def test_all_answers_are_looked_over_and_sent_once(phone: Client, person: Participant) -> None:
    answer_all(phone)
    page = phone.get(CHECK).content.decode()
    assert "Look at your answers" in page
    assert "No answer" not in page
    assert f'href="{item_path(1)}?check=yes"' in page
    assert phone.post(CHECK).headers["Location"] == "/forms/follow-up-60/"
    entries = Entry.objects.count()
    assert phone.post(CHECK).headers["Location"] == "/forms/follow-up-60/"
    form = Form.objects.get()
    assert (form.state, Entry.objects.count()) == ("complete", entries)
    record = VisitRecord.objects.get(participant=person, key="follow-up-60")
    assert (record.mode, record.by_id) == ("online", person.user.pk)
    assert "Thank you" in phone.get("/forms/follow-up-60/").content.decode()
    assert "/forms/follow-up-60/" not in phone.get("/today/").content.decode()


def test_a_change_from_the_last_look_leads_back_to_it(phone: Client) -> None:
    answer_all(phone)
    sent = fields_of(phone.get(item_path(1) + "?check=yes")).values
    assert phone.post(item_path(1), sent | {"answer": "1"}).headers["Location"] == CHECK


def test_a_form_with_gaps_is_sent_only_if_the_person_says_so_and_is_labelled_partial(phone: Client) -> None:
    give(phone, item_path(2), "1")
    refused = phone.post(CHECK)
    assert (refused.status_code, Form.objects.get().state) == (422, "open")
    assert "no answer" in refused.content.decode()
    phone.post(CHECK, {"with_gaps": "yes"})
    assert (Form.objects.get().state, stored()) == ("partial", {QIDS.items[1].key: 1})


def test_an_empty_answer_asks_again_and_keeps_what_was_there(phone: Client) -> None:
    give(phone, item_path(1), "2")
    again = give(phone, item_path(1), "")
    assert again.status_code == 422
    assert "Please choose an answer first" in again.content.decode()
    assert stored() == {QIDS.items[0].key: 2}


def test_the_time_a_question_was_in_view_is_counted_and_a_long_pause_is_not(phone: Client, person: Participant) -> None:
    sent = fields_of(phone.get(item_path(1))).values
    shown = clock.now() - timedelta(seconds=30)
    phone.post(item_path(1), sent | {"answer": "1", "shown": shown.isoformat()})
    assert 29 <= Form.objects.get().seconds <= 32
    shown = clock.now() - timedelta(days=1)
    phone.post(item_path(2), sent | {"answer": "1", "shown": shown.isoformat()})
    assert 629 <= Form.objects.get().seconds <= 633
    for nonsense in (
        "",
        "yesterday",
        "9999-99-99",
        (clock.now() + timedelta(days=9)).isoformat(),
        "2026-01-01T00:00:00",
    ):
        phone.post(item_path(3), sent | {"answer": "2", "shown": nonsense})
    assert Form.objects.get().seconds <= 633


def test_questions_are_asked_in_the_persons_own_language(phone: Client, person: Participant) -> None:
    Participant.objects.filter(pk=person.pk).update(language="es")
    page = phone.get(item_path(1)).content.decode()
    assert QIDS.items[0].prompt["es"] in page
    assert "Pregunta 1 de" in page
