"""Recording infusions."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from daybreak.core.errors import CommandError
from daybreak.server import clock
from daybreak.server.enrolment.actions import record_infusion
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import latest_infusion

pytestmark = pytest.mark.django_db


def test_infusions_are_counted(person: Participant) -> None:
    record_infusion(person, clock.now())
    latest = latest_infusion(person)
    assert latest is not None
    assert latest.number == 2


@pytest.mark.parametrize("moment", [datetime(2026, 1, 1, 12), None])
def test_an_infusion_has_a_zone_and_lies_in_the_past(person: Participant, moment: datetime | None) -> None:
    with pytest.raises(CommandError, match="in the past"):
        record_infusion(person, moment or clock.now() + timedelta(hours=1))
