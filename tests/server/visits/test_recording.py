"""Recording and correcting a visit: once, with its reason, and never what cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from daybreak.core.errors import DaybreakError
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.locks import LockedError
from daybreak.server.holds.models import Hold
from daybreak.server.infusions.actions import correct_infusion
from daybreak.server.infusions.facts import InfusionFacts
from daybreak.server.review.actions.holds import hold_person
from daybreak.server.visits.actions.recording import VisitFacts, correct_visit, record_visit
from daybreak.server.visits.models import VisitRecord
from tests import people
from tests.calendar_people import infused, minute

pytestmark = pytest.mark.django_db


def facts(hours_ago: float, mode: str = "in-person", notes: str = "") -> VisitFacts:
    return VisitFacts(minute(clock.now() - timedelta(hours=hours_ago)), mode, notes)


def refusal(by: User, person: Participant, key: str, entered: VisitFacts) -> str:
    with pytest.raises(DaybreakError) as refused:
        record_visit(by, person, key, entered)
    assert not VisitRecord.objects.exists()
    return refused.value.code


def test_a_visit_is_recorded_with_one_entry(person: Participant, cora: User) -> None:
    infused(person, timedelta(hours=25))
    record_visit(cora, person, "day-1", facts(1, notes="All well."))
    record = VisitRecord.objects.get()
    assert (record.key, record.mode, record.notes, record.by) == ("day-1", "in-person", "All well.", cora)
    entry = Entry.objects.get(action="record-visit")
    assert (entry.participant_id, entry.by_id) == (person.pk, cora.pk)


def test_a_double_click_records_a_visit_once(person: Participant, cora: User) -> None:
    infused(person, timedelta(hours=25))
    same = facts(1)
    assert record_visit(cora, person, "day-1", same) == record_visit(cora, person, "day-1", same)
    assert Entry.objects.filter(action="record-visit").count() == 1
    with pytest.raises(DaybreakError, match="recorded already"):
        record_visit(cora, person, "day-1", facts(2))


def test_what_cannot_be_is_refused_with_its_sentence(person: Participant, cora: User) -> None:
    assert refusal(cora, person, "day-1", facts(1)) == "visit-waits"
    infused(person, timedelta(hours=25))
    assert refusal(cora, person, "day-1", facts(-1)) == "in-future"
    assert refusal(cora, person, "day-1", facts(1, mode="phone")) == "no-such-mode"
    assert refusal(cora, person, "day-999", facts(1)) == "no-such-visit"
    assert refusal(cora, person, "baseline", facts(24 * 20)) == "before-screening"


def test_staff_of_another_site_record_nothing_here(person: Participant, elsewhere: User) -> None:
    infused(person, timedelta(hours=25))
    with pytest.raises(NotYoursError):
        record_visit(elsewhere, person, "day-1", facts(1))
    assert not VisitRecord.objects.exists()


def test_a_correction_needs_a_reason_and_a_change_and_stands_in_the_trail(person: Participant, cora: User) -> None:
    infused(person, timedelta(hours=25))
    seen = facts(2)
    record = record_visit(cora, person, "day-1", seen)
    with pytest.raises(ReasonError):
        correct_visit(cora, record, facts(1), seen=seen, reason="  ")
    with pytest.raises(DaybreakError, match="Nothing was changed"):
        correct_visit(cora, record, seen, seen=seen, reason="typing error")
    correct_visit(cora, record, facts(1), seen=seen, reason="typing error")
    assert VisitRecord.objects.get().done_at == facts(1).done_at
    assert Entry.objects.get(action="correct-visit").reason == "typing error"


def test_of_two_who_correct_one_visit_the_second_is_told(person: Participant, cora: User) -> None:
    infused(person, timedelta(hours=25))
    seen = facts(3)
    record = record_visit(cora, person, "day-1", seen)
    other = VisitRecord.objects.get()
    correct_visit(cora, record, facts(2), seen=seen, reason="first")
    with pytest.raises(StaleError):
        correct_visit(cora, other, facts(1), seen=seen, reason="second")
    assert VisitRecord.objects.get().done_at == facts(2).done_at


def test_the_last_visit_completes_the_study_for_the_person(person: Participant, cora: User) -> None:
    infused(person, timedelta(hours=25))
    clock.move_forward(timedelta(days=360))
    record_visit(cora, person, "day-30", facts(24 * 330, "in-person"))
    assert Participant.objects.get().status == "infused"
    record_visit(cora, person, "follow-up-360", facts(1, "online"))
    assert Participant.objects.get().status == "completed"


def test_frozen_data_are_not_changed(person: Participant, cora: User) -> None:
    infusion = infused(person, timedelta(hours=25))
    seen = facts(3)
    record = record_visit(cora, person, "day-1", seen)
    hold_person(people.staff(person.study, Role.INVESTIGATOR), person, Hold.Kind.FREEZE, "under review")
    stored = InfusionFacts.of(infusion)
    for change in (
        lambda: record_visit(cora, person, "day-0", facts(2)),
        lambda: correct_visit(cora, record, facts(2), seen=seen, reason="why"),
        lambda: correct_infusion(cora, infusion, replace(stored, notes="x"), seen=stored.mark(), reason="why"),
    ):
        with pytest.raises(LockedError):
            change()
    assert VisitRecord.objects.get().done_at == seen.done_at


def test_the_page_records_and_corrects_and_shows_the_schedule(person: Participant, desk: Client) -> None:
    infused(person, timedelta(hours=25))
    page = desk.get("/desk/people/P-1/visits/day-1/").content.decode()
    assert "24 hours" in page
    assert f"{person.zone} time" in page
    typed = {"done_at": local(person, 1), "mode": "video", "notes": "By video."}
    assert desk.post("/desk/people/P-1/visits/day-1/", typed).status_code == 302
    schedule = desk.get("/desk/people/P-1/visits/").content.decode()
    assert 'class="tag done"' in schedule
    assert "Exercises 8 of 8" in schedule
    opened = desk.get("/desk/people/P-1/visits/day-1/").content.decode()
    assert "By video." in opened
    assert "Save the correction" in opened


def test_a_form_that_is_wrong_is_shown_again_with_what_was_typed(person: Participant, desk: Client) -> None:
    infused(person, timedelta(hours=25))
    answer = desk.post("/desk/people/P-1/visits/day-1/", {"done_at": "tomorrow", "mode": "video", "notes": "kept"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Write a date and a time" in page
    assert "tomorrow" in page
    assert "kept" in page


def test_a_stale_form_says_so_and_saves_nothing(person: Participant, desk: Client, cora: User) -> None:
    infused(person, timedelta(hours=25))
    first = facts(3)
    record = record_visit(cora, person, "day-1", first)
    page = desk.get("/desk/people/P-1/visits/day-1/")
    form = page.context["form"]
    sent = {f"seen_{name}": form.initial[f"seen_{name}"] for name in ("done_at", "mode", "notes")}
    correct_visit(cora, record, facts(2), seen=first, reason="first")
    typed = sent | {"done_at": local(person, 1), "mode": "video", "notes": "", "reason": "second"}
    answer = desk.post("/desk/people/P-1/visits/day-1/", typed)
    assert answer.status_code == 409
    assert "Someone else changed this" in answer.content.decode()
    assert VisitRecord.objects.get().mode == "in-person"


def test_a_time_that_the_clocks_skipped_is_refused(person: Participant, desk: Client) -> None:
    infused(person, timedelta(hours=25))
    Participant.objects.update(zone="Europe/Madrid")
    typed = {"done_at": "2026-03-29T02:30", "mode": "video"}
    answer = desk.post("/desk/people/P-1/visits/day-1/", typed)
    assert answer.status_code == 422
    assert "put forward" in answer.content.decode()


def local(person: Participant, hours_ago: float) -> str:
    return (clock.now() - timedelta(hours=hours_ago)).astimezone(ZoneInfo(person.zone)).strftime("%Y-%m-%dT%H:%M")
