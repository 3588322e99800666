"""A participant's pages, by request: what they show, to whom, and when the clock has moved."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from daybreak.content.locale import player_texts, portrait_texts
from daybreak.core.cues import Cues as TypedCues
from daybreak.server import clock
from daybreak.server.enrolment.actions import save_cues
from daybreak.server.enrolment.models import Cues, Participant
from daybreak.server.enrolment.queries import read_cues
from daybreak.server.studies.models import Site
from daybreak.server.training.actions.closing import close_over
from daybreak.server.training.models import TrainingSession
from tests import people
from tests.server.browsing import browser, browser_of, operator
from tests.server.conftest import player_of
from tests.server.http_player import end_record, round_record

pytestmark = pytest.mark.django_db
OWN_PAGES = ["/today/", "/ready/", "/ready/portrait/", "/play/1/"]


def script(page: Any, name: str) -> Any:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', page.text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_participant_sees_their_own_pages(person: Participant, path: str) -> None:
    assert browser_of(person.user).get(path).status_code == 200


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_stranger_is_led_to_the_start(clinic: Site, path: str) -> None:
    answer = browser().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("path", OWN_PAGES)
def test_an_operator_is_refused_in_plain_words(clinic: Site, path: str) -> None:
    page = browser_of(operator()).get(path)
    assert page.status_code == 403
    assert "This page is not for you" in page.text


@pytest.mark.parametrize("path", [*OWN_PAGES, "/help/"])
def test_every_page_leads_to_help(person: Participant, path: str) -> None:
    page = browser_of(person.user).get(path)
    assert "/help/" in page.text or "tel:" in page.text


@pytest.mark.parametrize("path", OWN_PAGES)
def test_no_page_is_kept_by_a_browser_or_a_proxy(person: Participant, path: str) -> None:
    assert "no-store" in browser_of(person.user).get(path).headers["Cache-Control"]


def test_help_is_open_to_everybody_and_says_that_nobody_watches(clinic: Site) -> None:
    page = browser().get("/help/")
    assert 'href="tel:112"' in page.text
    assert "do not wait for us to read your answers" in page.text


def test_help_shows_the_persons_own_site_only(person: Participant, clinic: Site) -> None:
    Site.objects.create(
        study=clinic.study, key="far", name="Far", zone="UTC", help_lines=[{"label": "Far", "number": "+1 (555) 0100"}]
    )
    assert "5550100" not in browser_of(person.user).get("/help/").text
    assert 'href="tel:+15550100"' in browser().get("/help/").text


@override_settings(DEMO=False)
def test_a_real_study_asks_strangers_for_their_link_and_has_no_demo_page(clinic: Site) -> None:
    assert "Please open your personal link" in browser().get("/").text
    assert browser().get("/demo/").status_code == 404


def test_today_greets_by_first_name_and_offers_the_open_session(person: Participant) -> None:
    page = browser_of(person.user).get("/today/")
    assert "Hello, Alexandra" in page.text
    assert "Session 1 of 8" in page.text
    assert 'href="/play/1/"' in page.text
    assert page.text.count('class="bead') == 8


def test_today_of_one_person_says_nothing_of_another(person: Participant, stranger: Participant) -> None:
    save_cues(stranger, TypedCues("Bettina"))
    assert "Bettina" not in browser_of(person.user).get("/today/").text


def test_someone_new_starts_with_getting_ready(clinic: Site) -> None:
    new = people.participant(clinic, "P-3", cues=None, infusion_ago=None)
    page = browser_of(new.user).get("/today/")
    assert "Let us get ready" in page.text
    assert 'href="/ready/"' in page.text
    assert "What is coming" not in page.text


def test_before_the_infusion_is_entered_there_is_nothing_to_do(clinic: Site) -> None:
    ready = people.participant(clinic, "P-3", portrait=b"sealed as it is", infusion_ago=None)
    assert "You are ready" in browser_of(ready.user).get("/today/").text


def test_moving_the_clock_opens_the_first_session(clinic: Site) -> None:
    waiting = people.participant(clinic, "P-3", portrait=b"sealed as it is", infusion_ago=timedelta(hours=20))
    client = browser_of(waiting.user)
    assert "Next: session 1 of 8" in client.get("/today/").text
    clock.move_forward(timedelta(hours=24))
    assert 'href="/play/1/"' in client.get("/today/").text


def test_a_day_left_out_is_no_reproach(person: Participant) -> None:
    clock.move_forward(timedelta(days=1))
    assert "A session was left out. That is all right." in browser_of(person.user).get("/today/").text


def test_when_the_days_are_over_it_says_so(person: Participant) -> None:
    clock.move_forward(timedelta(days=9))
    page = browser_of(person.user).get("/today/")
    assert "You did 0 of 8 sessions. That is all right." in page.text


def test_a_session_kept_as_partial_is_not_counted_as_done(person: Participant) -> None:
    player_of(person).open().play([0])
    clock.move_forward(timedelta(days=9))
    assert close_over(person.study, clock.now()) == 1
    assert "You did 0 of 8 sessions. That is all right." in browser_of(person.user).get("/today/").text


def test_a_session_broken_off_can_go_on_where_it_stopped(person: Participant) -> None:
    sitting = player_of(person).open()
    first = sitting.plan["rounds"][0]["id"]
    sitting.send(round_record("start", first), round_record("end", first))
    client = browser_of(person.user)
    assert "Go on where you stopped" in client.get("/today/").text
    clock.move_forward(timedelta(hours=1))
    assert "Go on where you stopped" not in client.get("/today/").text


def test_after_a_session_comes_a_break(person: Participant) -> None:
    sitting = player_of(person).open()
    ends = [round_record(event, round_["id"]) for round_ in sitting.plan["rounds"] for event in ("start", "end")]
    sitting.send(*ends, end_record("completed"))
    assert TrainingSession.objects.get().state == "completed"
    page = browser_of(person.user).get("/today/")
    assert "Time for a break" in page.text
    assert "1 of 8 sessions done." in page.text


def test_a_spanish_speaker_reads_spanish(clinic: Site) -> None:
    speaker = people.participant(clinic, "P-3", language="es", portrait=b"sealed as it is", cues=("Lucía", ()))
    page = browser_of(speaker.user).get("/today/", headers={"Accept-Language": "en"})
    assert '<html lang="es">' in page.text
    assert "Hola, Lucía" in page.text
    assert re.search(r"Abierta hasta las \d\d:\d\d", page.text)


def test_cues_are_sealed_and_read_back(clinic: Site) -> None:
    new = people.participant(clinic, "P-3", cues=None)
    client = browser_of(new.user)
    answer = client.post("/ready/", {"first_name": " Zoë ", "fact_1": "Zozo", "fact_2": "", "fact_3": "Zuidhorn"})
    assert answer.headers["Location"] == "/ready/portrait/"
    cues = read_cues(Participant.objects.get(pk=new.pk))
    assert cues is not None
    assert (cues.first_name, cues.facts) == ("Zoë", ("Zozo", "Zuidhorn"))
    assert b"Zozo" not in bytes(Cues.objects.get().sealed)
    assert 'value="Zuidhorn"' in client.get("/ready/").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first_name": ""}, "Please type your first name."),
        ({"first_name": "Ana", "fact_1": "x" * 25}, "at most 24 letters"),
        ({"first_name": "…"}, "Please use letters"),
    ],
)
def test_cues_that_cannot_be_shown_are_refused_and_kept_in_the_form(
    clinic: Site, typed: dict[str, str], said: str
) -> None:
    new = people.participant(clinic, "P-3", cues=None)
    page = browser_of(new.user).post("/ready/", typed)
    assert page.status_code == 422
    assert said in page.text
    assert 'aria-invalid="true"' in page.text
    assert not Cues.objects.exists()


def test_what_is_typed_cannot_become_part_of_the_page(clinic: Site) -> None:
    new = people.participant(clinic, "P-3", cues=None)
    client = browser_of(new.user)
    client.post("/ready/", {"first_name": '<b onload="x">'})
    assert "<b onload" not in client.get("/today/").text


def test_the_players_page_keeps_its_contract(person: Participant) -> None:
    page = browser_of(person.user).get("/play/3/")
    assert (
        '<main id="player" data-session="3" data-api="/api/player/" data-today="/today/" data-help="/help/"'
        in page.text
    )
    assert script(page, "player-texts") == player_texts("en").model_dump()
    assert re.search(r'<meta name="csrf-token" content="\w{32,}">', page.text)
    assert "csrftoken" in page.cookies


@override_settings(DEMO=False)
def test_no_bot_plays_in_a_real_study(person: Participant) -> None:
    assert "data-bot" not in browser_of(person.user).get("/play/1/").text


@pytest.mark.parametrize("number", [0, 9, 1000])
def test_there_is_no_page_for_a_session_that_is_not_planned(person: Participant, number: int) -> None:
    page = browser_of(person.user).get(f"/play/{number}/")
    assert page.status_code == 404
    assert "This page does not exist" in page.text


def test_the_portrait_page_keeps_its_contract(person: Participant) -> None:
    page = browser_of(person.user).get("/ready/portrait/")
    assert 'id="portrait"' in page.text
    assert 'data-next="/today/"' in page.text
    assert script(page, "portrait-texts") == portrait_texts("en").model_dump()


@pytest.mark.parametrize("path", ["/", "/today/", "/help/", "/play/1/"])
def test_no_page_has_a_script_or_style_of_its_own(person: Participant, path: str) -> None:
    page = browser_of(person.user).get(path, follow=True)
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style|\sstyle=|\son\w+=", page.text)
    assert inline == []
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
