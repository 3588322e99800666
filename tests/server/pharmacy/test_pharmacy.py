"""The pharmacist's pages: drug and kit for one's own sites, nobody else's; each look and each change in the trail."""

from __future__ import annotations

import json
import re

import pytest
from django.db import transaction
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.pharmacy.actions import KitError, correct_state, replace, see_list, take_step
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from daybreak.server.vault.allocate import current_kit
from daybreak.server.vault.kits import release_kit
from daybreak.server.vault.models import Kit
from daybreak.server.vault.reveal import RevealError
from tests import people
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db
DRUGS = ("ketamine", "saline")


@pytest.fixture
def pharmacist(clinic: Site) -> User:
    return people.staff(clinic.study, Role.PHARMACIST, at=clinic, name="Phil")


@pytest.fixture
def desk(pharmacist: User) -> Client:
    return browser_of(pharmacist)


@pytest.fixture
def person(clinic: Site) -> Participant:
    return people.participant(clinic, "P-1", version=None, infusion_ago=None)


@pytest.fixture
def kit(person: Participant) -> str:
    return release_kit(person, 1, "saline")


def state(kit: str) -> str:
    return Kit.objects.get(number=kit).state


def test_the_list_tells_kit_drug_person_and_state(desk: Client, kit: str, person: Participant) -> None:
    page = desk.get("/desk/pharmacy/")
    row = re.search(rf"<tr>.*?{kit}.*?</tr>", page.text, re.DOTALL)
    assert row is not None
    assert all(word in row[0] for word in ("saline", person.code, "to prepare", "Mark prepared"))
    assert page.headers["Cache-Control"].count("no-store") == 1


def test_opening_the_list_stands_in_the_trail_without_a_drug(desk: Client, kit: str) -> None:
    desk.get("/desk/pharmacy/")
    entry = Entry.objects.latest("number")
    assert (entry.action, json.loads(entry.body)["notes"]) == ("see-pharmacy-list", {"shown": "1 kits"})
    assert not any(drug in entry.body for drug in DRUGS)


def test_a_kit_is_prepared_then_handed_over_and_then_only_in_the_list_of_all(desk: Client, kit: str) -> None:
    for seen, after in (("to-prepare", "prepared"), ("prepared", "handed-over")):
        done = desk.post(f"/desk/pharmacy/{kit}/step/", {"state": seen})
        assert (done.status_code, state(kit)) == (302, after)
        assert Entry.objects.latest("number").action == "step-kit"
    assert "Nothing to prepare" in desk.get("/desk/pharmacy/").text
    assert "handed over" in desk.get("/desk/pharmacy/?show=all").text


def test_a_second_press_changes_nothing_and_a_stale_page_is_told_so(desk: Client, kit: str) -> None:
    assert desk.post(f"/desk/pharmacy/{kit}/step/", {"state": "to-prepare"}).status_code == 302
    assert desk.post(f"/desk/pharmacy/{kit}/step/", {"state": "to-prepare"}).status_code == 302
    assert Entry.objects.filter(action="step-kit").count() == 1
    desk.post(f"/desk/pharmacy/{kit}/step/", {"state": "prepared"})
    late = desk.post(f"/desk/pharmacy/{kit}/step/", {"state": "to-prepare"})
    assert late.status_code == 409
    assert "Someone else changed this" in late.text
    assert state(kit) == "handed-over"
    nonsense = desk.post(f"/desk/pharmacy/{kit}/step/", {"state": "melted"})
    assert (nonsense.status_code, "There is no step after this one." in nonsense.text) == (422, True)


def test_a_replaced_kit_gives_way_to_another_of_the_same_drug(desk: Client, kit: str, person: Participant) -> None:
    without = desk.post(f"/desk/pharmacy/{kit}/replace/", {"reason": " "})
    assert (without.status_code, "Write in a few words why." in without.text) == (422, True)
    assert desk.post(f"/desk/pharmacy/{kit}/replace/", {"reason": "Dropped"}).status_code == 302
    new = current_kit(person, 1)
    assert (new != kit, state(kit), state(new)) == (True, "replaced", "to-prepare")
    entry = Entry.objects.get(action="replace-kit")
    assert (entry.reason, entry.participant_id) == ("Dropped", person.pk)
    assert json.loads(entry.body)["notes"] == {"kit": kit, "new_kit": new}
    assert "saline" not in entry.body
    assert desk.get("/desk/pharmacy/").text.count("<td>saline</td>") == 1
    again = desk.post(f"/desk/pharmacy/{kit}/replace/", {"reason": "Dropped"})
    assert (again.status_code, "This kit was replaced before." in again.text) == (422, True)


