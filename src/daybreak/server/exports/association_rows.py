"""The rows of implicit association tests: one row a presentation, ready for `daybreak iat`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from daybreak.core.iat_plan import ImplicitPlan, ImplicitRound, ImplicitStep
from daybreak.core.records import Records, RoundRecord, TrialRecord
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import with_data
from daybreak.server.implicit.models import ImplicitSitting, ImplicitTest
from daybreak.server.studies.models import Study

Row = dict[str, Any]


@dataclass(frozen=True)
class Played:
    """One presentation: in which sitting of its test (from 1) and of which run."""

    record: TrialRecord
    sitting: int
    run: int


def association_rows(study: Study) -> Iterator[Row]:
    """Yield one row a presentation of a step, in the order they were played.

    Pairing and part stand only where a step is scored: answered rightly in the end, in a critical round that was played
    to its end in the test's last run; the last time counts if it was played again.
    """
    people = with_data(Participant.objects.filter(study=study))
    tests = ImplicitTest.objects.filter(participant__in=people).select_related("participant__site")
    for test in tests.order_by("participant__code", "opened_at", "pk"):
        plan = ImplicitPlan.model_validate(test.plan)
        places = {step.id: (round_, step) for round_ in plan.rounds for step in round_.steps}
        played, scored = _played(test)
        for one in played:
            round_, step = places.get(one.record.step, (None, None))
            yield _whose(test, plan) | _row(one, round_, step, is_scored=id(one) in scored)


def _played(test: ImplicitTest) -> tuple[list[Played], set[int]]:
    """Return all presentations of a test, and the identities of those in rounds that count."""
    played: list[Played] = []
    ended: dict[str, list[Played]] = {}
    for number, sitting in enumerate(test.sittings.order_by("opened_at", "pk"), start=1):
        current: list[Played] = []
        for record in _records(sitting):
            if isinstance(record, TrialRecord):
                current.append(Played(record, number, sitting.run))
                played.append(current[-1])
            elif record.event == "start":
                current = []
            elif sitting.run == test.run:
                ended[record.round] = current
    return played, {id(one) for round_ in ended.values() for one in round_}


def _records(sitting: ImplicitSitting) -> Iterator[TrialRecord | RoundRecord]:
    for chunk in sitting.chunks.order_by("number"):
        for record in Records.validate_json(chunk.body):
            if isinstance(record, TrialRecord | RoundRecord):
                yield record


def _whose(test: ImplicitTest, plan: ImplicitPlan) -> Row:
    return {
        "participant": test.participant.code,
        "site": test.participant.site.key,
        "visit": test.visit_key,
        "test_form": plan.form,
        "test_completed_at": test.completed_at,
    }


def _row(one: Played, round_: ImplicitRound | None, step: ImplicitStep | None, *, is_scored: bool) -> Row:
    """Return what one presentation was; a step that is not in the plan has no place in it."""
    record = one.record
    counts = is_scored and round_ is not None and record.right_ms is not None and record.status != "hidden"
    return {
        "test_sitting": one.sitting,
        "test_run": one.run,
        "test_round": round_.number if round_ else None,
        "pairing": round_.pairing if round_ and counts else None,
        "part": round_.portion if round_ and counts else None,
        "step": record.step,
        "word": step.word if step else None,
        "category": step.category if step else None,
        "side": step.correct if step else None,
        "attempt": record.attempt,
        "status": record.status,
        "at_ms": record.at,
        "answer": record.answer,
        "correct": record.correct,
        "first_ms": record.rt_ms,
        "latency_ms": record.right_ms,
        "input": record.input,
        "refresh_hz": record.refresh_hz,
    }
