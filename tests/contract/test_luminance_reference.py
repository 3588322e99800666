"""Where the numbers in luminance.json come from: docs/faces.md, written down once more in numpy, on whole arrays.

The device's own code (`player/src/capture/luminance.ts`) is tested against the file; it shares no line with this.
`python tests/contract/test_luminance_reference.py` writes the file anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from daybreak.core import face

FILE = Path(__file__).with_name("luminance.json")
SHADES = [{"scale": 256, "offset": 0}, {"scale": 90, "offset": 10}, {"scale": 120, "offset": 130}]
PROBES = [(160, 140), (100, 164), (220, 200), (5, 5), (310, 300), (160, 250)]
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
Array = np.ndarray[Any, np.dtype[np.float64]]


def picture(scale: int, offset: int) -> Array:
    """Return a made-up colour picture; `luminance.test.ts` makes the same one."""
    y, x = np.mgrid[0 : face.PICTURE_SIDE, 0 : face.PICTURE_SIDE]
    channels = ((3 * x + y) >> 2, x + 2 * y + ((x * y) >> 6), (5 * y + x) >> 3)
    return np.stack([(channel % 256) * scale // 256 + offset for channel in channels], axis=-1).astype(float)


def linear(codes: Array) -> Array:
    c = codes / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def codes(light: Array) -> Array:
    c = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.maximum(light, 0) ** (1 / 2.4) - 0.055)
    return np.floor(c * 255 + 0.5)


def figures(image: Array) -> tuple[float, float]:
    y, x = np.mgrid[0 : face.PICTURE_SIDE, 0 : face.PICTURE_SIDE] + 0.5
    region = face.FACE_REGION
    across = (x - region.centre_x) / region.half_width
    inside = across**2 + ((y - region.centre_y) / region.half_height) ** 2 <= 1
    luminance = (linear(image) @ WEIGHTS)[inside]
    return float(luminance.mean()), float(luminance.std() / luminance.mean())


def matched_once(image: Array) -> Array:
    mean, contrast = figures(image)
    light = linear(image)
    old = light @ WEIGHTS
    gain = face.RMS_CONTRAST * face.LUMINANCE_MEAN / (contrast * mean)
    new = np.clip(face.LUMINANCE_MEAN + (old - mean) * gain, 0, 1)[..., None]
    factor = new / np.maximum(old, 1e-300)[..., None]
    scaled = light * factor
    most = scaled.max(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(most > 1, (1 - new) / (most - new), 1)
        share = np.minimum(share, np.where(factor > 3, 3 / factor, 1))
    return codes(np.minimum(1, new + (scaled - new) * share))


def matched(image: Array) -> Array:
    for _ in range(8):
        mean, contrast = figures(image)
        near = abs(mean - face.LUMINANCE_MEAN) <= face.LUMINANCE_MEAN_TOLERANCE / 4
        if near and abs(contrast - face.RMS_CONTRAST) <= face.RMS_CONTRAST_TOLERANCE / 4:
            break
        image = matched_once(image)
    return image


def case(scale: int, offset: int) -> dict[str, Any]:
    before = picture(scale, offset)
    after = matched(before)
    return {
        "scale": scale,
        "offset": offset,
        "before": [round(figure, 6) for figure in figures(before)],
        "after": [round(figure, 6) for figure in figures(after)],
        "probes": [[x, y, *(int(value) for value in after[y, x])] for x, y in PROBES],
    }


def reference() -> str:
    return json.dumps([case(**shade) for shade in SHADES], indent=1) + "\n"


@pytest.mark.evidence(kind="double", source="docs/faces.md in numpy")
def test_the_luminance_numbers_come_from_the_written_rule() -> None:
    assert FILE.read_text(encoding="utf-8") == reference()


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
