"""Luminance is measured and matched as docs/faces.md says, and as the device does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.core.face import FACE_REGION, LUMINANCE_MEAN, PICTURE_SIDE, RMS_CONTRAST
from daybreak.stimuli.luminance import Pixels, match, measure, region_mask, to_light, to_pixels
from tests.contract.test_luminance_reference import picture

CASES = json.loads((Path(__file__).parent.parent / "contract" / "luminance.json").read_text())


def even(value: int) -> Pixels:
    return np.full((PICTURE_SIDE, PICTURE_SIDE, 3), value, dtype=np.uint8)


def test_light_follows_the_standard_curve_and_comes_back() -> None:
    codes = np.arange(256, dtype=np.uint8)
    light = to_light(codes)
    # IEC 61966-2-1: code 0, the last code of the straight part, and mid grey
    assert light[[0, 10, 188, 255]] == pytest.approx([0, 10 / 255 / 12.92, 0.502886, 1], abs=1e-6)
    assert (to_pixels(light) == codes).all()


def test_the_region_is_the_documented_ellipse() -> None:
    inside = region_mask()
    assert inside.sum() == pytest.approx(np.pi * FACE_REGION.half_width * FACE_REGION.half_height, rel=0.002)
    assert inside[163, 92]
    assert not inside[163, 91]
    assert (inside == inside[:, ::-1]).all()


def test_measuring_sees_mean_and_contrast_of_the_region_only() -> None:
    halves = even(0)
    halves[:, 160:] = 255
    outside = np.where(region_mask()[..., None], halves, 77).astype(np.uint8)
    assert measure(halves).mean == pytest.approx(0.5)
    assert measure(halves).contrast == pytest.approx(1)
    assert measure(outside) == measure(halves)


@pytest.mark.parametrize("case", CASES)
def test_it_agrees_with_the_reference_that_the_device_is_tested_against(case: dict[str, Any]) -> None:
    image = picture(case["scale"], case["offset"]).astype(np.uint8)
    before = measure(image)
    assert [before.mean, before.contrast] == pytest.approx(case["before"], abs=1e-5)
    matched = match(image)
    assert matched is not None
    for x, y, *wanted in case["probes"]:
        assert matched[y, x].astype(int) == pytest.approx(wanted, abs=1)


@given(st.integers(0, 2**32 - 1), st.floats(0.3, 1.0), st.floats(0, 0.5), st.floats(0.6, 1.6))
@settings(max_examples=25, deadline=None)
def test_any_picture_with_light_and_shade_is_brought_to_the_shared_luminance(
    seed: int, scale: float, offset: float, gamma: float
) -> None:
    coarse = np.random.default_rng(seed).random((8, 8, 3)) ** gamma
    image = np.kron((coarse * scale * (1 - offset) + offset) * 255, np.ones((40, 40, 1))).astype(np.uint8)
    matched = match(image)
    assert matched is not None
    assert measure(matched).mean == pytest.approx(LUMINANCE_MEAN, abs=0.0125)
    assert measure(matched).contrast == pytest.approx(RMS_CONTRAST, abs=0.02)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_flat_picture_is_not_stretched(value: int) -> None:
    assert match(even(value)) is None


def test_a_few_bright_dots_on_black_cannot_be_matched() -> None:
    dots = even(0)
    dots[164, 120:200:20] = 255
    assert match(dots) is None


def test_colours_keep_their_hue() -> None:
    image = np.kron(np.linspace(60, 200, 64).reshape(8, 8, 1), np.ones((40, 40, 1))) * np.array([1, 0.75, 0.6])
    matched = match(image.astype(np.uint8))
    assert matched is not None
    light = to_light(matched[region_mask()])
    red_over_green = to_light(image.astype(np.uint8)[region_mask()])
    assert light[:, 0] / light[:, 1] == pytest.approx(red_over_green[:, 0] / red_over_green[:, 1], rel=0.12)
