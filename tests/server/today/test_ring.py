"""The ring of beads, as a drawing."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.schedule import SessionWindow
from daybreak.server.today.ring import CENTRE, draw_ring

NOW = datetime(2026, 5, 4, tzinfo=UTC)


def windows(days: int, each: int) -> list[SessionWindow]:
    return [
        SessionWindow(number, (number - 1) // each + 1, NOW.date(), NOW, NOW, "upcoming")
        for number in range(1, days * each + 1)
    ]


@given(st.integers(1, 14), st.integers(1, 4))
def test_beads_never_touch_and_stay_inside_the_drawing(days: int, each: int) -> None:
    beads = draw_ring(windows(days, each)).beads
    assert len(beads) == days * each
    assert all(bead.radius <= bead.x <= 240 - bead.radius for bead in beads)
    assert all(bead.radius <= bead.y <= 240 - bead.radius for bead in beads)
    distances = [hypot(a.x - b.x, a.y - b.y) for a, b in pairwise([*beads, beads[0]]) if a is not b]
    assert all(distance > 2 * beads[0].radius for distance in distances)


def test_the_beads_of_one_day_stand_closer_than_those_of_two() -> None:
    beads = draw_ring(windows(4, 2)).beads
    same_day = hypot(beads[0].x - beads[1].x, beads[0].y - beads[1].y)
    next_day = hypot(beads[1].x - beads[2].x, beads[1].y - beads[2].y)
    assert same_day < next_day


def test_it_runs_clockwise_from_the_top() -> None:
    first, second, *_ = draw_ring(windows(4, 2)).beads
    assert first.x > CENTRE
    assert second.y > first.y


def test_days_with_several_sessions_are_held_together_by_an_arc() -> None:
    assert len(draw_ring(windows(4, 2)).arcs) == 4
    assert draw_ring(windows(4, 1)).arcs == ()


def test_an_empty_calendar_is_an_empty_ring() -> None:
    assert draw_ring([]).beads == ()
