"""A display stepped by the test: planned and presented refreshes are equal at any rate; what differs is owned up to."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from daybreak.core.plan import TaskName
from e2e.frames.barcode import Code
from e2e.frames.bench_page import Ask, plan_with
from e2e.frames.devtools import ProtocolError
from e2e.frames.play import Beat, play_stepped
from scripts.find_chromium import headless_shell

SHELL = headless_shell() or ""
REASON = "chromium-headless-shell, which lets a test begin each frame, is not installed"
pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(not SHELL, reason=REASON),
    pytest.mark.evidence("reference", "frames captured from Chromium, one by one"),
]
MASKED_ONE_REFRESH = {60: 1, 120: 2, 144: 2}
"""16.7 ms in whole refreshes, as docs/timing.md states."""
HURRY: Ask = {"hurry": 1, "speed": 3}
CUE_AT = 6
"""In a hurry fixation and mask stay three refreshes each."""
PLACES = 16


@pytest.mark.parametrize("hz", MASKED_ONE_REFRESH)
def test_a_round_of_masked_words_is_exact_to_the_refresh(hz: int) -> None:
    played = play_stepped(SHELL, plan_with("masked-words", 8), hz, {"speed": 2})
    refreshes = MASKED_ONE_REFRESH[hz]
    assert [step.presented for step in played.judged] == [{"cue": refreshes, "trait": refreshes}] * 8
    assert {step.record.status for step in played.judged} == {"ok"}
    assert all(step.record.shown | step.presented == step.record.shown for step in played.judged)


@pytest.mark.parametrize(("task", "shown_60_hz"), [("visible-words", {"cue": 18}), ("faces", {"face": 24})])
@pytest.mark.parametrize("hz", [60, 120])
def test_readable_words_and_faces_are_exact_too(task: TaskName, shown_60_hz: dict[str, int], hz: int) -> None:
    played = play_stepped(SHELL, plan_with(task, 4), hz, {"speed": 2})
    expected = {name: refreshes * hz // 60 for name, refreshes in shown_60_hz.items()}
    assert [step.presented for step in played.judged] == [expected] * 4
    assert {step.record.status for step in played.judged} == {"ok"}


def test_on_the_visible_only_path_masked_words_stay_long_enough_to_read() -> None:
    plan = plan_with("masked-words", 4)
    played = play_stepped(SHELL, plan, 60, {"speed": 2, "visible": 1})
    assert all(step.exact and not step.owned_up for step in played.judged)
    assert all(min(step.presented.values()) >= 12 for step in played.judged)
    assert all("mask" not in step.record.shown for step in played.judged)


@pytest.mark.parametrize("task", get_args(TaskName))
def test_a_display_at_30_hz_shows_words_visibly_only(task: TaskName) -> None:
    played = play_stepped(SHELL, plan_with(task, 3), 30, {"speed": 2})
    assert played.device is not None
    assert (played.device.verdict, played.device.reasons) == ("visible-only", ["power-saving"])
    assert played.visible_only
    assert all(step.exact for step in played.judged)
    assert not any("mask" in step.record.shown for step in played.judged)


@pytest.mark.parametrize(("hz", "reasons"), [(60, []), (120, []), (144, []), (40, ["slow"])])
def test_the_device_check_measures_the_rate_of_the_display(hz: int, reasons: list[str]) -> None:
    played = play_stepped(SHELL, plan_with("visible-words", 1), hz, HURRY)
    assert played.device is not None
    assert played.device.refresh_hz == pytest.approx(hz, rel=0.002)
    assert played.device.reasons == reasons
    assert played.visible_only is bool(reasons)


def test_a_study_may_refuse_a_display_at_30_hz() -> None:
    plan = plan_with("masked-words", 1)
    strict = plan.model_copy(update={"device": plan.device.model_copy(update={"on_miss": "stop"})})
    with pytest.raises(ProtocolError, match="device check says stop"):
        play_stepped(SHELL, strict, 30, HURRY)


def test_on_a_jittery_display_words_are_shown_visibly_only() -> None:
    turns = itertools.cycle((1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 3))

    def rhythm(code: Code | None) -> Beat:
        return Beat(next(turns) if code is None else 1)

    played = play_stepped(SHELL, plan_with("masked-words", 1), 60, HURRY, rhythm)
    assert played.device is not None
    assert "jitter" in played.device.reasons
    assert played.visible_only


def test_a_display_that_drops_to_half_its_rate_is_owned_up_to() -> None:
    def rhythm(code: Code | None) -> Beat:
        return Beat(2 if code is not None and code.step >= 2 else 1)

    played = play_stepped(SHELL, plan_with("masked-words", 4), 60, HURRY, rhythm)
    assert [step.exact for step in played.judged[:2]] == [True, True]
    assert not any(step.exact for step in played.judged[3:])
    assert all(step.record.status == "long" for step in played.judged[3:])


def disturbed(code: Code | None, beat: Beat) -> Beat:
    """Disturb one refresh of each step: in step n the one after refresh n, so that every place gets its turn."""
    return beat if code is not None and code.refresh == code.step % PLACES else Beat()


def test_a_lost_refresh_is_owned_up_to_wherever_it_touches_cue_or_trait() -> None:
    played = play_stepped(SHELL, plan_with("masked-words", PLACES), 60, HURRY, lambda code: disturbed(code, Beat(2)))
    first_turn = played.judged[:PLACES]
    wrong = {place for place, step in enumerate(first_turn) if not step.exact}
    given_up = {place for place, step in enumerate(first_turn) if step.owned_up}
    assert wrong == {CUE_AT, CUE_AT + 1}
    assert given_up == set(range(CUE_AT - 1, CUE_AT + 2 + 2))
    assert {first_turn[place].record.status for place in given_up} == {"long"}


def test_given_up_exposures_are_shown_again_and_then_exact() -> None:
    played = play_stepped(SHELL, plan_with("masked-words", PLACES), 60, HURRY, lambda code: disturbed(code, Beat(2)))
    again = played.judged[PLACES:]
    given_up = [step.record.step for step in played.judged if step.owned_up]
    asked_again = [step.record.step for step in again]
    assert asked_again
    assert asked_again == given_up[: len(asked_again)]
    assert {step.record.attempt for step in again} <= {2, 3}


def test_a_refresh_the_page_answers_a_whole_refresh_late_is_owned_up_to() -> None:
    late = Beat(late_ms=1.2 * 1000 / 60)
    played = play_stepped(SHELL, plan_with("masked-words", PLACES), 60, HURRY, lambda code: disturbed(code, late))
    given_up = {place for place, step in enumerate(played.judged[:PLACES]) if step.owned_up}
    assert set(range(CUE_AT - 1, CUE_AT + 2 + 2)) <= given_up


def test_a_refresh_answered_a_little_late_is_not_given_up() -> None:
    late = Beat(late_ms=0.6 * 1000 / 60)
    played = play_stepped(SHELL, plan_with("masked-words", PLACES), 60, HURRY, lambda code: disturbed(code, late))
    assert all(step.exact and not step.owned_up for step in played.judged)
