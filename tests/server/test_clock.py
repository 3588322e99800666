"""The one clock: real in a study, movable forward in the demo."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from daybreak.core.errors import CommandError
from daybreak.server import clock


@pytest.mark.django_db
def test_moves_add_up_and_are_seen_by_everybody() -> None:
    clock.move_forward(timedelta(hours=20))
    told = clock.move_forward(timedelta(days=1))
    ahead = told - datetime.now(UTC)
    assert abs(ahead - timedelta(hours=44)) < timedelta(seconds=5)
    assert abs(clock.now() - told) < timedelta(seconds=5)


class ClockLaws(TestCase):
    @given(st.lists(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=30)), max_size=5))
    def test_the_clock_never_goes_backwards(self, moves: list[timedelta]) -> None:
        seen = [clock.now()]
        for move in moves:
            seen += [clock.move_forward(move), clock.now()]
        assert seen == sorted(seen)


@pytest.mark.django_db
def test_the_clock_of_a_real_study_cannot_be_moved(settings: Any) -> None:
    clock.move_forward(timedelta(days=1))
    settings.DEMO = False
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    with pytest.raises(CommandError) as refused:
        clock.move_forward(timedelta(hours=1))
    assert refused.value.code == "clock-is-real"


@pytest.mark.django_db
def test_a_standing_clock_moves_only_by_its_hand_and_never_backwards() -> None:
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with clock.standing(noon) as hand:
        assert clock.now() == clock.now() == noon
        hand.move_to(noon + timedelta(days=1))
        hand.move_to(noon)
        assert clock.now() == noon + timedelta(days=1)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_of_a_real_study_cannot_be_stopped(settings: Any) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="cannot be moved"), clock.standing(datetime.now(UTC)):
        pass
