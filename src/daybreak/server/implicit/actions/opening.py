"""Opening a sitting of a test: may this person take it now, and from which round on?"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from daybreak.core.iat_plan import ImplicitPlan
from daybreak.server import clock
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.implicit.drawing import draw_plan
from daybreak.server.implicit.models import ImplicitSitting, ImplicitTest
from daybreak.server.implicit.when import form_asked, has_left, is_open, planned_test
from daybreak.server.training.actions.lease import LEASE
from daybreak.server.training.calendar import rules_of
from daybreak.server.training.refusals import RefusedError

State = ImplicitTest.State


@dataclass(frozen=True)
class OpenedTest:
    """A sitting that may play, and what its player needs to know."""

    sitting: ImplicitSitting
    plan: ImplicitPlan
    began: Literal["fresh", "resumed"]
    closes_at: datetime


def open_test(participant: Participant, visit_key: str, *, take_over: bool) -> OpenedTest:
    """Open a sitting of the test of a visit and give it the lease.

    A test goes on at a round border for as long as a training session would; after that it begins again, because the
    rounds of one test belong together.

    Args:
        participant: who takes it.
        visit_key: of which visit.
        take_over: whether to take the lease from another window.

    Raises:
        RefusedError: `no-such-test`, `not-open`, `already-done`, `too-late` or `open-elsewhere`.
    """
    now, form = clock.now(), form_asked(participant, visit_key)
    if form is None:
        raise RefusedError("no-such-test")
    with recorded(participant.user, "open-test", participant=participant) as entry:
        test = _locked(participant, visit_key)
        closes = _check_open(participant, visit_key, test, now)
        entry.note(visit=visit_key)
        test = test or entry.create(
            ImplicitTest,
            participant=participant,
            visit_key=visit_key,
            plan=draw_plan(participant, visit_key, form).model_dump(mode="json"),
            opened_at=now,
        )
        _check_free(test, now, take_over)
        plan = ImplicitPlan.model_validate(test.plan)
        first, changes = _resumed(test, plan, now)
        start = secrets.token_hex(32)
        sitting = entry.create(
            ImplicitSitting,
            test=test,
            chain_start=start,
            head=start,
            first_round=first,
            run=changes.get("run", test.run),
            opened_at=now,
            last_heard_at=now,
        )
        entry.update(test, **changes, holder=sitting, held_until=now + LEASE)
    return OpenedTest(sitting, plan, "resumed" if first else "fresh", closes)


def _locked(participant: Participant, visit_key: str) -> ImplicitTest | None:
    # The person's row is locked too: two first openings at once would else both find no test.
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    tests = ImplicitTest.objects.select_for_update(no_key=True)
    return tests.filter(participant=participant, visit_key=visit_key).first()


def _check_open(participant: Participant, visit_key: str, test: ImplicitTest | None, now: datetime) -> datetime:
    """Return until when a sitting can be opened; one that was just broken off goes on past the window too."""
    if test and test.state == State.COMPLETED:
        raise RefusedError("already-done")
    planned = planned_test(participant, visit_key, now)
    if has_left(participant, now):
        raise RefusedError("too-late")
    if planned is None or now < planned.opens:
        raise RefusedError("not-open")
    if is_open(planned, now):
        return planned.closes
    if test and test.last_heard_at and _goes_on(test, now):
        return test.last_heard_at + rules_of(participant).training.resume_within
    raise RefusedError("too-late")


def _goes_on(test: ImplicitTest, now: datetime) -> bool:
    heard = test.last_heard_at
    return heard is not None and now - heard <= rules_of(test.participant).training.resume_within


def _check_free(test: ImplicitTest, now: datetime, take_over: bool) -> None:
    held = test.holder_id is not None and test.held_until is not None and test.held_until > now
    if held and not take_over:
        raise RefusedError("open-elsewhere")


def _resumed(test: ImplicitTest, plan: ImplicitPlan, now: datetime) -> tuple[int, dict[str, Any]]:
    """Return the round to begin with, from 0, and what changes if the test begins again."""
    if test.last_heard_at is None or _goes_on(test, now):
        return rounds_done(plan, test.ended), {}
    return 0, {"run": test.run + 1, "ended": [], "last_heard_at": None}


def rounds_done(plan: ImplicitPlan, ended: list[str]) -> int:
    """Return how many rounds ended without a gap from the first on."""
    rounds = [one.id for one in plan.rounds]
    return next((place for place, one in enumerate(rounds) if one not in ended), len(rounds))
