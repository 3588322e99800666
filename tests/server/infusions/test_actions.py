"""Recording infusions: the right kit, possible times, once; corrections move the calendar and leave what was played."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.models import Infusion, Participant, VitalSigns
from daybreak.server.infusions.actions import ask_for_kit, correct_infusion, next_number, record_infusion
from daybreak.server.infusions.facts import InfusionFacts, Reading, SideEffect
from daybreak.server.studies.models import Study
from daybreak.server.training.calendar import course_of
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.calendar import calendar_of
from daybreak.server.visits.models import Deviation
from tests.calendar_people import facts_of, infused, minute
from tests.candidates import consented

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def entered(person: Participant, hours_ago: float = 30, **more: Any) -> InfusionFacts:
    return facts_of(person, minute(clock.now() - hours_ago * HOUR), **more)


def with_signs(facts: InfusionFacts, *pulses: int) -> InfusionFacts:
    signs = tuple(
        Reading(facts.started_at + place * timedelta(minutes=20), 130, 80, pulse, 98)
        for place, pulse in enumerate(pulses)
    )
    return replace(facts, vital_signs=signs)


def a_course(study: Study, after: str = '"last"') -> None:
    """Let the study give three infusions, three days apart."""
    text = study.study_file.replace("count = 1  ", 'count = 3\nevery = "3d"\nwindow = ["1d", "1d"]\n#')
    text = text.replace('training_after = "first"', f"training_after = {after}")
    Study.objects.filter(pk=study.pk).update(study_file=text)
    study.refresh_from_db()


def test_an_infusion_is_stored_whole_and_starts_the_training_calendar(person: Participant, cora: User) -> None:
    facts = replace(
        with_signs(entered(person), 70, 88, 75),
        dose_volume_ml=Decimal("50.0"),
        dissociation_total=17,
        side_effects=(SideEffect("nausea", "mild"),),
        notes="Slept a little.",
    )
    infusion = record_infusion(cora, person, 1, facts)
    stored = Infusion.objects.get()
    assert InfusionFacts.of(stored) == facts
    assert (stored.recorded_by, infusion) == (cora, stored)
    person.refresh_from_db()
    assert person.status == "infused"
    course = course_of(person, clock.now())
    assert course is not None
    assert course.windows[0].opens == max(course.windows[0].opens, facts.ended_at + 24 * HOUR)


def test_recording_leaves_one_entry_that_names_no_drug(person: Participant, cora: User) -> None:
    infused(person, 30 * HOUR)
    entry = Entry.objects.get(action="record-infusion")
    assert entry.by == cora
    assert not [word for word in ("ketamine", "saline", "active", "sham") if word in entry.body.lower()]


def test_a_double_click_records_an_infusion_once(person: Participant, cora: User) -> None:
    facts = with_signs(entered(person), 70)
    assert record_infusion(cora, person, 1, facts) == record_infusion(cora, person, 1, facts)
    assert (Infusion.objects.count(), VitalSigns.objects.count()) == (1, 1)
    assert Entry.objects.filter(action="record-infusion").count() == 1


def test_another_infusion_under_the_same_number_is_refused(person: Participant, cora: User) -> None:
    infused(person, 30 * HOUR)
    with pytest.raises(DaybreakError, match="recorded already"):
        record_infusion(cora, person, 1, entered(person, 29))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kit": "K-00000-0"}, "other-kit"),
        ({"ended_at": 1}, "infusion-in-future"),
        ({"started_at": -29, "ended_at": -30}, "infusion-backwards"),
        ({"started_at": -45}, "infusion-too-long"),
        ({"started_at": -24 * 11 - 1, "ended_at": -24 * 11}, "infusion-too-early"),
        ({"vital_signs": 2}, "reading-in-future"),
        ({"vital_signs": -60}, "reading-elsewhere"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    person: Participant, cora: User, change: dict[str, Any], code: str
) -> None:
    now = minute(clock.now())
    times = {name: now + hours * HOUR for name, hours in change.items() if isinstance(hours, int)}
    if "vital_signs" in times:
        change = {"vital_signs": (Reading(times["vital_signs"], 130, 80, 70),)}
    else:
        change = change | times
    with pytest.raises(DaybreakError) as refused:
        record_infusion(cora, person, 1, replace(entered(person), **change))
    assert refused.value.code == code
    assert not Infusion.objects.exists()
    assert not Entry.objects.filter(action="record-infusion").exists()


def test_the_kit_may_be_written_in_small_letters(person: Participant, cora: User) -> None:
    facts = entered(person)
    record_infusion(cora, person, 1, replace(facts, kit=facts.kit.lower()))


def test_nobody_is_infused_before_enrolment(person: Participant, cora: User) -> None:
    waiting = consented(person.site, "P-2")
    with pytest.raises(DaybreakError, match="Only somebody who is enrolled"):
        next_number(waiting)


def test_staff_of_another_site_record_no_infusion_here(person: Participant, elsewhere: User) -> None:
    with pytest.raises(NotYoursError):
        record_infusion(elsewhere, person, 1, entered(person))


def test_a_correction_moves_what_is_counted_from_it(person: Participant, cora: User) -> None:
    infusion = infused(person, 30 * HOUR)
    before = calendar_of(person, clock.now()).visit("day-1")
    stored = InfusionFacts.of(infusion)
    later = replace(stored, ended_at=stored.ended_at + HOUR)
    correct_infusion(cora, infusion, later, seen=stored.mark(), reason="read off the wrong line")
    after = calendar_of(Participant.objects.get(), clock.now()).visit("day-1")
    assert before is not None
    assert after is not None
    assert after.opens - before.opens == HOUR
    assert Entry.objects.get(action="correct-infusion").reason == "read off the wrong line"


def test_sessions_already_played_stay_where_they_are(person: Participant, cora: User) -> None:
    infusion = infused(person, 30 * HOUR)
    done_at = clock.now() - 2 * HOUR
    TrainingSession.objects.create(
        participant=person, infusion=infusion, number=1, state="completed", planned_at=done_at, completed_at=done_at
    )
    stored = InfusionFacts.of(infusion)
    later = replace(stored, started_at=stored.started_at + 20 * HOUR, ended_at=stored.ended_at + 20 * HOUR)
    correct_infusion(cora, infusion, later, seen=stored.mark(), reason="wrong day")
    session = calendar_of(Participant.objects.get(), clock.now()).find("session-1-1")
    assert session is not None
    assert (session.state, session.done_at) == ("done", done_at)


def test_a_correction_needs_a_reason_a_change_and_a_fresh_page(person: Participant, cora: User) -> None:
    infusion = infused(person, 30 * HOUR)
    stored = InfusionFacts.of(infusion)
    other = replace(stored, notes="Another note.")
    with pytest.raises(ReasonError):
        correct_infusion(cora, infusion, other, seen=stored.mark(), reason=" ")
    with pytest.raises(DaybreakError, match="Nothing was changed"):
        correct_infusion(cora, infusion, stored, seen=stored.mark(), reason="why not")
    correct_infusion(cora, infusion, other, seen=stored.mark(), reason="forgotten")
    with pytest.raises(StaleError):
        correct_infusion(cora, infusion, replace(stored, notes="A third."), seen=stored.mark(), reason="too late")
    assert Infusion.objects.get().notes == "Another note."


def test_vital_signs_are_brought_in_line_row_by_row(person: Participant, cora: User) -> None:
    facts = with_signs(entered(person), 70, 88, 75)
    infusion = record_infusion(cora, person, 1, facts)
    fewer = with_signs(facts, 70, 90)
    correct_infusion(cora, infusion, fewer, seen=facts.mark(), reason="copied wrongly")
    assert [row.pulse for row in VitalSigns.objects.all()] == [70, 90]
    body = Entry.objects.get(action="correct-infusion").body
    assert body.count("enrolment.vitalsigns") == 2


def test_a_course_has_its_infusions_in_order_each_with_its_own_kit(person: Participant, cora: User) -> None:
    a_course(person.study)
    record_infusion(cora, person, 1, entered(person, 24 * 7))
    person = Participant.objects.get()
    assert next_number(person) == 2
    with pytest.raises(DaybreakError, match="No kit was released"):
        record_infusion(cora, person, 2, entered(person, 24 * 4))
    kit = ask_for_kit(cora, person)
    assert ask_for_kit(cora, person) == kit
    assert Entry.objects.filter(action="release-kit").count() == 1
    with pytest.raises(DaybreakError, match="before the infusion before it ended"):
        record_infusion(cora, person, 2, entered(person, 24 * 8, kit=kit))
    record_infusion(cora, person, 2, entered(person, 24 * 4, kit=kit))
    with pytest.raises(DaybreakError, match="no further infusion"):
        record_infusion(cora, person, 4, entered(person, 24, kit=kit))


def test_training_waits_for_the_infusion_the_study_file_names(person: Participant, cora: User) -> None:
    a_course(person.study, "2")
    record_infusion(cora, person, 1, entered(person, 24 * 4))
    person = Participant.objects.get()
    assert course_of(person, clock.now()) is None
    record_infusion(cora, person, 2, entered(person, 24, kit=ask_for_kit(cora, person)))
    course = course_of(Participant.objects.get(), clock.now())
    assert course is not None
    assert course.infusion.number == 2


def test_an_infusion_out_of_its_window_is_noticed_by_itself_and_lapses_when_corrected(
    person: Participant, cora: User
) -> None:
    a_course(person.study)
    record_infusion(cora, person, 1, entered(person, 24 * 8))
    person = Participant.objects.get()
    infusion = record_infusion(cora, person, 2, entered(person, 24, kit=ask_for_kit(cora, person)))
    deviation = Deviation.objects.get(kind="infusion-late")
    assert deviation.facts["about"] == "infusion-2"
    stored = InfusionFacts.of(infusion)
    in_time = replace(stored, started_at=stored.started_at - 96 * HOUR, ended_at=stored.ended_at - 96 * HOUR)
    correct_infusion(cora, infusion, in_time, seen=stored.mark(), reason="wrong day")
    deviation.refresh_from_db()
    assert deviation.lapsed_at is not None
