"""Enrolling and recording infusions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from daybreak.core.errors import CommandError
from daybreak.server import clock
from daybreak.server.enrolment.actions import enrol_participant, record_infusion
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import latest_infusion
from daybreak.server.studies.models import Site

pytestmark = pytest.mark.django_db


def test_a_code_is_given_once_in_a_study(clinic: Site) -> None:
    enrol_participant(clinic, "A-1")
    with pytest.raises(CommandError, match="already a participant A-1"):
        enrol_participant(clinic, "A-1")


def test_a_handle_holds_nothing_of_the_person(clinic: Site) -> None:
    one, other = enrol_participant(clinic, "A-1"), enrol_participant(clinic, "A-2")
    assert "A-1" not in one.user.handle
    assert one.user.handle != other.user.handle
    assert not one.user.has_usable_password()


def test_a_zone_that_does_not_exist_is_refused(clinic: Site) -> None:
    with pytest.raises(CommandError, match="no time zone 'Europe/Nowhere'"):
        enrol_participant(clinic, "A-1", zone="Europe/Nowhere")


def test_infusions_are_counted(person: Participant) -> None:
    record_infusion(person, clock.now())
    latest = latest_infusion(person)
    assert latest is not None
    assert latest.number == 2


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1, 12), None])
def test_an_infusion_has_a_zone_and_lies_in_the_past(person: Participant, moment: datetime | None) -> None:
    with pytest.raises(CommandError, match="in the past"):
        record_infusion(person, moment or clock.now() + timedelta(hours=1))
