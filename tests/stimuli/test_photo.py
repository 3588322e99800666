"""Files nobody has vetted are opened safely, or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from daybreak.core.errors import StimuliError
from daybreak.stimuli.photo import read_photo


def sentence(file: Path) -> str:
    with pytest.raises(StimuliError) as caught:
        read_photo(file, file.name)
    return caught.value.sentence()


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    image = Image.new("RGB", (400, 330))
    image.paste((255, 0, 0), (0, 0, 400, 40))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright, turned by 90 degrees
    image.save(tmp_path / "a.png", exif=exif)
    pixels = read_photo(tmp_path / "a.png", "a.png")
    assert pixels.shape == (400, 330, 3)
    assert (pixels[:, -40:] == (255, 0, 0)).all()


def test_see_through_parts_become_grey(tmp_path: Path) -> None:
    Image.new("RGBA", (330, 330), (255, 0, 0, 0)).save(tmp_path / "a.webp", lossless=True)
    assert np.unique(read_photo(tmp_path / "a.webp", "a.webp")) == [128]


@pytest.mark.parametrize(
    "content", [b"", b"no picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n\0\0"]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.png").write_bytes(content)
    assert sentence(tmp_path / "a.png") == "a.png: is not a picture that can be read."


def test_half_a_picture_is_refused(tmp_path: Path) -> None:
    Image.effect_noise((400, 400), 60).save(tmp_path / "a.png")
    whole = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(whole[: len(whole) // 2])
    assert sentence(tmp_path / "a.png") == "a.png: is not a picture that can be read."


@pytest.mark.parametrize("size", [(10_000, 6_000), (12_000, 9_000), (20_000, 12_000)])
def test_a_small_file_with_very_many_pixels_is_refused_unopened(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("1", size).save(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size < 200_000
    assert sentence(tmp_path / "a.png") == "a.png: has more than 50 million pixels."


def test_small_narrow_and_moving_pictures_are_refused(tmp_path: Path) -> None:
    Image.new("RGB", (319, 500)).save(tmp_path / "small.png")
    assert sentence(tmp_path / "small.png") == "small.png: is 319 x 500 pixels; at least 320 x 320 are needed."
    Image.new("RGB", (330, 661)).save(tmp_path / "narrow.png")
    narrow = "narrow.png: is 330 x 661 pixels; the longer side may be at most twice the shorter one."
    assert sentence(tmp_path / "narrow.png") == narrow
    frames = [Image.new("RGB", (330, 330), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:])
    assert (
        sentence(tmp_path / "moving.webp") == "moving.webp: holds more than one picture; an animation cannot be used."
    )
