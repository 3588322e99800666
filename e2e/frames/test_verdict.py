"""What was on the screen is told rightly from frames, and doubted where frames were lost."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from e2e.frames.barcode import Code, cells_of, read
from e2e.frames.real_time import Frame, Shown, Swap, join, swaps_in
from e2e.frames.verdict import on_screen

pytestmark = pytest.mark.evidence("developer", "hand-made frames")
INTERVAL = 10.0


def seen(refresh: int, step: int, phase: int) -> Shown:
    return Shown(refresh, Code(step, phase, 0), True)


def lost(refresh: int) -> Shown:
    return Shown(refresh, None, False)


def test_a_phase_stays_until_the_next_comes_up() -> None:
    steps = on_screen([seen(3, 0, 0), seen(5, 0, 1), seen(6, 0, 2), seen(9, 1, 0)])
    assert steps[0].stayed == {0: 2, 1: 1, 2: 3}
    assert steps[0].whole


def test_a_picture_replaced_within_its_refresh_was_never_seen() -> None:
    assert on_screen([seen(3, 0, 0), seen(5, 0, 1), seen(5, 0, 2), seen(9, 1, 0)])[0].stayed == {0: 2, 1: 0, 2: 4}


def test_a_lost_frame_before_another_phase_leaves_both_in_doubt() -> None:
    steps = on_screen([seen(3, 0, 0), lost(4), seen(5, 1, 0), seen(6, 2, 0), seen(7, 3, 0)])
    assert [steps[number].whole for number in range(3)] == [False, False, True]


def test_a_lost_frame_within_a_phase_does_no_harm() -> None:
    assert on_screen([seen(3, 0, 0), lost(4), seen(5, 0, 0), seen(6, 1, 0)])[0].whole


def picture(code: Code) -> bytes:
    cells = np.repeat(np.repeat(np.array([cells_of(code)], np.uint8) * 255, 8, axis=0), 8, axis=1)
    file = io.BytesIO()
    Image.fromarray(cells).save(file, "png")
    return file.getvalue()


def test_a_frame_handed_over_after_the_next_refresh_comes_up_one_later() -> None:
    codes = [Code(0, 0, 0), Code(0, 1, 1), Code(0, 2, 2)]
    swaps = [Swap(1002, 1000, INTERVAL), Swap(1021, 1010, INTERVAL), Swap(1023, 1020, INTERVAL)]
    frames = [Frame(due, picture(code)) for due, code in zip((1010, 1020, 1030), codes, strict=True)]
    assert join(swaps, frames) == [Shown(1, codes[0], True), Shown(3, codes[1], True), Shown(3, codes[2], True)]


def test_a_frame_without_a_picture_is_known_as_lost() -> None:
    swaps = [Swap(1002, 1000, INTERVAL), Swap(1012, 1010, INTERVAL), Swap(1022, 1020, INTERVAL)]
    frames = [Frame(1010, picture(Code(0, 0, 0))), Frame(1030, picture(Code(0, 2, 2)))]
    assert [shown.seen for shown in join(swaps, frames)] == [True, False, True]


def test_a_swap_belongs_to_the_display_frame_begun_before_it() -> None:
    def begin(at: float) -> dict[str, object]:
        return {
            "name": "DisplayScheduler::BeginFrame",
            "ts": at,
            "args": {"args": {"frame_time_us": at, "interval_us": 10_000}},
        }

    swap = {
        "name": "Graphics.Pipeline",
        "ts": 23_000,
        "dur": 500,
        "args": {"chrome_graphics_pipeline": {"step": "STEP_SEND_BUFFER_SWAP"}},
    }
    assert swaps_in([begin(30_000), swap, begin(20_000), begin(10_000)]) == [Swap(23.5, 20.0, 10.0)]


def test_a_bar_code_is_read_where_it_stands_and_nowhere_else() -> None:
    code = Code(4095, 15, 1234)
    pixels = np.full((40, 400), 128, np.uint8)
    pixels[20:28, 30:350] = np.repeat(np.repeat(np.array([cells_of(code)], np.uint8) * 255, 8, axis=0), 8, axis=1)
    assert read(pixels, 30, 20) == code
    assert read(pixels) is None
    last_of_step = slice(30 + 19 * 8, 30 + 20 * 8)
    pixels[20:28, last_of_step] = 255 - pixels[20:28, last_of_step]
    assert read(pixels, 30, 20) is None
