"""The life of a person: which steps follow from where, and what leaving ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.participation import (
    ALLOCATED,
    ASKED,
    EXCLUDED,
    SCOPES,
    STEPS,
    ParticipationError,
    Scope,
    Status,
    can,
    ended_by,
    ended_by_scope,
    status_after,
    widest_of,
)

WALK = ["find-eligible", "consent", "enrol", "infuse", "complete"]


def test_a_life_leads_from_the_first_question_to_the_last_visit() -> None:
    status: str = Status.SCREENING
    passed = [status := status_after(status, step) for step in WALK]
    assert passed == ["eligible", "consented", "enrolled", "infused", "completed"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", Status)
def test_a_step_is_taken_from_its_own_statuses_and_refused_from_all_others(status: Status, step: str) -> None:
    if can(status, step):
        assert status_after(status, step) is STEPS[step].after
    else:
        with pytest.raises(ParticipationError, match=r"cannot .*\. It is for people who are "):
            status_after(status, step)


def test_the_refusal_says_who_could() -> None:
    with pytest.raises(ParticipationError) as refused:
        status_after(Status.SCREEN_FAILED, "enrol")
    assert refused.value.code == "not-now"
    assert str(refused.value) == ("someone who is not eligible cannot be enrolled. It is for people who are consented.")


def test_nobody_goes_back_behind_the_allocation() -> None:
    assert not [step for step in STEPS.values() if step.before & ALLOCATED and step.after not in ALLOCATED]


def test_every_status_is_asked_excluded_or_allocated_and_only_one_of_them() -> None:
    assert sorted([*ASKED, *EXCLUDED, *ALLOCATED]) == sorted(Status)


@given(st.lists(st.sampled_from(Scope)))
def test_the_widest_withdrawal_ends_all_narrower_ones_too(scopes: list[Scope]) -> None:
    ended = ended_by(scopes)
    assert ended >= set(scopes)
    assert sorted(ended, key=SCOPES.index) == list(SCOPES[: len(ended)])
    assert (widest_of(scopes) is None) == (not ended)


def test_each_scope_is_over_from_the_first_withdrawal_that_ends_it() -> None:
    first, second = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 9, tzinfo=UTC)
    assert ended_by_scope([("follow-up", second), ("training", first)]) == {
        Scope.TRAINING: first,
        Scope.FOLLOW_UP: second,
    }
    assert ended_by_scope([]) == {}
