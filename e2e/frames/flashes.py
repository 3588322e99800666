"""Judges captured frames by WCAG 2.3.1, three flashes or below threshold.

Source of all figures: W3C, Web Content Accessibility Guidelines 2.2, success criterion 2.3.1 and the definitions of
"general flash and red flash thresholds" and "relative luminance". A general flash is a pair of opposing changes of
relative luminance by at least 0.1 where the darker side is below 0.8; a red flash is a pair of opposing changes that
involve a saturated red. More than three flashes within a second fail, unless the area that flashes at the same time
takes up at most a quarter of any field of 10 degrees, which is 341 x 256 CSS pixels at the usual viewing distance.

Two readings are taken, and both must pass. Places that change together: a frame in which more than that area turns
brighter, or darker, is one change. Places that flicker one after the other: a pixel that by itself flashes too often
counts as flashing, whenever it does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FIELD_PX = (341, 256)
LARGEST_AREA_PX = 341 * 256 // 4
MOST_FLASHES = 3
WINDOW_S = 1.0
LUMINANCE_STEP, DARKER_BELOW = 0.1, 0.8
RED_STEP, RED_SHARE = 20.0, 0.8
STRIDE = 2
"""Every second pixel in both directions is looked at; strokes are thicker than that."""

Rgb = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


class Frame(NamedTuple):
    """What the display shows from `at` on, in seconds: height x width x 3, sRGB."""

    at: float
    pixels: Rgb


@dataclass
class FlashReport:
    """What was found. Areas in CSS pixels, the largest in any field; rates in flashes within any one second."""

    large_flashes: int = 0
    largest_change_px: int = 0
    flickering_px: int = 0

    @property
    def passes(self) -> bool:
        """Whether the frames obey the success criterion."""
        return self.large_flashes <= MOST_FLASHES and self.flickering_px <= LARGEST_AREA_PX


def relative_luminance(pixels: Rgb) -> Plane:
    """Return the relative luminance of sRGB pixels, 0 black to 1 white."""
    red, green, blue = np.moveaxis(_LINEAR[pixels], -1, 0)
    return np.asarray(0.2126 * red + 0.7152 * green + 0.0722 * blue, np.float32)


def saturated_red(pixels: Rgb) -> Plane:
    """Return (R - G - B) x 320 of linear components where the red is saturated, else 0."""
    red, green, blue = np.moveaxis(_LINEAR[pixels], -1, 0)
    saturated = red >= RED_SHARE * np.maximum(red + green + blue, 1e-6)
    return np.asarray(np.where(saturated, np.maximum(0, (red - green - blue) * 320), 0), np.float32)


def find_flashes(frames: Iterable[Frame]) -> FlashReport:
    """Judge frames in order of time, at every refresh or only where the picture changed."""
    report = FlashReport()
    watches: list[_Watch] = []
    for at, pixels in frames:
        sample = pixels[::STRIDE, ::STRIDE]
        planes = relative_luminance(sample), saturated_red(sample)
        if not watches:
            watches = [
                _Watch(planes[0], LUMINANCE_STEP, DARKER_BELOW, report),
                _Watch(planes[1], RED_STEP, np.inf, report),
            ]
        for watch, plane in zip(watches, planes, strict=True):
            watch.see(at, plane)
    return report


@dataclass
class _Watch:
    """Follows one quantity of every pixel from turn to turn, and notes large turns and flickering pixels."""

    low: Plane
    step: float
    darker_below: float
    report: FlashReport
    high: Plane = field(init=False)
    rising: Mask = field(init=False)
    falling: Mask = field(init=False)
    turns: deque[tuple[float, Mask]] = field(default_factory=deque)
    large: deque[tuple[float, bool]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.low, self.high = self.low.copy(), self.low.copy()
        self.rising = np.zeros(self.low.shape, bool)
        self.falling = np.zeros(self.low.shape, bool)

    def see(self, at: float, plane: Plane) -> None:
        """Take the next frame."""
        up = ~self.rising & (plane - self.low >= self.step) & (self.low < self.darker_below)
        down = ~self.falling & (self.high - plane >= self.step) & (plane < self.darker_below)
        self.rising = (self.rising | up) & ~down
        self.falling = (self.falling | down) & ~up
        self.low = np.where(down, plane, np.minimum(self.low, plane))
        self.high = np.where(up, plane, np.maximum(self.high, plane))
        self.low = np.where(up, plane, self.low)
        self.high = np.where(down, plane, self.high)
        for turned, brighter in ((up, True), (down, False)):
            self._note_large(at, turned, brighter)
        if (up | down).any():
            self._note_flicker(at, up | down)

    def _note_large(self, at: float, turned: Mask, brighter: bool) -> None:
        area = _largest_area(turned)
        self.report.largest_change_px = max(self.report.largest_change_px, area)
        if area <= LARGEST_AREA_PX:
            return
        if self.large and self.large[-1][1] == brighter:
            self.large.pop()
        self.large.append((at, brighter))
        while self.large[0][0] <= at - WINDOW_S:
            self.large.popleft()
        self.report.large_flashes = max(self.report.large_flashes, len(self.large) // 2)

    def _note_flicker(self, at: float, turned: Mask) -> None:
        self.turns.append((at, turned))
        while self.turns[0][0] <= at - WINDOW_S:
            self.turns.popleft()
        counts = np.zeros(turned.shape, np.uint8)
        for _, mask in self.turns:
            counts += mask
        often: Mask = counts // 2 > MOST_FLASHES
        self.report.flickering_px = max(self.report.flickering_px, _largest_area(often))


def _largest_area(mask: Mask) -> int:
    """Return how many CSS pixels of `mask` lie in the field that holds most of them."""
    if not mask.any():
        return 0
    sums = np.pad(mask.astype(np.int32).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    height = min(FIELD_PX[1] // STRIDE, mask.shape[0])
    width = min(FIELD_PX[0] // STRIDE, mask.shape[1])
    fields = sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width] + sums[:-height, :-width]
    return int(fields.max()) * STRIDE * STRIDE


_SRGB = np.arange(256) / 255
_LINEAR: Plane = np.where(_SRGB <= 0.04045, _SRGB / 12.92, ((_SRGB + 0.055) / 1.055) ** 2.4).astype(np.float32)
