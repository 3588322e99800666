"""A finished set is checked picture by picture, and every fault is told."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from daybreak.content.faces import DRAWN, face_bytes
from daybreak.core.face import MANIFEST
from daybreak.stimuli.check import check_faces
from daybreak.stimuli.encode import sha256
from daybreak.stimuli.refusals import RefusedPicturesError

NAME = "drawn-01-smiling.webp"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set with the first two shipped identities."""
    copy = tmp_path / "set"
    copy.mkdir()
    text = json.loads((DRAWN / MANIFEST).read_text())
    text["faces"] = text["faces"][:2]
    (copy / MANIFEST).write_text(json.dumps(text))
    for face in text["faces"]:
        for expression in ("smiling", "neutral"):
            shutil.copy(DRAWN / face[expression]["file"], copy)
    return copy


def told(folder: Path) -> list[str]:
    with pytest.raises(RefusedPicturesError) as caught:
        check_faces(folder)
    return [error.sentence() for error in caught.value.refusals]


def put(folder: Path, content: bytes) -> None:
    """Exchange the first picture and seal the new one, as a careless hand would."""
    (folder / NAME).write_bytes(content)
    text = json.loads((folder / MANIFEST).read_text())
    text["faces"][0]["smiling"]["sha256"] = sha256(content)
    (folder / MANIFEST).write_text(json.dumps(text))


def webp(image: Image.Image, quality: int = 90) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=quality)
    return file.getvalue()


def shown(side: int = 320) -> Image.Image:
    return Image.open(io.BytesIO(face_bytes("drawn-01", "smiling"))).convert("RGB").resize((side, side))


def test_a_set_in_order_is_returned(folder: Path) -> None:
    assert check_faces(folder).identities() == ("drawn-01", "drawn-02")


def test_changed_missing_and_unknown_files_are_told_together(folder: Path) -> None:
    (folder / NAME).write_bytes(b"changed")
    (folder / "drawn-02-neutral.webp").unlink()
    (folder / "stranger.webp").touch()
    assert told(folder) == [
        f"{NAME}: the picture is not the one its manifest names.",
        "drawn-02-neutral.webp: the picture is missing.",
        "stranger.webp: is in the folder but not in the manifest.",
    ]


def test_a_sealed_file_that_is_no_picture_is_told(folder: Path) -> None:
    put(folder, b"RIFF, but no picture")
    assert told(folder) == [f"{NAME}: is not a WebP picture that can be read."]


def test_another_size_is_told(folder: Path) -> None:
    put(folder, webp(shown(300)))
    assert told(folder) == [f"{NAME}: is 300 x 300 pixels, not 320 x 320."]


def test_a_file_too_large_for_a_session_is_told(folder: Path) -> None:
    content = face_bytes("drawn-01", "smiling") + b"\0" * 32_000
    put(folder, content)
    assert told(folder) == [f"{NAME}: has {len(content)} bytes; at most 32000 fit."]


def test_another_luminance_is_told(folder: Path) -> None:
    put(folder, webp(shown().point(lambda value: 255 - value)))
    mean, contrast, *_ = told(folder)
    assert mean.startswith(f"{NAME}: has a mean luminance of 0.")
    assert mean.endswith(", not 0.26 within 0.025.")
    assert contrast.startswith(f"{NAME}: has a contrast of 0.")


def test_a_picture_without_a_face_is_told(folder: Path) -> None:
    upside_down = Image.fromarray(np.asarray(shown())[::-1])
    put(folder, webp(upside_down))
    assert told(folder)[-1] == f"{NAME}: shows 0 faces that can be found; exactly one is needed."
