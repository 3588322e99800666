from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import PackError
from daybreak.core.face import PICTURE_BYTES_AT_MOST
from daybreak.core.picture import IMAGE_BYTES_AT_MOST, PICTURE_BYTES, pad_picture, unpad_picture


@given(st.binary(max_size=2000), st.binary(max_size=32), st.text(max_size=20))
def test_every_picture_has_the_same_size_and_comes_back_whole(image: bytes, seed: bytes, asset: str) -> None:
    padded = pad_picture(image, seed, asset)
    assert len(padded) == PICTURE_BYTES
    assert unpad_picture(padded) == image
    assert pad_picture(image, seed, asset) == padded


def test_one_face_looks_different_for_another_person_and_in_another_slot() -> None:
    padded = {pad_picture(b"face", seed, asset) for seed in (b"one", b"two") for asset in ("p-1", "p-2")}
    assert len(padded) == 4


def test_the_largest_picture_fits_and_one_byte_more_is_refused() -> None:
    assert len(pad_picture(bytes(IMAGE_BYTES_AT_MOST), b"", "p-1")) == PICTURE_BYTES
    with pytest.raises(PackError, match="p-1: the picture has 32765 bytes, at most 32764 fit") as refusal:
        pad_picture(bytes(IMAGE_BYTES_AT_MOST + 1), b"", "p-1")
    assert refusal.value.code == "picture-too-large"


def test_every_picture_a_face_set_may_hold_fits() -> None:
    assert PICTURE_BYTES_AT_MOST <= IMAGE_BYTES_AT_MOST
