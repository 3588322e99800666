"""Signing in with a personal link and a PIN, and everything that can go wrong with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client

from daybreak.server import clock
from daybreak.server.accounts.links import give_link
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from daybreak.server.log_scrubbing import ScrubbingFormatter
from daybreak.server.studies.models import Site
from tests import people
from tests.server.browsing import browser, operator

pytestmark = pytest.mark.django_db
PIN = "5094"


@pytest.fixture
def token(person: Participant) -> str:
    return give_link(person.user, clock.now())


@pytest.fixture
def link(token: str) -> str:
    return f"/p/{token}/"


def choose(client: Client, link: str, pin: str = PIN, again: str = PIN) -> Any:
    return client.post(link, {"pin": pin, "again": again})


def test_the_first_visit_asks_to_choose_a_pin(link: str) -> None:
    page = browser().get(link)
    assert page.status_code == 200
    assert "Choose a PIN" in page.text
    assert 'name="again"' in page.text


def test_choosing_a_pin_signs_in_and_takes_the_token_out_of_the_address(link: str, token: str) -> None:
    client = browser()
    answer = choose(client, link)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/").headers["Location"] == "/today/"
    assert token not in client.get("/today/").text


def test_later_visits_ask_for_the_pin_once(link: str) -> None:
    choose(browser(), link)
    client = browser()
    page = client.get(link)
    assert "Enter your PIN" in page.text
    assert 'name="again"' not in page.text
    assert client.post(link, {"pin": PIN}).status_code == 302
    assert client.get("/today/").status_code == 200


def test_a_weak_pin_is_refused_with_a_sentence_and_not_kept(link: str, person: Participant) -> None:
    page = choose(browser(), link, "1234", "1234")
    assert page.status_code == 422
    assert "easy to guess" in page.text
    assert not User.objects.get(pk=person.user.pk).has_usable_password()


def test_a_wrong_pin_is_refused_with_a_sentence(link: str) -> None:
    choose(browser(), link)
    client = browser()
    page = client.post(link, {"pin": "5095"})
    assert page.status_code == 422
    assert "not the PIN you chose" in page.text
    assert client.get("/today/").status_code == 302


def test_five_wrong_pins_close_the_link_and_say_how_long_and_whom_to_call(link: str) -> None:
    choose(browser(), link)
    client = browser()
    for _ in range(4):
        assert client.post(link, {"pin": "5095"}).status_code == 422
    page = client.post(link, {"pin": "5095"})
    assert page.status_code == 429
    assert "15 minutes" in page.text
    assert 'href="tel:112"' in page.text
    assert browser().post(link, {"pin": PIN}).status_code == 429
    assert browser().get(link).status_code == 429


def test_one_closed_link_leaves_every_other_open(link: str, stranger: Participant) -> None:
    choose(browser(), link)
    for _ in range(5):
        browser().post(link, {"pin": "5095"})
    other = f"/p/{give_link(stranger.user, clock.now())}/"
    assert choose(browser(), other).status_code == 302


def test_the_right_pin_forgets_wrong_ones(link: str) -> None:
    choose(browser(), link)
    for _ in range(2):
        for _ in range(4):
            assert browser().post(link, {"pin": "5095"}).status_code == 422
        assert browser().post(link, {"pin": PIN}).status_code == 302


def test_an_expired_and_an_unknown_link_get_the_very_same_page(person: Participant, link: str) -> None:
    expired = f"/p/{give_link(person.user, clock.now() - timedelta(days=61))}/"
    first, second, old = browser().get(expired), browser().get("/p/" + "x" * 43 + "/"), browser().get(link)
    assert first.status_code == second.status_code == old.status_code == 404
    assert first.content == second.content == old.content
    assert "call your clinic" in first.text


def test_posting_to_an_expired_link_changes_nothing(person: Participant) -> None:
    expired = f"/p/{give_link(person.user, clock.now() - timedelta(days=61))}/"
    assert choose(browser(), expired).status_code == 404
    assert not User.objects.get(pk=person.user.pk).has_usable_password()


def test_a_link_nobody_chose_a_pin_for_ends_after_sixty_days(link: str) -> None:
    clock.move_forward(timedelta(days=61))
    assert browser().get(link).status_code == 404


def test_a_link_with_a_pin_goes_on_for_the_year_of_follow_up_and_then_ends(link: str) -> None:
    choose(browser(), link)
    clock.move_forward(timedelta(days=395))
    assert browser().post(link, {"pin": PIN}).status_code == 302
    clock.move_forward(timedelta(days=6))
    assert browser().get(link).status_code == 404


def test_a_new_link_replaces_the_old_one_and_its_pin(link: str, person: Participant) -> None:
    choose(browser(), link)
    newer = f"/p/{give_link(person.user, clock.now())}/"
    assert browser().get(link).status_code == 404
    assert "Choose a PIN" in browser().get(newer).text


def test_someone_who_may_no_longer_sign_in_is_told_nothing(link: str, person: Participant) -> None:
    User.objects.filter(pk=person.user.pk).update(is_active=False)
    assert browser().get(link).status_code == 404


def test_the_session_key_changes_when_someone_signs_in(link: str) -> None:
    choose(browser(), link)
    client = browser()
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.post(link, {"pin": PIN})
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "a" * 32


def test_signing_out_ends_the_session(link: str) -> None:
    client = browser()
    choose(client, link)
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/today/").headers["Location"] == "/"


def test_signing_out_needs_a_press_of_the_button(link: str) -> None:
    client = browser()
    choose(client, link)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/today/").status_code == 200


def test_an_operator_signs_in_the_same_way(clinic: Site) -> None:
    client = browser()
    choose(client, f"/p/{give_link(operator(), clock.now())}/")
    assert client.get("/").headers["Location"] == "/desk/"


def test_opening_the_own_link_again_leads_straight_on(link: str) -> None:
    client = browser()
    choose(client, link)
    assert client.get(link).status_code == 302


def test_the_link_of_someone_else_asks_for_their_pin(link: str, stranger: Participant) -> None:
    client = browser()
    choose(client, link)
    other = client.get(f"/p/{give_link(stranger.user, clock.now())}/")
    assert "Choose a PIN" in other.text


def test_the_database_keeps_neither_token_nor_a_pin_as_typed(link: str, token: str) -> None:
    choose(browser(), link)
    browser().post(link, {"pin": "5095"})
    assert AccessAttempt.objects.count() == 1
    rows = (*AccessAttempt.objects.values(), *User.objects.values())
    kept = [str(value) for row in rows for value in row.values() if not isinstance(value, datetime)]
    assert [text for text in kept if token in text or PIN in text or "5095" in text] == []


def test_the_log_of_a_refused_form_holds_no_token(link: str, token: str, caplog: pytest.LogCaptureFixture) -> None:
    Client(enforce_csrf_checks=True).post(link, {"pin": PIN})
    lines = [ScrubbingFormatter().format(record) for record in caplog.records]
    assert any("/p/-/" in line for line in lines)
    assert not any(token in line for line in lines)


def test_the_page_tells_browsers_to_keep_the_address_to_themselves(link: str) -> None:
    page = browser().get(link)
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in page.headers["Cache-Control"]


def test_a_form_without_the_csrf_token_is_refused_in_plain_words(link: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get(link)
    page = choose(client, link)
    assert page.status_code == 403
    assert "Please try that again" in page.text


def test_a_spanish_speaker_is_asked_in_spanish_whatever_the_browser_says(clinic: Site) -> None:
    speaker = people.participant(clinic, "P-9", language="es")
    page = browser().get(f"/p/{give_link(speaker.user, clock.now())}/", headers={"Accept-Language": "en"})
    assert "Elija un PIN" in page.text
    assert '<html lang="es">' in page.text
