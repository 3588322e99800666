"""The desk's pages about people: from the first form to enrolment, and out."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from daybreak.core.consent import text_sha256
from daybreak.core.roles import Role
from daybreak.server.demo.intake import eligible_answers
from daybreak.server.enrolment.identity import read_who
from daybreak.server.enrolment.models import Consent, Participant, Screening, Transfer, Withdrawal
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.participation.actions.leaving import ask_to_stop
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.allocate import current_kit
from tests import people
from tests.candidates import consented, coordinator, enrolled, opened, screened
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
NEW = {"language": "en", "first_name": "Łukasz", "family_name": "Ñandú", "email": "", "phone": "+48 600", "zone": ""}


@pytest.fixture
def desk(clinic: Site) -> Client:
    return browser_of(coordinator(clinic.study))


@pytest.fixture
def elsewhere(clinic: Site) -> Site:
    return people.opened_site(clinic.study, "hill", "Hill Clinic", "Europe/Madrid")


def hidden(page: str, name: str) -> str:
    """Return what a hidden field of a page carries."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def answered(page: str, **answers: Any) -> dict[str, Any]:
    """Return what a browser sends of the screening's form."""
    typed = {f"question-{key.replace('_', '-')}": answer for key, answer in answers.items()}
    return {"question-seen": hidden(page, "question-seen")} | typed


def test_somebody_is_led_from_the_first_form_to_a_kit(desk: Client, clinic: Site) -> None:
    form = desk.get("/desk/people/new/").text
    assert "Empty: the next one, H-001" in form
    sent = NEW | {"site": clinic.pk, "number": hidden(form, "number")}
    screening = desk.post("/desk/people/new/", sent, follow=True)
    assert screening.redirect_chain == [("/desk/people/H-001/screening/", 302)]
    assert "6 questions still open" in screening.text
    answers = {
        key: {True: "yes", False: "no"}.get(answer, answer) if isinstance(answer, bool) else answer
        for key, answer in eligible_answers(file_of(clinic.study)).items()
    }
    done = desk.post("/desk/people/H-001/screening/answers/", answered(screening.text, **answers), follow=True)
    assert "Every answer meets" in done.text
    text = desk.get("/desk/people/H-001/consent/main/").text
    signed = {name: hidden(text, name) for name in ("key", "version", "sha256", "strokes") if name != "strokes"}
    ticks = {"name": "Łukasz Ñandú", "agreed": "on", "witnessed": "on", "strokes": "[[[10,10],[90,90]]]"}
    listed = desk.post("/desk/people/H-001/consent/main/", signed | ticks, follow=True)
    assert "Go on to enrolment" in listed.text
    assert "Enrol H-001?" in desk.get("/desk/people/H-001/enrol/").text
    kit = desk.post("/desk/people/H-001/enrol/now/", follow=True)
    person = Participant.objects.get()
    assert current_kit(person, 1) in kit.text
    assert person.status == "enrolled"


def test_the_first_form_sent_twice_enters_one_person(desk: Client, clinic: Site) -> None:
    sent = NEW | {"site": clinic.pk, "number": str(uuid4())}
    places = {desk.post("/desk/people/new/", sent).headers["Location"] for _ in range(2)}
    assert places == {"/desk/people/H-001/screening/"}
    assert Participant.objects.count() == 1


@pytest.mark.parametrize(
    ("flaw", "says"),
    [
        ({"first_name": ""}, "This field is required."),
        ({"email": "nowhere"}, "Enter a valid email address."),
        ({"phone": "call me"}, "Write a phone number with digits"),
        ({"code": "Łukasz"}, "Write letters, digits and hyphens"),
        ({"zone": "Mars/Base"}, "There is no time zone &#x27;Mars/Base&#x27;. Write one such as Europe/Madrid."),
        ({"code": "TAKEN"}, "there is already a participant TAKEN."),
        ({"language": "xx"}, "Select a valid choice"),
        ({"site": "999"}, "Select a valid choice"),
        ({"number": "x"}, "Enter a valid UUID"),
    ],
)
def test_a_wrong_first_form_comes_back_with_what_was_typed(
    desk: Client, clinic: Site, flaw: dict[str, str], says: str
) -> None:
    opened(clinic, "TAKEN")
    sent = NEW | {"site": clinic.pk, "number": str(uuid4()), "family_name": "Wiśniewska"} | flaw
    page = desk.post("/desk/people/new/", sent)
    assert page.status_code == 422
    assert says in page.text or says in page.text.replace("&#x27;", "'")
    assert 'value="Wiśniewska"' in page.text
    assert Participant.objects.count() == 1


