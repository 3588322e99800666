"""Where the links in a message lead, and how reminders are stopped at one tap."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.models import Entry
from daybreak.server.clock import Hand
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.actions.intending import Wish, intend
from daybreak.server.messages.models import Message, Refusal
from daybreak.server.messages.sending import send_due
from daybreak.server.messages.tokens import link_of, stop_link_of
from daybreak.server.studies.actions import add_site
from tests import people
from tests.server.browsing import browser, browser_of
from tests.server.messages.conftest import INFUSED, worked

pytestmark = pytest.mark.django_db
Letters = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def message(someone: Participant) -> Message:
    return intend(None, Wish("hello", someone, "link", "link:1", "email", clock.now(), path="/today/"))


def path_of(address: str) -> str:
    return address.removeprefix("http://127.0.0.1:8000")


def test_a_link_asks_for_the_pin_and_then_leads_to_what_the_message_is_about(
    message: Message, someone: Participant
) -> None:
    people.ways_in(someone, "61840273")
    link = path_of(link_of(message))
    client = browser()
    assert b'name="pin"' in client.get(link).content
    assert Message.objects.get(pk=message.pk).opened_at is None
    answer = client.post(link, {"pin": "61840273"}, follow=True)
    assert answer.request["PATH_INFO"] == "/today/"
    assert Message.objects.get(pk=message.pk).opened_at == clock.now()


def test_a_link_followed_by_somebody_else_is_not_opened_by_the_person(
    message: Message, someone: Participant, colleague: User
) -> None:
    people.ways_in(someone, "61840273")
    inner = browser_of(someone.user).get(path_of(link_of(message))).headers["Location"]
    assert browser_of(colleague).get(inner).status_code == 302
    assert Message.objects.get(pk=message.pk).opened_at is None


def test_it_is_opened_once_however_often_it_is_followed(message: Message, someone: Participant, hand: Hand) -> None:
    people.ways_in(someone, "61840273")
    client, link = browser_of(someone.user), path_of(link_of(message))
    client.get(link, follow=True)
    first = clock.now()
    hand.move_to(first + timedelta(minutes=5))
    client.get(link, follow=True)
    assert Message.objects.get(pk=message.pk).opened_at == first


def test_a_link_to_staff_leads_to_the_desk_where_they_sign_in(someone: Participant, colleague: User) -> None:
    wish = Wish("call", someone, "alert", "alert:1", "email", clock.now(), user=colleague, path="/desk/people/")
    link = path_of(link_of(intend(None, wish)))
    assert browser().get(link).headers["Location"] == "/desk/people/"
    assert browser_of(colleague).get(link, follow=True).status_code == 200
    assert Message.objects.get(key="call").opened_at is not None


@pytest.mark.parametrize("path", ["/m/1:wrong/", "/m/nothing/", "/stop/1:wrong/", "/stop/x/"])
def test_a_token_that_was_not_signed_here_opens_nothing(path: str, message: Message) -> None:
    assert browser().get(path).status_code == 404


def test_a_link_of_one_kind_is_none_of_the_other(message: Message) -> None:
    token = path_of(stop_link_of(message)).split("/")[2]
    assert browser().get(f"/m/{token}/").status_code == 404


def test_reminders_are_stopped_and_wanted_again_at_one_tap_without_signing_in(
    message: Message, someone: Participant
) -> None:
    link, client = path_of(stop_link_of(message)), browser()
    page = client.get(link).content.decode()
    assert "No more reminders?" in page
    assert someone.code not in page
    assert not Refusal.objects.exists()
    assert "no more reminders by e-mail" in client.post(link).content.decode()
    assert Refusal.objects.get().channel == "email"
    assert Entry.objects.latest("number").action == "refuse-messages"
    assert "No more reminders?" in client.post(link, {"again": "1"}).content.decode()
    assert not Refusal.objects.exists()
    assert Entry.objects.latest("number").action == "want-messages"


def test_the_button_of_a_mail_program_stops_them_too(message: Message) -> None:
    answer = browser().post(path_of(stop_link_of(message)), {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert Refusal.objects.exists()


def test_the_page_speaks_the_language_of_the_person(here: Any, hand: Hand) -> None:
    person = people.participant(here, "P-9", language="es", infusion_ago=None)
    message = intend(None, Wish("hola", person, "link", "link:1", "sms", clock.now()))
    page = browser().get(path_of(stop_link_of(message)), headers={"Accept-Language": "en"})
    assert "mensaje de texto" in page.content.decode()


def test_staff_cannot_stop_what_calls_them(someone: Participant, colleague: User) -> None:
    wish = Wish("call", someone, "alert", "alert:1", "email", clock.now(), user=colleague)
    assert browser().post(path_of(stop_link_of(intend(None, wish)))).status_code == 404


def test_the_links_in_a_sent_letter_are_those(someone: Participant, hand: Hand, letters: Letters) -> None:
    people.ways_in(someone, "61840273")
    worked(hand, INFUSED + timedelta(days=56))
    text = next(each["text"] for each in letters() if "questions-ready" in each["key"])
    found = [path_of(link) for link in re.findall(r"http\S+", text)]
    assert [path.split("/")[1] for path in found] == ["p", "stop"]
    assert [browser().get(path).status_code for path in found] == [200, 200]


def test_the_desk_shows_what_became_of_each_and_neither_text_nor_address(
    someone: Participant, colleague: User, hand: Hand
) -> None:
    worked(hand, INFUSED + timedelta(days=56))
    client = browser_of(colleague)
    page = client.get("/desk/messages/").content.decode()
    assert "questionnaire, day 60" in page
    assert 'class="tag done">sent' in page
    assert "/stop/" not in page
    assert "example.org" not in page.partition("<main")[2]
    assert "None of these" in client.get("/desk/messages/?state=failed").content.decode()
    assert "None of these" in client.get("/desk/messages/?channel=page&kind=alert&site=here").content.decode()
    mine = client.get(f"/desk/people/{someone.code}/messages/").content.decode()
    assert "questionnaire, day 60" in mine


def test_the_desk_points_out_what_failed_and_what_somebody_refused(
    message: Message, someone: Participant, colleague: User
) -> None:
    Message.objects.filter(pk=message.pk).update(state=Message.State.UNKNOWN, last_error="mail server", tries=2)
    browser().post(path_of(stop_link_of(message)))
    client = browser_of(colleague)
    assert "Call these people instead" in client.get("/desk/messages/?state=unknown").content.decode()
    page = client.get(f"/desk/people/{someone.code}/messages/").content.decode()
    assert "They want no reminders by e-mail" in page
    assert "2 tries" in page


def test_what_was_sent_of_a_drill_stands_on_the_desk_of_those_it_went_to(
    here: Any, hand: Hand, colleague: User
) -> None:
    wish = Wish("alert:1:1:1:email", None, "alert", "alert:1", "email", clock.now(), user=colleague, drill=True)
    intend(None, wish)
    away = add_site(here.study, "away", "Away", "UTC")
    page = browser_of(colleague).get("/desk/messages/").text
    assert "Drill: Alert" in page
    assert "nobody" in page
    assert "Drill: Alert" in browser_of(colleague).get("/desk/messages/?kind=alert&site=here").text
    elsewhere = people.staff(here.study, Role.COORDINATOR, at=away, name="Elsa")
    assert "Drill: Alert" not in browser_of(elsewhere).get("/desk/messages/").text


def test_an_empty_desk_says_what_fills_it(here: Any, colleague: User) -> None:
    assert "daybreak worker" in browser_of(colleague).get("/desk/messages/").content.decode()


def test_who_works_elsewhere_sees_none_of_it(message: Message, someone: Participant) -> None:
    rater = people.staff(someone.study, Role.RATER, at=someone.site)
    assert browser_of(rater).get("/desk/messages/").status_code == 403


def test_what_is_sent_to_nobody_signed_in_needs_no_request(message: Message) -> None:
    assert send_due(clock.now(), "one") == 1
