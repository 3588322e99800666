"""Judgements, notes and reports: what is due by when, and what was sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daybreak.core.harms import HarmError
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.actions.following import follow_up, judge_event, mark_sent, take_back
from daybreak.server.harms.actions.recording import record_event, strike_event
from daybreak.server.harms.facts import Judgement
from daybreak.server.harms.models import AdverseEvent, FollowUp
from daybreak.server.harms.queries import HarmFilters, clocks_of, events_found, open_clocks
from daybreak.server.studies.models import Site, Study
from tests.server.harms.conftest import Staff, facts, grave

pytestmark = pytest.mark.django_db
OPEN = Judgement()


def states(event: AdverseEvent) -> dict[str, str]:
    event.refresh_from_db()
    return {one.kind: one.state for one in clocks_of(event, clock.now())}


def test_an_event_that_is_not_serious_needs_no_report(event: AdverseEvent) -> None:
    assert states(event) == {}


def test_reports_follow_the_judgement(serious: AdverseEvent, staff: Staff) -> None:
    assert states(serious) == {"sponsor": "due", "authority": "due"}
    judge_event(staff(Role.INVESTIGATOR), serious, Judgement("expected", "possible", "unrelated"), seen=OPEN)
    assert states(serious) == {"sponsor": "due"}
    assert (serious.judged_by, serious.drug) == (staff(Role.INVESTIGATOR), "possible")


def test_the_clocks_are_those_of_the_study_file(clinic: Site, serious: AdverseEvent) -> None:
    text = clinic.study.study_file
    Study.objects.filter(pk=clinic.study.pk).update(study_file=text + '\n[harms]\nreport_within = "2h"\n')
    serious = AdverseEvent.objects.select_related("participant__study").get()
    [sponsor, _] = clocks_of(serious, clock.now())
    assert sponsor.due_at - serious.known_at == timedelta(hours=2)
    assert sponsor.state == "due"
    with clock.standing(serious.known_at + timedelta(hours=3)):
        assert clocks_of(serious, clock.now())[0].state == "overdue"


def test_only_an_investigator_judges(event: AdverseEvent, staff: Staff) -> None:
    for role in (Role.COORDINATOR, Role.RATER, Role.MONITOR):
        with pytest.raises(NotYoursError):
            judge_event(staff(role), event, Judgement("expected"), seen=OPEN)


def test_a_judgement_is_changed_with_a_reason_and_on_what_was_seen(event: AdverseEvent, staff: Staff) -> None:
    investigator, first = staff(Role.INVESTIGATOR), Judgement("expected")
    judge_event(investigator, event, first, seen=OPEN)
    added = Judgement("expected", "possible")
    judge_event(investigator, event, added, seen=first)
    with pytest.raises(StaleError):
        judge_event(investigator, event, Judgement("unexpected"), seen=first, reason="no")
    with pytest.raises(ReasonError):
        judge_event(investigator, event, Judgement("expected", "probable"), seen=added)
    with pytest.raises(HarmError, match="Nothing was changed"):
        judge_event(investigator, event, added, seen=added)
    judge_event(investigator, event, Judgement("expected", "probable"), seen=added, reason="came back")
    assert [entry.reason for entry in Entry.objects.filter(action="judge-adverse-event").order_by("number")] == [
        "",
        "",
        "came back",
    ]


def test_notes_stand_in_the_order_they_were_written(event: AdverseEvent, staff: Staff) -> None:
    for says in ("still there", "gone since noon"):
        follow_up(staff(Role.COORDINATOR), event, says)
    with pytest.raises(HarmError, match="Nothing was written"):
        follow_up(staff(Role.COORDINATOR), event, "  ")
    assert [note.says for note in FollowUp.objects.all()] == ["still there", "gone since noon"]


def test_a_report_is_marked_as_sent_once_and_can_be_taken_back(serious: AdverseEvent, staff: Staff) -> None:
    coordinator = staff(Role.COORDINATOR)
    report = mark_sent(coordinator, serious, "sponsor", clock.now(), "e-mail, reference 17")
    assert states(serious) == {"sponsor": "sent", "authority": "due"}
    with pytest.raises(HarmError, match="already"):
        mark_sent(coordinator, serious, "sponsor", clock.now(), "again")
    with pytest.raises(ReasonError):
        take_back(coordinator, report, " ")
    take_back(coordinator, report, "it bounced")
    assert states(serious)["sponsor"] == "due"
    with pytest.raises(StaleError):
        take_back(coordinator, report, "twice")
    mark_sent(coordinator, serious, "sponsor", clock.now(), "by phone")
    assert serious.reports.count() == 2


def test_a_report_that_cannot_have_been_sent_like_this_is_refused(
    event: AdverseEvent, serious: AdverseEvent, staff: Staff
) -> None:
    coordinator, now = staff(Role.COORDINATOR), clock.now()
    for about, sent_at, how, says in (
        (event, now, "mail", "needs no such report"),
        (serious, now + timedelta(hours=1), "mail", "in the future"),
        (serious, serious.known_at - timedelta(hours=1), "mail", "before the event was known"),
        (serious, now, " ", "not said how"),
    ):
        with pytest.raises(HarmError, match=says):
            mark_sent(coordinator, about, "sponsor", sent_at, how)


def test_a_report_sent_after_its_time_stays_marked_as_late(serious: AdverseEvent, staff: Staff) -> None:
    with clock.standing(serious.known_at + timedelta(hours=30)):
        mark_sent(staff(Role.INVESTIGATOR), serious, "sponsor", clock.now(), "portal")
    serious.refresh_from_db()
    assert next(one for one in clocks_of(serious, clock.now()) if one.kind == "sponsor").was_late


def test_a_struck_event_owes_nothing(serious: AdverseEvent, clinic: Site, staff: Staff) -> None:
    assert len(open_clocks([clinic], clock.now())) == 2
    strike_event(staff(Role.COORDINATOR), serious, "entered twice")
    assert open_clocks([clinic], clock.now()) == []


def test_the_most_pressing_report_comes_first_and_filters_count_what_they_say(
    person: Participant, clinic: Site, staff: Staff
) -> None:
    coordinator, now = staff(Role.COORDINATOR), clock.now()
    mild = record_event(coordinator, person, facts(outcome="recovered"))
    late = record_event(coordinator, person, grave(known_at=now - timedelta(hours=26)))
    dire = record_event(coordinator, person, grave(criteria=("life-threatening",), known_at=now))
    assert [(one.event, one.kind) for one in open_clocks([clinic], now)] == [
        (late, "sponsor"),
        (dire, "sponsor"),
        (dire, "authority-first"),
        (late, "authority"),
        (dire, "authority-complete"),
    ]
    expected = {
        "": {mild, late, dire},
        "serious": {late, dire},
        "open": {late, dire},
        "unjudged": {mild, late, dire},
        "due": {late, dire},
        "overdue": {late},
        "struck": set(),
    }
    found = {shown: set(events_found([clinic], HarmFilters(shown), now)) for shown in expected}
    assert found == expected
    assert not events_found([clinic], HarmFilters(site="elsewhere"), now)
    assert events_found([clinic], HarmFilters(person=person.code), now).count() == 3
