"""Deviations are noticed by themselves, once, and explained by people."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from daybreak.core.errors import DaybreakError
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.models import Hold
from daybreak.server.review.actions.holds import hold_person
from daybreak.server.studies.models import Site
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.actions.explaining import explain
from daybreak.server.visits.actions.noticing import notice, notice_due
from daybreak.server.visits.actions.recording import VisitFacts, record_visit
from daybreak.server.visits.models import Deviation, NextLook
from tests import people
from tests.calendar_people import enrolled, infused, minute
from tests.server.browsing import browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(person: Participant) -> Participant:
    """Return somebody infused two days ago for whom nothing was recorded or played since."""
    infused(person, timedelta(hours=48))
    return person


def kinds() -> list[str]:
    return sorted(Deviation.objects.filter(lapsed_at=None).values_list("key", flat=True))


def test_what_was_missed_is_noticed_when_the_infusion_is_recorded_late(late: Participant) -> None:
    assert kinds() == [f"visit-missed:visit-{key}" for key in ("baseline", "day-0", "day-1")]
    assert Entry.objects.filter(action="notice-deviation", by=None).count() == 3


def test_looking_again_notices_nothing_twice(late: Participant) -> None:
    entries = Entry.objects.count()
    for _ in range(3):
        notice(late, clock.now())
        notice_due(late.study, clock.now())
    assert Entry.objects.count() == entries


def test_a_visit_entered_later_lets_its_deviation_lapse_and_leaves_the_explanation(
    late: Participant, cora: User
) -> None:
    missed = Deviation.objects.get(key="visit-missed:visit-day-1")
    explain(cora, missed, "They came; it was not entered.", seen="")
    done = VisitFacts(minute(clock.now() - timedelta(hours=24)), "in-person")
    record_visit(cora, late, "day-1", done)
    missed.refresh_from_db()
    assert missed.lapsed_at is not None
    assert missed.explanation == "They came; it was not entered."
    assert Entry.objects.filter(action="lapse-deviation").count() == 1


def test_time_going_by_is_noticed_when_a_page_asks_and_only_where_something_can_have_changed(
    late: Participant,
) -> None:
    entries = Entry.objects.count()
    assert notice_due(late.study, clock.now()) == 0
    assert Entry.objects.count() == entries
    clock.move_forward(timedelta(days=8))
    notice_due(late.study, clock.now())
    assert "visit-missed:visit-day-5" in kinds()
    assert "session-missed:session-1-8" in kinds()
    assert NextLook.objects.get().at > clock.now()


def test_nothing_is_noticed_for_whom_data_are_frozen(late: Participant) -> None:
    hold_person(people.staff(late.study, Role.INVESTIGATOR), late, Hold.Kind.FREEZE, "under review")
    before = kinds()
    clock.move_forward(timedelta(days=40))
    notice(late, clock.now())
    assert kinds() == before


def test_a_session_broken_off_is_one_deviation_once_it_cannot_go_on(late: Participant) -> None:
    heard = clock.now() - timedelta(hours=20)
    TrainingSession.objects.create(
        participant=late,
        infusion=late.infusions.get(),
        number=1,
        state="begun",
        planned_at=heard,
        started_at=heard,
        last_heard_at=heard,
        planned_exposures=360,
        valid_exposures=90,
    )
    clock.move_forward(timedelta(days=8))
    notice(Participant.objects.get(), clock.now())
    found = Deviation.objects.get(kind="session-partial")
    assert (found.facts["about"], found.facts["dose"]) == ("session-1-1", "0.250")
    assert "session-missed:session-1-1" not in kinds()


def test_a_page_looks_at_some_people_at_a_time_and_says_how_many_are_left(late: Participant, harbour: Site) -> None:
    for code in ("P-2", "P-3"):
        enrolled(harbour, code)
    clock.move_forward(timedelta(days=30))
    assert [notice_due(late.study, clock.now(), at_most=1) for _ in range(3)] == [2, 1, 0]
    assert notice_due(late.study, clock.now(), at_most=1) == 0
    assert {one.participant.code for one in NextLook.objects.all()} == {"P-1", "P-2", "P-3"}


def test_an_explanation_is_kept_with_who_gave_it_and_changed_only_with_a_reason(late: Participant, cora: User) -> None:
    missed = Deviation.objects.get(key="visit-missed:visit-day-0")
    explain(cora, missed, " The ward was closed. ", seen="")
    explain(cora, missed, "The ward was closed.", seen="")
    assert Entry.objects.filter(action="explain-deviation").count() == 1
    assert (missed.explanation, missed.explained_by) == ("The ward was closed.", cora)
    with pytest.raises(ReasonError):
        explain(cora, missed, "Another story.", seen="The ward was closed.")
    with pytest.raises(StaleError):
        explain(cora, missed, "Another story.", seen="")
    with pytest.raises(DaybreakError, match="cannot be empty"):
        explain(cora, missed, "  ", seen="The ward was closed.")


def test_the_list_shows_what_is_to_be_explained_and_leads_to_where(late: Participant, desk: Client) -> None:
    page = desk.get("/desk/deviations/").content.decode()
    assert "Visit missed" in page
    assert "visit day-1" in page
    row = Deviation.objects.get(key="visit-missed:visit-day-1")
    said = {"explanation": "They were ill.", "seen": ""}
    assert desk.post(f"/desk/deviations/{row.pk}/", said).status_code == 302
    assert "They were ill." in desk.get("/desk/deviations/?state=explained").content.decode()
    assert "They were ill." not in desk.get("/desk/deviations/").content.decode()
    assert "They were ill." in desk.get("/desk/people/P-1/visits/").content.decode()
    assert "No deviation matches" in desk.get("/desk/deviations/?kind=dose-low").content.decode()


def test_of_two_who_explain_one_deviation_the_second_is_told(late: Participant, desk: Client, cora: User) -> None:
    row = Deviation.objects.get(key="visit-missed:visit-day-1")
    explain(people.staff(late.study, Role.INVESTIGATOR), row, "First.", seen="")
    answer = desk.post(f"/desk/deviations/{row.pk}/", {"explanation": "Second.", "seen": ""})
    assert answer.status_code == 409
    assert "Second." in answer.content.decode()
    row.refresh_from_db()
    assert row.explanation == "First."


def test_an_empty_explanation_is_refused(late: Participant, desk: Client) -> None:
    row = Deviation.objects.get(key="visit-missed:visit-day-1")
    answer = desk.post(f"/desk/deviations/{row.pk}/", {"explanation": " ", "seen": ""})
    assert answer.status_code == 422
    assert "Write what happened" in answer.content.decode()


def test_a_monitor_reads_deviations_and_cannot_explain_them(late: Participant) -> None:
    monitor = browser_of(people.staff(late.study, Role.MONITOR))
    row = Deviation.objects.get(key="visit-missed:visit-day-1")
    assert "It is not explained yet" in monitor.get(f"/desk/deviations/{row.pk}/").content.decode()
    assert monitor.post(f"/desk/deviations/{row.pk}/", {"explanation": "x", "seen": ""}).status_code == 403


def test_another_site_sees_no_deviation_of_this_one(late: Participant, elsewhere: User) -> None:
    there = browser_of(elsewhere)
    assert "P-1" not in there.get("/desk/deviations/?state=all").content.decode()
    assert there.get(f"/desk/deviations/{Deviation.objects.first().pk}/").status_code == 404  # type: ignore[union-attr]


def test_an_empty_list_says_that_nothing_has_to_be_done(desk: Client) -> None:
    assert "Nothing departed from the plan" in desk.get("/desk/deviations/").content.decode()
