"""No task flashes more than WCAG 2.3.1 allows, on a phone or on a desk, at the pace of a quick person."""

from __future__ import annotations

import pytest

from daybreak.core.plan import TaskName
from e2e.frames.bench_page import Ask, plan_with
from e2e.frames.flashes import LARGEST_AREA_PX, FlashReport, find_flashes
from e2e.frames.play import frames_of
from scripts.find_chromium import headless_shell

SHELL = headless_shell() or ""
REASON = "chromium-headless-shell, which lets a test capture every frame, is not installed"
pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not SHELL, reason=REASON),
    pytest.mark.evidence("reference", "WCAG 2.2, success criterion 2.3.1, on captured frames"),
]
SIZES = {"phone": (390, 844), "desk": (1024, 768)}
QUICK: Ask = {"speed": 2, "errors": 0}


def flashes_of(task: TaskName, size: str, ask: Ask = QUICK) -> FlashReport:
    """Play four steps of a task and judge every frame from the second on."""
    report = find_flashes(frames_of(SHELL, plan_with(task, 4), SIZES[size], ask))
    assert report.largest_change_px > 0, "the player showed something"
    return report


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("task", ["masked-words", "visible-words"])
def test_words_flash_on_a_small_area_only(task: TaskName, size: str) -> None:
    report = flashes_of(task, size)
    assert report.passes
    assert report.largest_change_px <= LARGEST_AREA_PX


@pytest.mark.parametrize("size", SIZES)
def test_words_on_the_visible_only_path_flash_on_a_small_area_only(size: str) -> None:
    report = flashes_of("masked-words", size, {**QUICK, "visible": 1})
    assert report.passes
    assert report.largest_change_px <= LARGEST_AREA_PX


@pytest.mark.parametrize("size", SIZES)
def test_faces_come_and_go_at_most_three_times_a_second(size: str) -> None:
    assert flashes_of("faces", size).passes
