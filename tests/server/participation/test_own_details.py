"""What participants change themselves: e-mail, phone, time zone and language, and how they go back."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from daybreak.core.participation import Scope
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.identity import Contact, read_kept
from daybreak.server.enrolment.models import Identity, Participant, ZoneChange
from daybreak.server.holds.models import Hold
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.participation.actions.own import UnreachableError, change_own_contact
from daybreak.server.review.actions.holds import hold_person
from daybreak.server.studies.models import Site
from daybreak.server.visits.calendar import calendar_of
from tests import people
from tests.calendar_people import enrolled, infused
from tests.candidates import coordinator
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
PIN = "5094"
NEW = {"email": "ana@example.org", "phone": "+34 600 111 222"}


@pytest.fixture
def member(clinic: Site) -> Participant:
    person = enrolled(clinic, zone="Europe/Madrid")
    person.user.set_password(PIN)
    person.user.save()
    return person


@pytest.fixture
def own(member: Participant) -> Client:
    return browser_of(member.user)


def seen(own: Client, address: str = "/me/contact/") -> str:
    found = re.search(r'name="seen" value="([^"]+)"', own.get(address).text)
    assert found is not None
    return found[1]


def change(own: Client, pin: str = PIN, **typed: str) -> Any:
    return own.post("/me/contact/", {**NEW, "seen": seen(own), "pin": pin} | typed, follow=True)


def contact_of(person: Participant) -> Contact:
    kept = read_kept(person)
    assert kept is not None
    return Contact(kept.who.email, kept.who.phone)


def test_everybody_finds_their_own_details_from_today(own: Client) -> None:
    assert 'href="/me/"' in own.get("/today/").text
    page = own.get("/me/").text
    assert "lukasz@example.org" in page
    assert "+48 600 000 000" in page
    assert "Madrid" in page


def test_a_new_address_is_taken_with_the_pin_and_read_back(own: Client, member: Participant) -> None:
    page = change(own)
    assert page.redirect_chain == [("/me/", 302)]
    assert "Saved." in page.text
    assert "ana@example.org" in page.text
    assert contact_of(member) == Contact(**NEW)


def test_names_stay_as_the_clinic_wrote_them(own: Client, member: Participant) -> None:
    change(own)
    kept = read_kept(member)
    assert kept is not None
    assert kept.who.name == "Łukasz Ñandú"


def test_the_trail_says_that_it_changed_and_no_value(own: Client, member: Participant) -> None:
    change(own)
    entry = Entry.objects.get(action="change-own-contact")
    assert (entry.by_id, entry.participant_id) == (member.user_id, member.pk)
    for told in (*NEW.values(), "lukasz@example.org", "+48 600 000 000"):
        assert told not in entry.body
    assert b"ana@example.org" not in bytes(Identity.objects.get(participant=member).sealed)


def test_what_was_there_before_can_be_put_back(own: Client, member: Participant) -> None:
    change(own)
    page = own.get("/me/contact/?back=1").text
    assert 'value="lukasz@example.org"' in page
    typed = {"email": "lukasz@example.org", "phone": "+48 600 000 000"}
    own.post("/me/contact/", {**typed, "seen": seen(own), "pin": PIN})
    assert contact_of(member) == Contact("lukasz@example.org", "+48 600 000 000")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"email": "nobody"}, "Write an e-mail address"),
        ({"phone": "call me"}, "Write a phone number with digits"),
        ({"email": "", "phone": ""}, "Please keep one way to reach you"),
        ({"pin": ""}, "Please type your PIN"),
        ({"pin": "5095"}, "That is not the PIN you chose"),
        ({"seen": "2020-01-01T00:00:00+00:00"}, "changed in another place"),
        ({"seen": "nonsense"}, "open this page again"),
        ({"email": "a" * 250 + "@example.org"}, "too long"),
        ({"email": "a\0b@example.org"}, "Please look at the marked field"),
    ],
)
def test_a_wrong_entry_is_refused_in_plain_words_and_shown_again(
    own: Client, member: Participant, typed: dict[str, str], says: str
) -> None:
    before = contact_of(member)
    page = change(own, **typed)
    assert page.status_code == 422
    assert says in page.text
    assert f'value="{typed.get("phone", NEW["phone"])}"' in page.text
    assert contact_of(member) == before


def test_five_wrong_pins_close_the_door_and_say_whom_to_call(own: Client, member: Participant) -> None:
    answers = [change(own, "5095").status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    page = change(own)
    assert (page.status_code, "tel:112" in page.text) == (429, True)
    assert contact_of(member).email == "lukasz@example.org"


def test_the_form_never_shows_a_pin_again(own: Client) -> None:
    assert "5095" not in change(own, "5095").text


def test_saving_what_is_there_already_leaves_no_entry(own: Client) -> None:
    page = change(own, email="lukasz@example.org", phone="+48 600 000 000")
    assert "nothing changed" in page.text
    assert not Entry.objects.filter(action="change-own-contact").exists()


def test_no_action_leaves_a_person_unreachable(member: Participant) -> None:
    kept = read_kept(member)
    assert kept is not None
    with pytest.raises(UnreachableError) as refused:
        change_own_contact(member, Contact("", ""), seen=kept.row.saved_at)
    assert refused.value.code == "unreachable"


def test_a_new_place_is_shown_with_its_clock_before_it_is_taken(own: Client, member: Participant) -> None:
    page = own.post("/me/place/", {"zone": "America/Lima", "language": "en"})
    assert page.status_code == 200
    assert "Lima" in page.text
    assert Participant.objects.get(pk=member.pk).zone == "Europe/Madrid"
    own.post("/me/place/", {"zone": "America/Lima", "language": "en", "sure": "on"})
    assert Participant.objects.get(pk=member.pk).zone == "America/Lima"
    moved = ZoneChange.objects.get()
    assert (moved.before, moved.zone) == ("Europe/Madrid", "America/Lima")


def test_the_calendar_follows_the_new_clock(own: Client, member: Participant) -> None:
    infused(member, timedelta(hours=3))
    last = [one for one in calendar_of(member, clock.now()).planned if one.visit and one.visit.by == "participant"][-1]
    own.post("/me/place/", {"zone": "America/Lima", "language": "en", "sure": "on"})
    after = calendar_of(Participant.objects.get(pk=member.pk), clock.now())
    moved = next(one for one in after.planned if one.key == last.key)
    assert timedelta(hours=5) < moved.opens - last.opens < timedelta(hours=8)


def test_one_press_goes_back_to_the_place_before(own: Client, member: Participant) -> None:
    own.post("/me/place/", {"zone": "America/Lima", "language": "en", "sure": "on"})
    assert "Go back to Madrid" in own.get("/me/").text
    asked = own.post("/me/place/", {"zone": "Europe/Madrid", "language": "en"})
    assert "Yes, that is my clock" in asked.text
    own.post("/me/place/", {"zone": "Europe/Madrid", "language": "en", "sure": "on"})
    assert Participant.objects.get(pk=member.pk).zone == "Europe/Madrid"
    assert ZoneChange.objects.count() == 2


def test_the_language_changes_at_once_and_moves_no_clock(own: Client, member: Participant) -> None:
    page = own.post("/me/place/", {"zone": "Europe/Madrid", "language": "es"}, follow=True)
    assert "Guardado." in page.text
    assert "Sus datos" in own.get("/me/").text
    assert not ZoneChange.objects.exists()


@pytest.mark.parametrize(("zone", "language"), [("Mars/Base", "en"), ("", "en"), ("Europe/Madrid", "xx"), ("\0", "en")])
def test_an_unknown_place_or_language_is_refused(own: Client, zone: str, language: str) -> None:
    page = own.post("/me/place/", {"zone": zone, "language": language, "sure": "on"})
    assert page.status_code == 422
    assert "Please look at the marked field" in page.text


def test_while_data_are_frozen_the_clock_stays_and_the_phone_may_change(
    own: Client, member: Participant, clinic: Site
) -> None:
    hold_person(people.staff(clinic.study, Role.MONITOR), member, Hold.Kind.FREEZE, "a look")
    page = own.post("/me/place/", {"zone": "America/Lima", "language": "en", "sure": "on"})
    assert (page.status_code, "checking the study data" in page.text) == (422, True)
    assert change(own).status_code == 200
    assert contact_of(member) == Contact(**NEW)


def test_whoever_left_the_follow_up_may_still_be_reached_elsewhere(own: Client, member: Participant) -> None:
    withdraw(coordinator(member.study), member, Scope.FOLLOW_UP, why="own-wish")
    change(own)
    assert contact_of(member) == Contact(**NEW)


def test_staff_see_that_and_when_it_changed(own: Client, member: Participant, clinic: Site) -> None:
    staff = browser_of(coordinator(clinic.study))
    assert "Nothing so far." in staff.get(f"/desk/people/{member.code}/contact/").text
    change(own)
    own.post("/me/place/", {"zone": "America/Lima", "language": "en", "sure": "on"})
    page = staff.get(f"/desk/people/{member.code}/contact/").text
    assert "e-mail or phone" in page
    assert "time zone or language" in page
    assert "ana@example.org" in page
    assert "Time zone from Europe/Madrid to America/Lima" in staff.get(f"/desk/people/{member.code}/").text


def test_nobody_changes_the_details_of_another(own: Client, member: Participant, clinic: Site) -> None:
    other = enrolled(clinic, "P-2")
    change(own)
    assert contact_of(other).email == "lukasz@example.org"