def test_a_coordinator_of_one_site_enters_people_there_only(clinic: Site, elsewhere: Site) -> None:
    desk = browser_of(people.staff(clinic.study, Role.COORDINATOR, at=elsewhere))
    assert "The clinic" not in desk.get("/desk/people/new/").text
    page = desk.post("/desk/people/new/", NEW | {"site": clinic.pk, "number": str(uuid4())})
    assert page.status_code == 422
    assert not Participant.objects.exists()


PAGES = ("screening", "consent", "consent/main", "enrol", "contact", "decline", "link", "withdraw", "transfer")


@pytest.mark.parametrize("page", PAGES)
def test_a_person_of_another_site_does_not_exist(clinic: Site, elsewhere: Site, page: str) -> None:
    person = consented(clinic)
    there = browser_of(people.staff(clinic.study, Role.COORDINATOR, at=elsewhere))
    address = f"/desk/people/{person.code}/{page}/"
    assert there.get(address).status_code == 404
    assert there.post(address).status_code in (404, 405)


@pytest.mark.parametrize("page", ["screening", "consent", "enrol"])
def test_a_monitor_reads_and_changes_nothing(clinic: Site, page: str) -> None:
    person = consented(clinic)
    monitor = browser_of(people.staff(clinic.study, Role.MONITOR))
    shown = monitor.get(f"/desk/people/{person.code}/{page}/")
    assert shown.status_code == 200
    assert "<form class=" not in shown.text
    for refused in ("contact", "link", "withdraw", "transfer", "decline", "consent/main/1.pdf"[:-6]):
        assert monitor.get(f"/desk/people/{person.code}/{refused}/").status_code in (403, 404)
    assert monitor.post(f"/desk/people/{person.code}/enrol/now/").status_code == 403


def test_no_page_but_that_of_names_tells_a_name(desk: Client, clinic: Site) -> None:
    person = enrolled(clinic)
    for page in (*PAGES, ""):
        text = desk.get(f"/desk/people/{person.code}/{page}/".replace("//", "/"), follow=True).text
        assert ("Ñandú" in text) == (page == "contact"), page


def test_an_answer_that_cannot_be_is_said_beside_it(desk: Client, clinic: Site) -> None:
    person = opened(clinic)
    page = desk.get(f"/desk/people/{person.code}/screening/").text
    wrong = desk.post(f"/desk/people/{person.code}/screening/answers/", answered(page, age="121", madrs="many"))
    assert wrong.status_code == 422
    assert "less than or equal to 120" in wrong.text
    assert "Enter a whole number." in wrong.text
    assert 'value="121"' in wrong.text
    assert Screening.objects.get(participant=person).answers == {}


def test_a_change_without_reason_is_not_saved_and_keeps_what_was_typed(desk: Client, clinic: Site) -> None:
    person = opened(clinic)
    address = f"/desk/people/{person.code}/screening/"
    desk.post(f"{address}answers/", answered(desk.get(address).text, age="34"))
    page = desk.get(address).text
    refused = desk.post(f"{address}answers/", answered(page, age="35"))
    assert refused.status_code == 422
    assert "needs a reason" in refused.text
    assert 'value="35"' in refused.text
    assert desk.post(f"{address}answers/", answered(page, age="35", reason="misread")).status_code == 302


def test_of_two_windows_the_second_is_told_and_can_open_the_page_anew(desk: Client, clinic: Site) -> None:
    person = opened(clinic)
    address = f"/desk/people/{person.code}/screening/"
    stale = desk.get(address).text
    desk.post(f"{address}answers/", answered(stale, age="34"))
    refused = desk.post(f"{address}answers/", answered(stale, madrs="31"))
    assert refused.status_code == 422
    assert "Someone else changed this" in refused.text
    assert f'<a href="{address}">Open the page anew</a>' in refused.text
    assert desk.post(f"{address}answers/", answered(stale, age="34") | {"question-seen": "x"}).status_code == 422


def test_a_no_is_recorded_and_taken_back(desk: Client, clinic: Site) -> None:
    person = screened(clinic)
    address = f"/desk/people/{person.code}/decline/"
    assert desk.post(address, {"why": ""}).status_code == 422
    assert "no time" in desk.post(address, {"why": "no time"}, follow=True).text
    assert "take up the screening again" in desk.get(address).text.lower()
    desk.post(address, {"why": "called again"})
    assert Participant.objects.get().status == "eligible"