def test_a_used_kit_is_shown_as_used_and_stays_as_it_is(desk: Client, kit: str, person: Participant) -> None:
    Infusion.objects.create(participant=person, number=1, kit=kit, ended_at=clock.now())
    assert '<span class="tag used">used</span>' in desk.get("/desk/pharmacy/?show=all").text
    refused = desk.post(f"/desk/pharmacy/{kit}/replace/", {"reason": "Dropped"})
    assert (refused.status_code, "This kit was used before." in refused.text) == (422, True)
    for page in ("replace", "state"):
        assert desk.get(f"/desk/pharmacy/{kit}/{page}/").headers["Location"] == f"/desk/pharmacy/{kit}/"
    assert "Replace this kit" not in desk.get(f"/desk/pharmacy/{kit}/").text
    assert Kit.objects.count() == 1


def test_a_state_is_corrected_with_a_reason_and_only_as_it_was_seen(desk: Client, kit: str) -> None:
    path = f"/desk/pharmacy/{kit}/state/"
    assert "The kit is noted as to prepare." in desk.get(path).text
    typed = {"state": "prepared", "seen": "to-prepare", "reason": "Forgot to note it"}
    assert desk.post(path, typed | {"reason": ""}).status_code == 422
    assert "Nothing was changed." in desk.post(path, typed | {"state": "to-prepare"}).text
    assert desk.post(path, typed).status_code == 302
    assert (state(kit), Entry.objects.latest("number").reason) == ("prepared", "Forgot to note it")
    assert desk.post(path, typed | {"state": "handed-over"}).status_code == 409
    assert desk.post(path, {"state": "gone"}).status_code == 422


def test_the_label_tells_no_drug(desk: Client, kit: str, person: Participant) -> None:
    page = desk.get(f"/desk/pharmacy/{kit}/").text
    main = page[page.index("<main") : page.index("</main>")]
    label = main[main.index('aria-label="Label"') : main.index("</section>")]
    assert all(word in label for word in (kit, person.code, "The content is blinded"))
    told = label.replace(person.study.title, "")
    assert not any(word in told.casefold() for word in (*DRUGS, "sham", "active"))


def test_kits_of_other_sites_do_not_exist(clinic: Site, kit: str, person: Participant) -> None:
    elsewhere = add_site(clinic.study, "other", "Another clinic", "UTC")
    other = people.staff(clinic.study, Role.PHARMACIST, at=elsewhere)
    desk = browser_of(other)
    assert "No kit yet" in desk.get(f"/desk/pharmacy/?site={clinic.key}").text
    for page in ("", "step/", "state/", "replace/"):
        assert desk.post(f"/desk/pharmacy/{kit}/{page}", {"state": "to-prepare"}).status_code in (404, 405)
        assert desk.get(f"/desk/pharmacy/{kit}/{page}").status_code in (404, 405)
    for act in (
        lambda: see_list(other, clinic),
        lambda: take_step(other, clinic, kit, "to-prepare"),
        lambda: correct_state(other, clinic, kit, "prepared", seen="to-prepare", reason="x"),
        lambda: replace(other, clinic, kit, reason="x"),
    ):
        before = Entry.objects.count()
        with pytest.raises(NotYoursError):
            act()
        assert Entry.objects.count() == before
    assert state(kit) == "to-prepare"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PHARMACIST])
def test_no_other_role_sees_the_list(clinic: Site, kit: str, role: Role) -> None:
    assert browser_of(people.staff(clinic.study, role)).get("/desk/pharmacy/").status_code == 403
    assert not Entry.objects.filter(action="see-pharmacy-list").exists()


def test_a_pharmacist_of_many_sites_sees_one_at_a_time(clinic: Site, kit: str) -> None:
    add_site(clinic.study, "away", "A clinic far away", "UTC")
    desk = browser_of(people.staff(clinic.study, Role.PHARMACIST))
    assert "No kit yet" in desk.get("/desk/pharmacy/").text
    assert kit in desk.get(f"/desk/pharmacy/?site={clinic.key}").text


def test_what_makes_no_sense_is_refused_in_a_sentence(pharmacist: User, clinic: Site, kit: str) -> None:
    with pytest.raises(RevealError, match=r"This site has no such kit. Check the number on the label."):
        take_step(pharmacist, clinic, "K-00000-0", "to-prepare")
    with pytest.raises(StaleError):
        take_step(pharmacist, clinic, kit, "prepared")
    with pytest.raises(ReasonError):
        replace(pharmacist, clinic, kit, reason=" ")
    with pytest.raises(KitError, match="Nothing was changed"):
        correct_state(pharmacist, clinic, kit, "replaced", seen="to-prepare", reason="x")


def test_kit_numbers_do_not_depend_on_what_is_in_them(person: Participant) -> None:
    numbers = set()
    for drug in DRUGS:
        with transaction.atomic():
            numbers.add(release_kit(person, 1, drug))
            transaction.set_rollback(True)  # so that the other drug finds the same database
    assert len(numbers) == 1
