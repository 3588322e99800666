"""Links of messages: after the PIN they lead straight to one page, and nowhere but on this server."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daybreak.core.participation import Scope
from daybreak.server import clock
from daybreak.server.accounts.links import give_link, is_own_path, link_to
from daybreak.server.accounts.models import DirectLink, User
from daybreak.server.enrolment.models import Participant
from daybreak.server.participation.actions.leaving import withdraw
from daybreak.server.studies.models import Site
from tests.candidates import coordinator, enrolled
from tests.server.browsing import browser, browser_of, operator

pytestmark = pytest.mark.django_db
PIN = "5094"


@pytest.fixture
def member(clinic: Site) -> Participant:
    person = enrolled(clinic)
    person.user.set_password(PIN)
    person.user.save()
    return person


def sent_to(person: Participant, path: str = "/papers/", lasts: timedelta = timedelta(days=30)) -> str:
    return f"/p/{link_to(person.user, path, clock.now(), clock.now() + lasts)}/"


def test_a_messages_link_asks_for_the_pin_only_and_leads_straight_to_its_page(member: Participant) -> None:
    client, link = browser(), sent_to(member)
    asked = client.get(link)
    assert "Enter your PIN" in asked.text
    assert "Choose a PIN" not in asked.text
    answer = client.post(link, {"pin": PIN})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/papers/")
    assert client.get("/papers/").status_code == 200


def test_whoever_is_signed_in_already_goes_straight_on(member: Participant) -> None:
    assert browser_of(member.user).get(sent_to(member)).headers["Location"] == "/papers/"


def test_a_messages_link_leaves_the_own_link_and_its_pin_alone(member: Participant) -> None:
    own = f"/p/{give_link(member.user, clock.now())}/"
    browser().post(own, {"pin": PIN, "again": PIN})
    sent_to(member)
    assert browser().post(own, {"pin": PIN}).headers["Location"] == "/"


def test_two_messages_have_two_links_and_both_work(member: Participant) -> None:
    first, second = sent_to(member, "/papers/"), sent_to(member, "/help/")
    assert browser().post(first, {"pin": PIN}).headers["Location"] == "/papers/"
    assert browser().post(second, {"pin": PIN}).headers["Location"] == "/help/"


def test_nobody_chooses_a_pin_through_a_messages_link(clinic: Site) -> None:
    person = enrolled(clinic)
    link = sent_to(person)
    for answer in (browser().get(link), browser().post(link, {"pin": PIN, "again": PIN})):
        assert answer.status_code == 409
        assert "First choose a PIN" in answer.text
        assert 'href="tel:112"' in answer.text
    assert not User.objects.get(pk=person.user_id).has_usable_password()


def test_wrong_pins_close_a_messages_link_as_they_do_the_own_one(member: Participant) -> None:
    link = sent_to(member)
    answers = [browser().post(link, {"pin": "5095"}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert browser().post(sent_to(member), {"pin": PIN}).status_code == 429


def test_a_messages_link_ends_with_its_time_and_looks_like_one_that_never_was(member: Participant) -> None:
    link = sent_to(member, lasts=timedelta(days=2))
    clock.move_forward(timedelta(days=3))
    old, unknown = browser().get(link), browser().get("/p/" + "x" * 43 + "/")
    assert (old.status_code, old.content) == (404, unknown.content)


def test_after_all_data_were_withdrawn_the_link_says_plainly_what_holds(member: Participant) -> None:
    link = sent_to(member)
    withdraw(coordinator(member.study), member, Scope.DATA, why="own-wish")
    for answer in (browser().get(link), browser().post(link, {"pin": PIN})):
        assert answer.status_code == 410
        assert "You left the study, and your own page is closed." in answer.text
        assert 'href="tel:112"' in answer.text


@pytest.mark.parametrize(
    "path", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "papers/", "javascript:1"]
)
def test_no_link_is_made_that_leads_anywhere_else(member: Participant, path: str) -> None:
    assert not is_own_path(path)
    with pytest.raises(ValueError, match="no path of this server"):
        link_to(member.user, path, clock.now(), clock.now() + timedelta(days=1))


def test_a_stored_address_that_leads_elsewhere_is_not_followed(member: Participant) -> None:
    link = sent_to(member)
    DirectLink.objects.update(leads_to="//elsewhere.example/")
    assert browser().post(link, {"pin": PIN}).headers["Location"] == "/"


def test_of_a_messages_link_only_a_digest_is_kept(member: Participant) -> None:
    token = sent_to(member).split("/")[2]
    assert token not in str(list(DirectLink.objects.values()))


def test_staff_enter_by_no_link(clinic: Site, settings: object) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]  # pytest-django's fixture has no type of its own
    user = operator()
    user.set_password(PIN)
    user.save()
    link = link_to(user, "/desk/", clock.now(), clock.now() + timedelta(days=1))
    assert browser().get(f"/p/{link}/").status_code == 404