def signature(person: Participant, **more: Any) -> dict[str, Any]:
    text = file_of(person.study).consents[0 if person.language == "en" else 1]
    ticked = {"name": "Łukasz Ñandú", "agreed": "on", "witnessed": "on", "strokes": ""}
    return {"key": text.key, "version": text.version, "sha256": text_sha256(text)} | ticked | more


def test_the_text_is_read_and_signed_in_the_persons_language(desk: Client, clinic: Site) -> None:
    person = screened(clinic, language="es")
    page = desk.get(f"/desk/people/{person.code}/consent/main/").text
    assert '<html lang="es"' in page
    assert "Participar en el estudio" in page
    assert "Firme aquí" in page


@pytest.mark.parametrize(
    ("flaw", "says"),
    [
        ({"name": ""}, "Please type your first and last name."),
        ({"agreed": ""}, "Please tick this box, or do not sign."),
        ({"strokes": "nonsense"}, "Please look at the marked field."),
        ({"name": "李"}, "The full name is missing."),
        ({"name": "李 明"}, "The printed copy cannot show these signs: 李明."),
        ({"sha256": "0" * 64}, "Someone else changed this since you opened the page"),
    ],
)
def test_half_a_signature_comes_back_with_what_was_typed(
    desk: Client, clinic: Site, flaw: dict[str, str], says: str
) -> None:
    person = screened(clinic)
    sent = signature(person, strokes="[[[1,2],[3,4]]]") | flaw
    page = desk.post(f"/desk/people/{person.code}/consent/main/", sent)
    assert page.status_code == 422
    assert says in page.text
    assert not Consent.objects.exists()


def test_signed_twice_it_is_kept_once(desk: Client, clinic: Site) -> None:
    person = screened(clinic)
    for _ in range(2):
        page = desk.post(f"/desk/people/{person.code}/consent/main/", signature(person), follow=True)
        assert page.status_code == 200
    assert Consent.objects.count() == 1


def test_a_copy_is_downloaded_under_a_name_that_tells_no_name(desk: Client, clinic: Site) -> None:
    person = consented(clinic)
    copy = desk.get(f"/desk/people/{person.code}/consent/main/1.pdf")
    assert copy.headers["Content-Type"] == "application/pdf"
    assert copy.headers["Content-Disposition"] == 'attachment; filename="consent-H-001-main-1.pdf"'
    assert copy.content.startswith(b"%PDF-")
    assert desk.get(f"/desk/people/{person.code}/consent/main/2.pdf").status_code == 404
    people.erase(person)
    assert desk.get(f"/desk/people/{person.code}/consent/main/1.pdf").status_code == 404


def test_what_stands_in_the_way_is_listed_before_enrolment(desk: Client, clinic: Site) -> None:
    person = screened(clinic)
    page = desk.get(f"/desk/people/{person.code}/enrol/").text
    assert "Version 1 of &#x27;main&#x27; is to be signed first." in page
    refused = desk.post(f"/desk/people/{person.code}/enrol/now/")
    assert refused.status_code == 422
    assert "cannot be enrolled" in refused.text


def test_a_second_press_of_enrol_shows_the_same_kit(desk: Client, clinic: Site) -> None:
    person = consented(clinic)
    pages = [desk.post(f"/desk/people/{person.code}/enrol/now/", follow=True).text for _ in range(2)]
    kits = [re.findall(r"K-\d{5}-\d", page) for page in pages]
    assert kits[0] == kits[1]
    assert len(kits[0]) == 1


def test_a_link_is_shown_once_with_a_code_to_scan(desk: Client, clinic: Site) -> None:
    person = enrolled(clinic)
    card = desk.post(f"/desk/people/{person.code}/link/")
    address = re.search(r"http://testserver/p/[\w-]{43}/", card.text)
    assert address is not None
    assert 'class="dark" d="M' in card.text
    assert "no-store" in card.headers["Cache-Control"]
    assert "/p/" not in desk.get(f"/desk/people/{person.code}/link/").text
    assert Client().get(address[0]).status_code == 200


def test_names_are_corrected_with_a_reason_and_the_stale_are_told(desk: Client, clinic: Site) -> None:
    person = opened(clinic)
    address = f"/desk/people/{person.code}/contact/"
    seen = hidden(desk.get(address).text, "identity-seen")
    typed = {"form": "identity", "identity-first_name": "Lukas", "identity-family_name": "Ñandú", "identity-seen": seen}
    assert desk.post(address, typed).status_code == 422
    assert desk.post(address, typed | {"identity-reason": "passport"}).status_code == 302
    who = read_who(person)
    assert who is not None
    assert who.name == "Lukas Ñandú"
    stale = desk.post(address, typed | {"identity-reason": "again"})
    assert stale.status_code == 422
    assert "Open the page anew" in stale.text


