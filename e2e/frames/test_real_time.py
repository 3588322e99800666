"""In real time, watched from outside: whatever differs from the plan, the player itself says so."""

from __future__ import annotations

import pytest

from daybreak.core.plan import TaskName
from e2e.frames.bench_page import Ask, plan_with
from e2e.frames.load import machine_under_load
from e2e.frames.play import Played, play_real_time
from scripts.find_chromium import chromium

BROWSER = chromium() or ""
pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not BROWSER, reason="no Chromium is installed"),
    pytest.mark.evidence("reference", "screencast and compositor trace of Chromium in real time"),
]
HURRY: Ask = {"hurry": 1, "speed": 3}
PAGE_BUSY = (
    "let seed = 1; const draw = () => (seed = (seed * 48271) % 2147483647) / 2147483647;"
    "const busy = () => { const end = performance.now() + 5 + 45 * draw(); while (performance.now() < end); "
    "setTimeout(busy, 60 + 60 * draw()); }; setTimeout(busy, 100);"
)
"""Work that keeps the page from its refreshes every now and then, by 5 to 50 ms."""


def assert_all_owned_up(played: Played, seen: int) -> None:
    """Nothing inexact passes as ok, and the observer saw at least `seen` steps, so that this means something."""
    assert [step for step in played.judged if step.observed and not step.exact and not step.owned_up] == []
    assert sum(step.observed for step in played.judged) >= seen


@pytest.mark.parametrize("task", ["masked-words", "visible-words", "faces"])
def test_whatever_differs_from_the_plan_is_owned_up_to(task: TaskName) -> None:
    played = play_real_time(BROWSER, plan_with(task, 30), HURRY)
    assert_all_owned_up(played, seen=20)


def test_with_the_page_kept_busy_misses_happen_and_all_are_owned_up_to() -> None:
    played = play_real_time(BROWSER, plan_with("masked-words", 50), HURRY, PAGE_BUSY)
    assert any(step.observed and not step.exact for step in played.judged)
    assert_all_owned_up(played, seen=36)


@pytest.mark.slow
def test_on_an_overloaded_machine_misses_happen_and_all_are_owned_up_to() -> None:
    """How much load makes a browser miss depends on the machine: it grows until some step was not as planned."""
    missed = False
    for processes in (6, 16, 40):
        with machine_under_load(processes):
            played = play_real_time(BROWSER, plan_with("masked-words", 60), HURRY)
        assert_all_owned_up(played, seen=31)
        missed = any(step.observed and not step.exact for step in played.judged)
        if missed:
            break
    assert missed
