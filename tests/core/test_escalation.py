from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.escalation import LONGEST, PATIENCE, Line, Step, due_steps, is_red

ROLES = ("coordinator", "rater", "investigator", "monitor", "administrator")
RAISED = datetime(2026, 3, 2, 3, 40, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HALF_HOUR = 30 * MINUTE
LINE = Line(("investigator",), ("coordinator", "administrator"), HALF_HOUR)

LINES = st.builds(
    Line,
    st.lists(st.sampled_from(ROLES), min_size=1, max_size=3, unique=True).map(tuple),
    st.lists(st.sampled_from(ROLES), max_size=3, unique=True).map(tuple),
    st.integers(1, 3 * 24 * 60).map(lambda minutes: minutes * MINUTE),
)
HELD = st.frozensets(st.sampled_from(ROLES))
TICKS = st.lists(st.integers(0, 20 * 24 * 60), min_size=1, max_size=12).map(
    lambda minutes: [RAISED + one * MINUTE for one in sorted(minutes)]
)


def told_by(line: Line, ticks: list[datetime], held: frozenset[str]) -> list[tuple[datetime, Step]]:
    """Return each step with the tick at which it was taken, as the server takes them."""
    taken, found = 0, []
    for now in ticks:
        for step in due_steps(line, RAISED, taken, now, held):
            found.append((now, step))
            taken = step.number + 1
    return found


def test_those_who_come_first_are_told_at_once_the_others_one_after_another() -> None:
    held = frozenset(ROLES)
    assert due_steps(LINE, RAISED, 0, RAISED, held) == (Step(0, RAISED, ("investigator",)),)
    assert due_steps(LINE, RAISED, 1, RAISED + 29 * MINUTE, held) == ()
    assert due_steps(LINE, RAISED, 1, RAISED + HALF_HOUR, held) == (Step(1, RAISED + HALF_HOUR, ("coordinator",)),)
    assert [step.roles for step in due_steps(LINE, RAISED, 1, RAISED + 2 * HALF_HOUR, held)] == [
        ("coordinator",),
        ("administrator",),
    ]


def test_a_role_that_nobody_holds_costs_no_time() -> None:
    (first,) = due_steps(LINE, RAISED, 0, RAISED, {"coordinator"})
    assert (first.number, first.roles, first.at) == (1, ("coordinator",), RAISED)
    assert due_steps(LINE, RAISED, 0, RAISED + LONGEST, ()) == ()


def test_after_the_last_everybody_is_told_again_less_and_less_often_but_every_day() -> None:
    line = Line(("investigator",), (), HALF_HOUR)
    again = [
        step.at - RAISED
        for minutes in range(0, 5 * 24 * 60, 30)
        for step in due_steps(line, RAISED, 0, RAISED + minutes * MINUTE, {"investigator"})[1:]
    ]
    moments = sorted(set(again))
    assert [one / HALF_HOUR for one in moments[:4]] == [1, 3, 7, 15]
    assert max(later - earlier for earlier, later in pairwise(moments)) == LONGEST


def test_an_alert_is_red_when_its_time_is_over_or_when_it_reached_nobody() -> None:
    due = RAISED + HALF_HOUR
    assert not is_red(RAISED, due, RAISED, told=False)
    assert not is_red(RAISED, due, RAISED + PATIENCE, told=True)
    assert is_red(RAISED, due, RAISED + PATIENCE, told=False)
    assert is_red(RAISED, due, due, told=True)


@pytest.mark.evidence("property", "every role in line that somebody holds is told in time, whenever anything runs")
@given(LINES, TICKS, HELD)
def test_at_every_tick_each_role_whose_time_has_come_was_told(
    line: Line, ticks: list[datetime], held: frozenset[str]
) -> None:
    taken = told_by(line, ticks, held)
    told = {role for _, step in taken for role in step.roles if role in held}
    ranks = [roles for roles in (line.tell, *((role,) for role in line.then_tell)) if held & set(roles)]
    passed = (ticks[-1] - RAISED) // line.within + 1
    assert told >= {role for roles in ranks[:passed] for role in roles if role in held}
    assert not held & set(line.everybody) or taken


@given(LINES, TICKS, HELD)
def test_no_step_is_taken_twice_or_before_its_time(line: Line, ticks: list[datetime], held: frozenset[str]) -> None:
    taken = told_by(line, ticks, held)
    numbers = [step.number for _, step in taken]
    assert numbers == sorted(set(numbers))
    assert all(RAISED <= step.at <= now for now, step in taken)
    assert all(held & set(step.roles) for _, step in taken)


@given(LINES, TICKS, TICKS, HELD)
def test_more_ticks_between_never_let_anybody_be_told_later(
    line: Line, ticks: list[datetime], more: list[datetime], held: frozenset[str]
) -> None:
    def first(found: list[tuple[datetime, Step]]) -> dict[str, datetime]:
        told: dict[str, datetime] = {}
        for now, step in found:
            for role in step.roles:
                told.setdefault(role, now)
        return told

    few, many = first(told_by(line, ticks, held)), first(told_by(line, sorted({*ticks, *more}), held))
    assert all(many[role] <= at for role, at in few.items())
