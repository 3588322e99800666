"""Acknowledging, assessing, closing and opening again."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import Message
from daybreak.server.safety.actions.answering import Assessment, acknowledge, assess, close, reopen
from daybreak.server.safety.models import Alert
from daybreak.server.safety.refusals import AlertError
from daybreak.server.studies.actions import add_site
from tests import people
from tests.server.safety.cast import Team, form_of, give, raised

pytestmark = pytest.mark.django_db
FOUND = Assessment("They had thoughts, no plan.", "phone", "moderate", "An appointment tomorrow.")


@pytest.fixture
def alert(person: Participant, team: Team) -> Alert:
    return raised(person)


WRITTEN = {"assessment", "note", "reopened_why"}


def test_the_first_who_acknowledges_stands_there_and_the_second_does_no_harm(alert: Alert, team: Team) -> None:
    assert acknowledge(team.coordinator, alert)
    entries = Entry.objects.count()
    assert not acknowledge(team.investigator, Alert.objects.get())
    assert Alert.objects.get().acknowledged_by == team.coordinator
    assert Entry.objects.count() == entries


def test_whoever_assesses_has_acknowledged(alert: Alert, team: Team) -> None:
    assess(team.investigator, alert, FOUND, None)
    stored = Alert.objects.get()
    assert (stored.state, stored.acknowledged_by) == (Alert.State.ACKNOWLEDGED, team.investigator)
    assert stored.assessment["risk"] == "moderate"


def test_two_who_assess_at_once_do_not_write_over_each_other(alert: Alert, team: Team) -> None:
    assess(team.investigator, alert, FOUND, None)
    with pytest.raises(StaleError):
        assess(team.coordinator, Alert.objects.get(), FOUND, None)
    stored = Alert.objects.get()
    assess(team.coordinator, stored, FOUND, stored.assessed_at)
    assert Alert.objects.get().assessed_by == team.coordinator


@pytest.mark.parametrize(
    "missing", [{"found": " "}, {"contact": "pigeon"}, {"risk": ""}], ids=["nothing found", "no contact", "no risk"]
)
def test_an_assessment_with_a_part_missing_is_not_taken(alert: Alert, team: Team, missing: dict[str, str]) -> None:
    written = Assessment(**{**FOUND.__dict__, **missing})
    with pytest.raises(AlertError, match="not complete"):
        assess(team.investigator, alert, written, None)
    assert Alert.objects.get().assessed_at is None


def test_an_alert_is_closed_with_a_note_after_it_was_assessed(alert: Alert, team: Team) -> None:
    with pytest.raises(AlertError, match="Nobody has assessed"):
        close(team.investigator, alert, "over")
    assess(team.investigator, alert, FOUND, None)
    with pytest.raises(ReasonError):
        close(team.investigator, alert, " ")
    close(team.investigator, alert, "They are well.")
    with pytest.raises(AlertError, match="closed already"):
        close(team.investigator, alert, "once more")
    with pytest.raises(AlertError, match="is closed"):
        assess(team.investigator, alert, FOUND, Alert.objects.get().assessed_at)
    assert Alert.objects.get().note == "They are well."


def test_the_trail_holds_no_word_that_staff_wrote_about_somebody(alert: Alert, team: Team) -> None:
    assess(team.investigator, alert, FOUND, None)
    close(team.investigator, alert, "They are well.")
    reopen(team.investigator, Alert.objects.get(), "They called again.")
    said = " ".join(f"{entry.body} {entry.reason}" for entry in Entry.objects.all())
    assert not [words for words in (FOUND.found, FOUND.action, "They are well.", "They called again.") if words in said]
    changes = [change for entry in Entry.objects.all() for change in json.loads(entry.body)["changes"]]
    digests = {name: pair[1] for change in changes for name, pair in change["values"].items() if name in WRITTEN}
    assert set(digests) == WRITTEN
    assert digests["note"] == f"sha256:{hashlib.sha256(b'They are well.').hexdigest()}"


def test_one_that_is_opened_again_must_be_assessed_anew(alert: Alert, team: Team) -> None:
    with pytest.raises(AlertError, match="not closed"):
        reopen(team.investigator, alert, "why not")
    assess(team.investigator, alert, FOUND, None)
    close(team.investigator, alert, "They are well.")
    reopen(team.coordinator, Alert.objects.get(), "They called again.")
    stored = Alert.objects.get()
    assert (stored.state, stored.acknowledged_by) == (Alert.State.ACKNOWLEDGED, team.coordinator)
    with pytest.raises(AlertError, match="Nobody has assessed"):
        close(team.coordinator, stored, "over")
    assess(team.coordinator, stored, FOUND, stored.assessed_at)
    close(team.coordinator, stored, "Now they are well.")
    assert Alert.objects.get().note == "Now they are well."


def test_who_may_do_what_with_an_alert(alert: Alert, team: Team) -> None:
    elsewhere = add_site(alert.study, "other", "Elsewhere", "UTC")
    foreign = people.staff(alert.study, Role.INVESTIGATOR, at=elsewhere)
    refused: list[Any] = [team.pharmacist, team.statistician, team.rater, team.administrator, foreign]
    for user in refused:
        with pytest.raises(NotYoursError):
            acknowledge(user, alert)
    for user in [*refused, team.monitor]:
        with pytest.raises(NotYoursError):
            assess(user, alert, FOUND, None)
    assert acknowledge(team.monitor, alert)


def test_a_rater_acknowledges_what_their_own_entry_raised(person: Participant, team: Team) -> None:
    (mine,) = give(form_of(person, by=team.rater, instrument="madrs"), {"madrs.suicidal_thoughts": 5})
    assert acknowledge(team.rater, mine)


def test_frozen_data_keep_nobody_from_answering_an_alert(alert: Alert, team: Team) -> None:
    from daybreak.server.holds.models import Hold  # noqa: PLC0415

    Hold.objects.create(
        kind=Hold.Kind.FREEZE, study=alert.study, participant=alert.participant, at=clock.now(), by=team.monitor
    )
    assert acknowledge(team.investigator, alert)


def test_nobody_is_written_to_of_what_somebody_looks_after(alert: Alert, team: Team) -> None:
    first = Message.objects.earliest("pk")
    Message.objects.filter(pk=first.pk).update(state=Message.State.SENT)
    acknowledge(team.coordinator, alert)
    states = list(Message.objects.order_by("pk").values_list("state", flat=True))
    assert states == [Message.State.SENT, *[Message.State.CANCELLED] * 3]
    assert Message.objects.get(pk=first.pk).answered_at
