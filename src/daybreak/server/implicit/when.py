"""When a person may take an implicit association test: in the window of a visit that asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daybreak.core.calendar import TAKEN, Planned
from daybreak.core.iat_plan import Form
from daybreak.core.study import VisitRules
from daybreak.server.enrolment.models import Participant
from daybreak.server.implicit.models import ImplicitTest
from daybreak.server.training.calendar import rules_of
from daybreak.server.visits.calendar import calendar_of, whole_past

FORMS: dict[str, Form] = {"iat": "full", "iat-short": "short", "iat-brief": "brief"}
"""The instruments of study files that are tests, and the form each asks for."""
State = ImplicitTest.State


@dataclass(frozen=True)
class DueTest:
    """A test a person can take now; `begun` says that they broke it off."""

    visit_key: str
    closes: datetime
    begun: bool


def due_tests(participant: Participant, now: datetime) -> list[DueTest]:
    """Return the tests that are open for a person now, in the order their visits stand in."""
    calendar = calendar_of(participant, now)
    asked = [one for one in calendar.of_kind("visit") if one.visit and form_of(one.visit)]
    if not asked or has_left(participant, now):
        return []
    tests = {test.visit_key: test for test in participant.implicit_tests.all()}
    return [
        DueTest(key, one.closes, begun=test is not None and test.state == State.BEGUN)
        for one in asked
        if is_open(one, now) and one.visit
        for key in [one.visit.key]
        for test in [tests.get(key)]
        if test is None or test.state != State.COMPLETED
    ]


def planned_test(participant: Participant, visit_key: str, now: datetime) -> Planned | None:
    """Return the visit a test belongs to, or None if there is none, it has no date yet, or it asks for no test."""
    one = calendar_of(participant, now).visit(visit_key)
    return one if one and one.visit and form_of(one.visit) else None


def form_of(visit: VisitRules) -> Form | None:
    """Return the form of the test that a visit asks for, or None if it asks for none."""
    return next((FORMS[key] for key in visit.instruments if key in FORMS), None)


def form_asked(participant: Participant, visit_key: str) -> Form | None:
    """Return the form of the test of a visit; None if the study file has no such visit, or it asks for none."""
    visit = next((one for one in rules_of(participant).visits if one.key == visit_key), None)
    return form_of(visit) if visit else None


def is_open(one: Planned, now: datetime) -> bool:
    """Return whether a test of this visit can be opened: within its window, the visit recorded already or not."""
    return one.opens <= now < one.closes and (one.state == "due" or one.state in TAKEN)


def has_left(participant: Participant, now: datetime) -> bool:
    """Return whether a person's follow-up has ended; a test belongs to it, not to the training."""
    ended = whole_past(participant).follow_up_ended
    return ended is not None and ended <= now
