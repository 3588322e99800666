"""What a participant finds on their own pages of what they signed, and of how to stop."""

from __future__ import annotations

import pytest

from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.enrolment.models import Participant, StopRequest
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.participation.queries import flags
from daybreak.server.studies.models import Site
from tests.candidates import coordinator, enrolled
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(clinic: Site) -> Participant:
    return enrolled(clinic)


def with_new_text(site: Site) -> None:
    for language, words in (("en", "A new paragraph."), ("es", "Un párrafo nuevo.")):
        site.study.study_file += f"""
[[consents]]
key = "main"
version = 2
effective = 2026-01-01
reconsent = true
language = "{language}"
title = "Taking part"
paragraphs = ["{words}"]
"""
    site.study.save()


def test_everybody_finds_what_they_signed_with_their_own_copy(member: Participant, clinic: Site) -> None:
    own = browser_of(member.user)
    assert "/papers/main/1.pdf" in own.get("/papers/").text
    assert own.get("/papers/main/1.pdf").content.startswith(b"%PDF-")
    other = enrolled(clinic, language="es")
    assert browser_of(other.user).get("/papers/main/1.pdf").content != own.get("/papers/main/1.pdf").content
    assert "Lo que firmó" in browser_of(other.user).get("/papers/").text


def test_a_new_text_is_announced_calmly_and_can_be_read_at_home(member: Participant, clinic: Site) -> None:
    own = browser_of(member.user)
    assert "new text" not in own.get("/today/").text
    with_new_text(clinic)
    assert "There is a new text about the study." in own.get("/today/").text
    assert "A new paragraph." in own.get("/papers/").text
    listed = browser_of(coordinator(clinic.study)).get("/desk/people/").text
    assert "needs to sign version 2" in listed
    again = Participant.objects.get(pk=member.pk)
    assert flags([again], clock.now()) == {member.pk: ("needs to sign version 2",)}


def test_a_wish_to_stop_reaches_the_clinic_and_ends_nothing(member: Participant) -> None:
    own = browser_of(member.user)
    assert own.post("/stop/", {}).status_code == 422
    assert own.post("/stop/", {"wish": "everything"}).status_code == 422
    for _ in range(2):
        assert "Your clinic knows" in own.post("/stop/", {"wish": "training"}, follow=True).text
    assert StopRequest.objects.get().wish == "training"
    assert ended_for(member) == frozenset()
    assert "Your clinic knows that you want to stop" in own.get("/today/").text
    assert flags([member], clock.now()) == {member.pk: ("asked to stop",)}


def test_whoever_stopped_training_still_finds_their_page(member: Participant, clinic: Site) -> None:
    withdraw(coordinator(clinic.study), member, Scope.FOLLOW_UP, why="own-wish")
    own = browser_of(member.user)
    for page in ("/today/", "/papers/", "/help/"):
        assert own.get(page).status_code == 200


def test_whose_data_were_withdrawn_finds_the_page_closed(member: Participant, clinic: Site) -> None:
    own = browser_of(member.user)
    withdraw(coordinator(clinic.study), member, Scope.DATA, why="own-wish")
    assert own.get("/papers/").status_code == 302
