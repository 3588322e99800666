"""Who records and judges adverse events in these tests, and one plain event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.actions.recording import record_event
from daybreak.server.harms.facts import HarmFacts
from daybreak.server.harms.models import AdverseEvent
from tests import people

Staff = Callable[[Role], User]


@pytest.fixture
def staff(person: Participant) -> Staff:
    """Return somebody of a role at the person's site, the same one each time."""
    there: dict[Role, User] = {}

    def of(role: Role) -> User:
        if role not in there:
            there[role] = people.staff(person.study, role, at=person.site, name=f"Some {role}")
        return there[role]

    return of


def facts(**other: Any) -> HarmFacts:
    """Return a mild headache of today, or with other facts."""
    plain: dict[str, Any] = {"term": "headache", "severity": "mild", "outcome": "ongoing", "known_at": clock.now()}
    return HarmFacts(**plain | other)


def grave(**other: Any) -> HarmFacts:
    """Return a stay in hospital, known an hour ago, or with other facts."""
    known = clock.now() - timedelta(hours=1)
    plain = {"term": "fall with a broken wrist", "severity": "severe", "criteria": ("hospital",), "known_at": known}
    return facts(**plain | other)


@pytest.fixture
def event(person: Participant, staff: Staff) -> AdverseEvent:
    return record_event(staff(Role.COORDINATOR), person, facts())


@pytest.fixture
def serious(person: Participant, staff: Staff) -> AdverseEvent:
    return record_event(staff(Role.COORDINATOR), person, grave())
