"""Calendars for calendar programs: stable, neutral, and closed to whoever lacks the link."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.infusions.actions import correct_infusion
from daybreak.server.infusions.facts import InfusionFacts
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.visits.feed import person_feed, site_feed
from daybreak.server.visits.models import FeedLink
from tests.calendar_people import enrolled, infused
from tests.server.browsing import browser, browser_of

pytestmark = pytest.mark.django_db


def events(feed: bytes) -> dict[str, Any]:
    return {str(event["uid"]): event for event in Calendar.from_ical(feed).walk("VEVENT")}


def test_a_persons_calendar_has_sessions_appointments_and_questions(person: Participant) -> None:
    infused(person, timedelta(hours=2))
    found = events(person_feed(person, clock.now()))
    said = [str(event["summary"]) for event in found.values()]
    assert said.count("Exercises 3 of 8") == 1
    assert said.count("A few questions") == 11
    assert "Appointment at The clinic" in said
    assert "Appointment with The clinic" in said


def test_no_word_on_health_and_no_name_of_a_scale_stands_in_a_calendar(person: Participant) -> None:
    infused(person, timedelta(hours=2))
    for feed in (person_feed(person, clock.now()), site_feed(person.site, clock.now())):
        text = feed.decode().lower()
        for word in ("ketamine", "saline", "infusion", "madrs", "qids", "depress", "sham", "active", "suicid"):
            assert word not in text


def test_a_correction_keeps_the_names_and_raises_the_sequence_of_what_moves(person: Participant, cora: User) -> None:
    infusion = infused(person, timedelta(hours=2))
    before = events(person_feed(person, clock.now()))
    stored = InfusionFacts.of(infusion)
    earlier = {"started_at": stored.started_at - timedelta(hours=1), "ended_at": stored.ended_at - timedelta(hours=1)}
    correct_infusion(cora, infusion, InfusionFacts(**(vars(stored) | earlier)), seen=stored.mark(), reason="misread")
    after = events(person_feed(Participant.objects.get(), clock.now()))
    assert before.keys() == after.keys()
    moved = [uid for uid in before if before[uid]["dtstart"].dt != after[uid]["dtstart"].dt]
    assert moved
    assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in moved)


def test_a_session_that_slips_raises_its_sequence(person: Participant) -> None:
    infused(person, timedelta(hours=20))
    before = events(person_feed(person, clock.now()))
    clock.move_forward(timedelta(days=1))
    after = events(person_feed(Participant.objects.get(), clock.now()))
    slipped = [uid for uid in before.keys() & after.keys() if before[uid]["dtstart"].dt != after[uid]["dtstart"].dt]
    assert slipped
    assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in slipped)
    still = [uid for uid in before.keys() & after.keys() if uid not in slipped]
    assert all(after[uid]["sequence"] == before[uid]["sequence"] for uid in still)


def test_times_are_in_utc_or_whole_days_so_that_no_zone_is_needed(person: Participant) -> None:
    infused(person, timedelta(hours=2))
    feed = person_feed(person, clock.now()).decode()
    assert "TZID" not in feed
    starts = [line for line in feed.splitlines() if line.startswith("DTSTART")]
    assert {line.endswith("Z") or "VALUE=DATE:" in line for line in starts} == {True}


def test_what_a_withdrawal_ends_is_cancelled_in_the_calendar(person: Participant, cora: User) -> None:
    infused(person, timedelta(hours=2))
    before = events(person_feed(person, clock.now()))
    withdraw(cora, person, Scope.FOLLOW_UP, why="own-wish")
    after = events(person_feed(Participant.objects.get(), clock.now()))
    assert after.keys() == before.keys()
    assert {str(event["status"]) for event in after.values()} == {"CANCELLED"}


def test_a_participant_takes_their_own_calendar_in_their_own_language(harbour: Any) -> None:
    person = enrolled(harbour, "P-9", language="es")
    infused(person, timedelta(hours=2))
    answer = browser_of(person.user).get("/today/calendar.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Ejercicios 3 de 8" in answer.content.decode()


def test_staff_take_a_persons_calendar_of_their_site_only(person: Participant, desk: Client, elsewhere: User) -> None:
    assert desk.get("/desk/people/P-1/calendar.ics").status_code == 200
    assert browser_of(elsewhere).get("/desk/people/P-1/calendar.ics").status_code == 404


def address_of(desk: Client) -> str:
    page = desk.post("/desk/calendars/", {"site": "here"})
    return "/calendar/" + str(page.context["address"]).partition("/calendar/")[2]


def test_a_secret_link_opens_the_sites_calendar_to_a_program_that_is_not_signed_in(
    person: Participant, desk: Client
) -> None:
    infused(person, timedelta(hours=2))
    answer = browser().get(address_of(desk))
    assert answer.status_code == 200
    assert "P-1\\, day 12" in answer.content.decode()
    assert browser().get("/calendar/" + "x" * 43 + ".ics").status_code == 404


def test_the_page_of_links_is_reached_from_what_is_due(desk: Client) -> None:
    assert 'href="/desk/calendars/"' in desk.get("/desk/due/").content.decode()


def test_only_the_digest_of_a_link_is_kept_and_it_is_shown_once(person: Participant, desk: Client) -> None:
    token = address_of(desk).removeprefix("/calendar/").removesuffix(".ics")
    assert token not in desk.get("/desk/calendars/").content.decode()
    assert token not in FeedLink.objects.get().digest
    entry = Entry.objects.get(action="make-feed-link")
    assert token not in entry.body
    assert FeedLink.objects.get().digest not in entry.body


def test_a_link_that_was_ended_opens_nothing(person: Participant, desk: Client) -> None:
    address = address_of(desk)
    link = FeedLink.objects.get()
    assert desk.post(f"/desk/calendars/{link.pk}/revoke/").status_code == 302
    assert browser().get(address).status_code == 404
    assert desk.post(f"/desk/calendars/{link.pk}/revoke/").status_code == 302
    assert Entry.objects.filter(action="revoke-feed-link").count() == 1


def test_a_link_ends_with_the_right_it_was_made_under(person: Participant, desk: Client, cora: User) -> None:
    address = address_of(desk)
    Membership.objects.filter(user=cora).update(until=clock.now())
    assert browser().get(address).status_code == 404


def test_nobody_ends_the_link_of_another(person: Participant, desk: Client, elsewhere: User) -> None:
    address = address_of(desk)
    browser_of(elsewhere).post(f"/desk/calendars/{FeedLink.objects.get().pk}/revoke/")
    assert browser().get(address).status_code == 200


def test_a_link_to_a_site_that_is_not_ones_own_is_not_made(person: Participant, elsewhere: User) -> None:
    answer = browser_of(elsewhere).post("/desk/calendars/", {"site": "here"})
    assert answer.status_code == 422
    assert not FeedLink.objects.exists()
