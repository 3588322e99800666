"""An adverse event is recorded once, corrected with a reason, struck but never deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from daybreak.core.harms import HarmError
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.actions.recording import correct_event, record_event, record_none, strike_event
from daybreak.server.harms.facts import HarmFacts, Learned
from daybreak.server.harms.models import AdverseEvent, Asking
from daybreak.server.harms.queries import offered_side_effects
from daybreak.server.holds.locks import LockedError
from daybreak.server.holds.models import Hold
from daybreak.server.review.actions.holds import hold_person
from daybreak.server.studies.models import Site
from tests import candidates
from tests.server.harms.conftest import Staff, facts, grave

pytestmark = pytest.mark.django_db
ASKED, INFUSION = AdverseEvent.Source.ASKED, AdverseEvent.Source.INFUSION


def test_events_of_a_person_are_numbered_from_one(person: Participant, event: AdverseEvent, staff: Staff) -> None:
    second = record_event(staff(Role.RATER), person, facts(term="nausea"), Learned(ASKED, "day-5"))
    assert [event.number, second.number] == [1, 2]
    assert (second.source, second.visit, second.serious_at) == ("asked", "day-5", None)
    entries = Entry.objects.filter(action="record-adverse-event", participant=person)
    assert [entry.by for entry in entries.order_by("number")] == [staff(Role.COORDINATOR), staff(Role.RATER)]


def test_the_clock_of_a_serious_event_begins_when_it_became_known(serious: AdverseEvent) -> None:
    assert serious.serious_at == serious.known_at


@pytest.mark.parametrize("role", [Role.MONITOR, Role.STATISTICIAN, Role.PHARMACIST, Role.ADMINISTRATOR, Role.BOARD])
def test_only_those_who_see_people_at_the_site_record_events(person: Participant, staff: Staff, role: Role) -> None:
    with pytest.raises(NotYoursError):
        record_event(staff(role), person, facts())


def test_nothing_is_recorded_of_somebody_who_has_not_signed(clinic: Site, staff: Staff) -> None:
    screened = candidates.screened(clinic, "P-9")
    with pytest.raises(HarmError, match="who have signed"):
        record_event(candidates.coordinator(clinic.study), screened, facts())


def test_what_cannot_be_is_refused_and_not_stored(person: Participant, staff: Staff) -> None:
    for wrong in (facts(onset="2200"), facts(outcome="fatal"), facts(known_at=clock.now() + timedelta(hours=1))):
        with pytest.raises(HarmError):
            record_event(staff(Role.COORDINATOR), person, wrong)
    with pytest.raises(HarmError, match="no such visit"):
        record_event(staff(Role.COORDINATOR), person, facts(), Learned(ASKED, "day-99"))
    assert not AdverseEvent.objects.exists()


def test_a_correction_needs_a_reason_and_what_was_seen(event: AdverseEvent, staff: Staff) -> None:
    coordinator, seen = staff(Role.COORDINATOR), HarmFacts.of(event).mark()
    wrong: list[tuple[Any, HarmFacts, str, str]] = [
        (ReasonError, facts(term="migraine"), seen, " "),
        (StaleError, facts(term="migraine"), "another", "asked again"),
        (HarmError, HarmFacts.of(event), seen, "asked again"),
    ]
    for refused, new, mark, reason in wrong:
        with pytest.raises(refused):
            correct_event(coordinator, event, new, seen=mark, reason=reason)
    correct_event(coordinator, event, facts(term="migraine"), seen=seen, reason="asked again")
    event.refresh_from_db()
    assert event.term == "migraine"
    entry = Entry.objects.get(action="correct-adverse-event")
    assert entry.reason == "asked again"
    assert '"term":["headache","migraine"]' in entry.body


def test_an_event_can_become_serious_later_and_cease_to_be(event: AdverseEvent, staff: Staff) -> None:
    investigator, since = staff(Role.INVESTIGATOR), clock.now()
    new = facts(known_at=event.known_at, serious_at=since, criteria=("important",))
    correct_event(investigator, event, new, seen=HarmFacts.of(event).mark(), reason="admitted")
    assert event.serious_at == since
    correct_event(
        investigator, event, facts(known_at=event.known_at), seen=HarmFacts.of(event).mark(), reason="misread"
    )
    event = AdverseEvent.objects.get()
    assert event.criteria == []
    assert event.serious_at is None


def test_a_struck_event_stays_and_is_changed_no_more(event: AdverseEvent, staff: Staff) -> None:
    coordinator = staff(Role.COORDINATOR)
    with pytest.raises(ReasonError):
        strike_event(coordinator, event, "")
    strike_event(coordinator, event, "wrong person")
    assert AdverseEvent.objects.get().struck_at is not None
    with pytest.raises(HarmError, match="was struck"):
        strike_event(coordinator, event, "again")
    with pytest.raises(HarmError, match="was struck"):
        correct_event(coordinator, event, facts(term="x"), seen=HarmFacts.of(event).mark(), reason="no")


def test_side_effects_of_an_infusion_are_offered_and_taken_over_once(person: Participant, staff: Staff) -> None:
    infusion = person.infusions.get()
    effects = [{"what": "Nausea", "severity": "moderate"}, {"what": "nausea ", "severity": "mild"}]
    with recorded(None, "correct-infusion", participant=person, reason="test") as entry:
        entry.update(infusion, side_effects=[*effects, {"what": "headache", "severity": "mild"}])
    assert [(what, severity) for _, _, what, severity in offered_side_effects(person)] == [
        ("Nausea", "moderate"),
        ("headache", "mild"),
    ]
    key = next(key for _, key, _, _ in offered_side_effects(person))
    first = record_event(staff(Role.COORDINATOR), person, facts(term="Nausea"), Learned(INFUSION, "", key))
    again = record_event(staff(Role.RATER), person, facts(term="Nausea"), Learned(INFUSION, "", key))
    assert first == again
    assert Entry.objects.filter(action="record-adverse-event").count() == 1
    assert [what for _, _, what, _ in offered_side_effects(person)] == ["headache"]
    with pytest.raises(HarmError, match="no such side effect"):
        record_event(staff(Role.RATER), person, facts(), Learned(INFUSION, "", "infusion:7:made up"))


def test_that_nothing_happened_is_noted_once_a_visit(person: Participant, staff: Staff) -> None:
    rater = staff(Role.RATER)
    assert record_none(rater, person, "day-5") == record_none(rater, person, "day-5")
    assert Asking.objects.count() == Entry.objects.filter(action="record-no-adverse-event").count() == 1
    with pytest.raises(HarmError, match="no such visit"):
        record_none(rater, person, "")
    record_event(rater, person, facts(), Learned(ASKED, "day-12"))
    with pytest.raises(HarmError, match="recorded at this visit"):
        record_none(rater, person, "day-12")


def test_a_freeze_stops_what_can_wait_and_nothing_that_is_serious(person: Participant, staff: Staff) -> None:
    coordinator = staff(Role.COORDINATOR)
    mild = record_event(coordinator, person, facts())
    hold_person(staff(Role.MONITOR), person, Hold.Kind.FREEZE, "a look")
    with pytest.raises(LockedError):
        record_event(coordinator, person, facts())
    with pytest.raises(LockedError):
        record_none(coordinator, person, "day-5")
    new = facts(known_at=mild.known_at, criteria=("important",), term="seizure")
    correct_event(coordinator, mild, new, seen=HarmFacts.of(mild).mark(), reason="seen in the ward")
    assert record_event(coordinator, person, grave()).number == 2
