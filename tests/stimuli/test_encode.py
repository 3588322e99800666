"""Pictures become files that fit, the best that fits."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from daybreak.core.face import PICTURE_BYTES_AT_MOST, PICTURE_SIDE
from daybreak.stimuli.encode import sha256, to_webp

NOISE = np.random.default_rng(7).integers(0, 256, (PICTURE_SIDE, PICTURE_SIDE, 3), dtype=np.uint8)


def test_a_busy_picture_is_saved_smaller_until_it_fits() -> None:
    roomy, tight = to_webp(NOISE, 10**9), to_webp(NOISE, 60_000)
    assert roomy is not None
    assert tight is not None
    assert len(tight) <= 60_000 < len(roomy)
    assert Image.open(io.BytesIO(tight)).size == (PICTURE_SIDE, PICTURE_SIDE)


def test_a_picture_that_cannot_fit_is_not_forced() -> None:
    assert to_webp(NOISE, 1_000) is None


def test_an_even_picture_is_far_below_the_limit() -> None:
    even = to_webp(np.full_like(NOISE, 90))
    assert even is not None
    assert len(even) < PICTURE_BYTES_AT_MOST / 10


def test_the_seal_is_sha_256() -> None:
    # FIPS 180-2, the one-block message
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