def test_details_are_corrected_and_who_is_not_enrolled_can_be_erased(desk: Client, clinic: Site) -> None:
    person = opened(clinic)
    address = f"/desk/people/{person.code}/contact/"
    typed = {"form": "details", "details-language": "es", "details-zone": "Asia/Tokyo", "details-reason": "moved"}
    assert desk.post(address, typed | {"details-zone": "x"}).status_code == 422
    assert desk.post(address, typed).status_code == 302
    assert Participant.objects.get().zone == "Asia/Tokyo"
    assert desk.post(address, {"form": "erase", "erase-reason": "asked us to"}).status_code == 302
    assert "it was erased" in desk.get(address).text
    assert desk.post(address, {"form": "nonsense"}).status_code == 422


def test_a_withdrawal_is_explained_and_asked_once_more(desk: Client, clinic: Site) -> None:
    person = enrolled(clinic)
    ask_to_stop(person, "data")
    address = f"/desk/people/{person.code}/withdraw/"
    assert "stop it all and have their data taken out" in desk.get(address).text
    typed = {"scope": "data", "why": "own-wish", "notes": ""}
    assert desk.post(address, {"scope": "data"}).status_code == 422
    asked = desk.post(address, typed)
    assert "It cannot be taken back." in asked.text
    assert "erased for good" in asked.text
    assert not Withdrawal.objects.exists()
    done = desk.post(address, typed | {"confirmed": "yes"}, follow=True)
    assert "Everything has ended" in done.text
    assert ended_for(person) == {"training", "follow-up", "data"}
    assert desk.post(address, typed | {"confirmed": "yes"}).status_code == 422, "pressed twice, it is recorded once"


def test_a_wish_to_stop_is_answered_by_what_was_agreed(desk: Client, clinic: Site) -> None:
    person = enrolled(clinic)
    ask_to_stop(person, "talk")
    address = f"/desk/people/{person.code}/withdraw/"
    assert desk.post(address, {"form": "answer", "outcome": ""}).status_code == 422
    assert "asked to stop" not in desk.post(address, {"form": "answer", "outcome": "they go on"}, follow=True).text
    assert desk.post(address, {"form": "answer", "outcome": "they go on"}).status_code == 422


def test_a_transfer_leads_whoever_lost_sight_of_the_person_away(clinic: Site, elsewhere: Site) -> None:
    person = enrolled(clinic)
    here = browser_of(people.staff(clinic.study, Role.COORDINATOR, at=clinic))
    address = f"/desk/people/{person.code}/transfer/"
    assert here.post(address, {"target": clinic.pk, "why": "x"}).status_code == 422
    assert here.post(address, {"target": elsewhere.pk, "why": "moved"}).headers["Location"] == "/desk/"
    assert here.get(address).status_code == 404
    there = browser_of(people.staff(clinic.study, Role.COORDINATOR, at=elsewhere))
    assert "moved" in there.get(address).text
    assert Transfer.objects.get().origin == clinic


ABSURD = (
    "a%00/contact/",
    "a%00/screening/",
    "H-001/consent/ma%00in/1.pdf",
    "H-001/consent/ma%00/",
    "H-001/consent/main/99999999999999999999.pdf",
    f"{'x' * 500}/enrol/",
)


@pytest.mark.parametrize("address", ABSURD)
def test_absurd_addresses_are_not_there(desk: Client, clinic: Site, address: str) -> None:
    consented(clinic)
    assert desk.get(f"/desk/people/{address}").status_code in (302, 404)


def test_a_nul_in_a_form_is_refused(desk: Client, clinic: Site) -> None:
    sent = NEW | {"site": clinic.pk, "number": str(uuid4()), "first_name": "A\0na"}
    assert desk.post("/desk/people/new/", sent).status_code == 422
    person = enrolled(clinic)
    typed = {"scope": "training", "why": "other", "notes": "a\0b", "confirmed": "yes"}
    assert desk.post(f"/desk/people/{person.code}/withdraw/", typed).status_code == 422
    assert desk.post(f"/desk/people/{person.code}/consent/ma\0in/", {}).status_code in (302, 404)
