"""The judge of flashes finds what was planted, and only that."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from e2e.frames.flashes import LARGEST_AREA_PX, Frame, find_flashes, relative_luminance

pytestmark = pytest.mark.evidence("reference", "WCAG 2.2, success criterion 2.3.1")
WIDTH, HEIGHT = 640, 480
BLACK, GREY, WHITE, RED = (0, 0, 0), (119, 119, 119), (255, 255, 255), (255, 0, 0)


def flicker(
    hz: float,
    side: int,
    colours: tuple[tuple[int, int, int], tuple[int, int, int]] = (BLACK, WHITE),
    seconds: float = 2,
) -> Iterator[Frame]:
    """A square of `side` pixels on white that goes through both colours `hz` times a second, at 60 frames a second."""
    for number in range(int(seconds * 60)):
        pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
        pixels[100 : 100 + side, 200 : 200 + side] = colours[int(number / 60 * hz * 2) % 2]
        yield Frame(number / 60, pixels)


def test_relative_luminance_is_that_of_the_standard() -> None:
    colours = np.array([[BLACK, WHITE, RED, (0, 255, 0), (0, 0, 255), GREY]], np.uint8)
    assert relative_luminance(colours)[0] == pytest.approx([0, 1, 0.2126, 0.7152, 0.0722, 0.1845], abs=1e-3)


@pytest.mark.parametrize(("hz", "flashes", "passes"), [(2, 2, True), (3, 3, True), (5, 5, False), (10, 10, False)])
def test_a_large_square_may_flash_three_times_a_second(hz: float, flashes: int, passes: bool) -> None:
    report = find_flashes(flicker(hz, 200))
    assert report.large_flashes in {flashes - 1, flashes}
    assert report.passes is passes


def test_a_small_square_may_flash_at_any_rate() -> None:
    report = find_flashes(flicker(10, 100))
    assert report.largest_change_px == 100 * 100
    assert report.flickering_px == 100 * 100
    assert report.passes


def test_the_limit_lies_at_a_quarter_of_the_field() -> None:
    below, above = (int(LARGEST_AREA_PX**0.5) + change for change in (-3, 3))
    assert find_flashes(flicker(10, below)).passes
    assert not find_flashes(flicker(10, above)).passes


def test_places_that_take_turns_are_found_too() -> None:
    def quarters() -> Iterator[Frame]:
        for number in range(120):
            pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
            left, top = divmod(number % 4, 2)
            pixels[100 + 100 * top : 200 + 100 * top, 200 + 100 * left : 300 + 100 * left] = BLACK
            yield Frame(number / 60, pixels)

    report = find_flashes(quarters())
    assert report.large_flashes == 0
    assert not report.passes


def test_a_faint_change_is_no_flash() -> None:
    assert find_flashes(flicker(10, 200, ((120, 120, 120), (130, 130, 130)))).passes
    assert find_flashes(flicker(10, 200, ((245, 245, 245), WHITE))).largest_change_px == 0


def test_a_slow_fade_to_and_fro_counts_as_what_it_is() -> None:
    def fade() -> Iterator[Frame]:
        for number in range(120):
            grey = 127.5 + 127.5 * np.cos(number / 60 * 5 * 2 * np.pi)
            yield Frame(number / 60, np.full((HEIGHT, WIDTH, 3), grey, np.uint8))

    assert not find_flashes(fade()).passes


def test_saturated_red_flashes_where_luminance_hardly_does() -> None:
    same_luminance = (127, 127, 127)
    red, grey = relative_luminance(np.array([[RED, same_luminance]], np.uint8))[0]
    assert abs(red - grey) < 0.01
    assert not find_flashes(flicker(10, 200, (RED, same_luminance))).passes


def test_a_still_picture_passes() -> None:
    report = find_flashes(flicker(10, 200, (BLACK, BLACK)))
    assert (report.large_flashes, report.largest_change_px, report.flickering_px) == (0, 0, 0)
