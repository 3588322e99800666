"""As time goes by: the next in line, everybody again, long silence."""

from __future__ import annotations

from datetime import timedelta

import pytest

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.jobs import JOBS
from daybreak.server.messages.models import Message
from daybreak.server.safety.actions.answering import acknowledge
from daybreak.server.safety.models import Alert
from daybreak.server.safety.ticking import tick
from tests.server.safety.cast import Team, raised

pytestmark = pytest.mark.django_db
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)


def told(alert: Alert) -> list[User]:
    return [each.user for each in alert.told.order_by("step", "pk")]


def test_the_next_in_line_is_told_when_nobody_acknowledged_in_time(person: Participant, team: Team) -> None:
    alert = raised(person)
    tick(alert.due_at - timedelta(seconds=1))
    assert set(told(alert)) == {team.investigator, team.coordinator}
    tick(alert.due_at)
    tick(alert.due_at)
    assert told(alert)[2:] == [team.administrator]
    assert Entry.objects.filter(action="escalate-alert").count() == 1


def test_nobody_is_told_of_what_somebody_acknowledged(person: Participant, team: Team) -> None:
    alert = raised(person)
    acknowledge(team.coordinator, alert)
    tick(alert.due_at + DAY)
    assert len(told(alert)) == 2


def test_a_week_without_a_worker_is_made_up_for_in_one_tick(person: Participant, team: Team) -> None:
    alert = raised(person)
    tick(alert.raised_at + 7 * DAY)
    assert told(alert)[2] == team.administrator
    assert len(told(alert)) == 2 + 1 + 3
    assert Message.objects.filter(about=f"alert:{alert.pk}").count() == 2 * 6


def test_one_alert_that_cannot_be_told_does_not_keep_the_others_from_it(
    person: Participant, stranger: Participant, team: Team, caplog: pytest.LogCaptureFixture
) -> None:
    broken, whole = raised(person), raised(stranger)
    Alert.objects.filter(pk=broken.pk).update(tell=[["not", "a", "role"]])
    tick(whole.due_at)
    assert team.administrator in told(whole)
    assert "stays red" in caplog.text
    assert person.code not in caplog.text


def test_the_worker_has_the_job(person: Participant, team: Team) -> None:
    (job,) = [job for job in JOBS if job.name == "alerts"]
    alert = raised(person)
    job.run(alert.due_at, "one")
    assert team.administrator in told(alert)


def test_long_silence_is_raised_once_and_again_after_they_were_heard_of(person: Participant, team: Team) -> None:
    ended = person.infusions.get().ended_at
    tick(ended + 82 * DAY)
    assert not Alert.objects.exists()
    tick(ended + 84 * DAY)
    alert = Alert.objects.get()
    assert (alert.rule, alert.source) == ("silent", "silence:visit-follow-up-60")
    assert told(alert) == [team.coordinator]
    tick(ended + 120 * DAY)
    assert Alert.objects.count() == 1
    person.visits.create(
        key="follow-up-120",
        done_at=ended + 121 * DAY,
        mode="online",
        by=person.user,
        recorded_at=clock.now(),
    )
    tick(ended + 180 * DAY)
    assert Alert.objects.latest("pk").source == "silence:visit-follow-up-150"


def test_people_are_looked_at_for_silence_once_an_hour(person: Participant, team: Team) -> None:
    late = person.infusions.get().ended_at + 90 * DAY
    tick(late)
    Alert.objects.update(source="an older silence")
    tick(late + HALF_HOUR)
    assert Alert.objects.count() == 1
    tick(late + 2 * HALF_HOUR)
    assert Alert.objects.count() == 2
