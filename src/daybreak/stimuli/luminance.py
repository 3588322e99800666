"""Mean and contrast of the light a face sends out, and how to bring a picture to the wanted ones.

The steps and their sources stand in docs/faces.md; `player/src/capture/luminance.ts` does the same on a device.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.core.face import (
    FACE_REGION,
    LUMINANCE_MEAN,
    LUMINANCE_MEAN_TOLERANCE,
    PICTURE_SIDE,
    RMS_CONTRAST,
    RMS_CONTRAST_TOLERANCE,
    Ellipse,
)

Pixels = npt.NDArray[np.uint8]
Light = npt.NDArray[np.float64]

FLATTEST_CONTRAST = 0.05
PASSES = 8
MOST_COLOUR = 3.0  # shadows lifted by more keep only so much of their colour: there it is mostly a camera's noise
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


@dataclass(frozen=True)
class Luminance:
    """Mean linear-light luminance (display white is 1) and its standard deviation divided by the mean."""

    mean: float
    contrast: float

    def is_matched(self, strictness: float = 1.0) -> bool:
        """Say whether both are within the tolerances divided by `strictness`."""
        mean = abs(self.mean - LUMINANCE_MEAN) <= LUMINANCE_MEAN_TOLERANCE / strictness
        return mean and abs(self.contrast - RMS_CONTRAST) <= RMS_CONTRAST_TOLERANCE / strictness


def to_light(pixels: Pixels) -> Light:
    """Return linear light in 0..1 for 8-bit sRGB values (IEC 61966-2-1)."""
    return np.asarray(_LIGHT_OF[pixels])


def to_pixels(light: Light) -> Pixels:
    """Return 8-bit sRGB values for linear light in 0..1, rounded to the nearest."""
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(np.maximum(light, 0), 1 / 2.4) - 0.055)
    return np.asarray(np.clip(np.rint(encoded * 255), 0, 255), dtype=np.uint8)


def region_mask(region: Ellipse = FACE_REGION, side: int = PICTURE_SIDE) -> npt.NDArray[np.bool_]:
    """Return which pixels of a square picture have their centre inside `region`."""
    centres = np.arange(side) + 0.5
    across = ((centres - region.centre_x) / region.half_width) ** 2
    down = ((centres - region.centre_y) / region.half_height) ** 2
    return np.asarray(across[None, :] + down[:, None] <= 1)


def measure(pixels: Pixels) -> Luminance:
    """Return the luminance of the face region of an RGB picture of `PICTURE_SIDE` squared."""
    inside = (to_light(pixels) @ _WEIGHTS)[_REGION]
    mean = float(inside.mean())
    return Luminance(mean, float(inside.std()) / mean if mean > 0 else 0.0)


def stretch(pixels: Pixels, now: Luminance, wanted: Luminance) -> Pixels:
    """Return the picture with every luminance moved along the line that takes `now` to `wanted`, colours kept.

    Where a channel would pass white, the pixel is mixed with grey of the same luminance until it fits; so are shadows
    that are lifted by more than `MOST_COLOUR`.
    """
    light = to_light(pixels)
    old = light @ _WEIGHTS
    gain = wanted.contrast * wanted.mean / (now.contrast * now.mean)
    new = np.clip(wanted.mean + (old - now.mean) * gain, 0, 1)
    lit = np.divide(new, old, out=np.zeros_like(new), where=old > 0)
    coloured = light * lit[..., None] + np.where(old > 0, 0, new)[..., None]
    most = coloured.max(axis=-1)
    fitting = np.divide(1 - new, most - new, out=np.ones_like(new), where=most > 1)
    share = np.minimum(fitting, MOST_COLOUR / np.maximum(lit, MOST_COLOUR))
    return to_pixels(new[..., None] + (coloured - new[..., None]) * share[..., None])


def match(pixels: Pixels) -> Pixels | None:
    """Return the picture with the wanted luminance in its face region, or None where it cannot be had.

    Flat pictures are not stretched; a picture that is mostly black or white may not get there in `PASSES` passes.
    """
    wanted = Luminance(LUMINANCE_MEAN, RMS_CONTRAST)
    now = measure(pixels)
    if now.contrast < FLATTEST_CONTRAST:
        return None
    for _ in range(PASSES):
        if now.is_matched(strictness=4):
            break
        pixels = stretch(pixels, now, wanted)
        now = measure(pixels)
    return pixels if now.is_matched(strictness=2) else None


def _light_of_every_code() -> Light:
    code = np.arange(256) / 255
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)


_LIGHT_OF = _light_of_every_code()
_REGION = region_mask()
