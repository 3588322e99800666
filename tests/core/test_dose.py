from __future__ import annotations

from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.dose import Dose, delivered_dose, valid_exposures
from daybreak.core.records import AnyRecord, MomentRecord, StepRecord


def presented(step: str, status: Literal["ok", "long", "missed", "hidden"], attempt: int = 1) -> StepRecord:
    return StepRecord(
        at=0, step=step, attempt=attempt, status=status, answer=None, correct=None, late=True, rt_ms=None, input=None,
        refresh_hz=60, shown={}, gaps_ms=[], refresh_runs=[],
    )  # fmt: skip


def test_a_step_counts_once_it_was_shown_as_planned_and_stays_counted() -> None:
    records: list[AnyRecord] = [
        presented("a", "long"),
        presented("a", "ok", attempt=2),
        presented("a", "hidden", attempt=3),
        presented("b", "missed"),
        MomentRecord(at=0, event="rest"),
    ]
    assert valid_exposures(records) == {"a"}


def test_only_planned_exposures_count_and_each_once() -> None:
    assert delivered_dose(frozenset("abcd"), ["a", "a", "b", "practice"]) == Dose(planned=4, valid=2, share=0.5)


def test_a_session_without_exposures_has_no_dose() -> None:
    assert delivered_dose(frozenset(), ["a"]) == Dose(planned=0, valid=0, share=0.0)


@given(st.frozensets(st.text(max_size=3)), st.lists(st.text(max_size=3)))
def test_the_share_lies_between_nothing_and_all(planned: frozenset[str], valid: list[str]) -> None:
    dose = delivered_dose(planned, valid)
    assert 0 <= dose.share <= 1
    assert dose.valid <= dose.planned == len(planned)
