from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.cues import Cues
from daybreak.core.plan import Milliseconds, Refreshes, refreshes_for
from daybreak.core.plan_order import PlanOrder
from tests.core.plan_cast import made, masked

CASES = Path(__file__).parents[1] / "contract/refreshes.json"


@pytest.mark.parametrize(
    ("ms", "hz", "refreshes"),
    # The rule of docs/timing.md: 16.7 ms is 1 refresh at 60 Hz, 2 at 120 and at 144; anything above zero gets one.
    [
        (16.7, 60, 1),
        (16.7, 120, 2),
        (16.7, 144, 2),
        (16.7, 30, 1),
        (1, 60, 1),
        (0, 60, 0),
        (25, 60, 2),
        (500, 59.94, 30),
    ],
)
def test_time_becomes_whole_refreshes(ms: float, hz: float, refreshes: int) -> None:
    assert refreshes_for(Milliseconds(ms=ms), hz) == refreshes


@given(st.integers(0, 10_000), st.floats(30, 240))
def test_refreshes_stay_what_they_are_on_every_display(count: int, hz: float) -> None:
    assert refreshes_for(Refreshes(refreshes=count), hz) == count


@given(st.floats(1, 5000), st.sampled_from([50, 60, 75, 90, 120, 144, 240]))
def test_what_is_shown_is_within_half_a_refresh_or_is_one(ms: float, hz: float) -> None:
    shown = refreshes_for(Milliseconds(ms=ms), hz)
    assert shown == 1 or abs(shown * 1000 / hz - ms) <= 500 / hz + 1e-6


def test_the_table_shared_with_the_player_follows_the_rule() -> None:
    for case in json.loads(CASES.read_text()):
        duration = case["duration"]
        kind = Milliseconds if "ms" in duration else Refreshes
        assert refreshes_for(kind.model_validate(duration), case["refresh_hz"]) == case["refreshes"]


def test_exposures_are_the_steps_marked_so() -> None:
    plan = made("en", "active", Cues("Alex"), PlanOrder(b"seed", 1, practice=True)).plan
    assert {step.id for part in masked(plan) for step in part.steps} < plan.exposures()
    assert not any("practice" in step for step in plan.exposures())
