"""The shipped faces: enough of them, varied, free, small, and the same light in every face."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from daybreak.content.faces import DRAWN, face_bytes, face_folder, load_face_set, load_faces
from daybreak.core.errors import StimuliError
from daybreak.core.face import (
    EXPRESSIONS,
    LUMINANCE_MEAN,
    LUMINANCE_MEAN_TOLERANCE,
    MANIFEST,
    PICTURE_SIDE,
    RMS_CONTRAST,
    RMS_CONTRAST_TOLERANCE,
    Expression,
    Face,
)
from daybreak.stimuli.crop import find_faces
from daybreak.stimuli.luminance import Pixels, measure

FACES = load_faces()
SHIPPED_BYTES_AT_MOST = 20_000


def pixels(face: Face, expression: Expression) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(face_bytes(face, expression))).convert("RGB"))


def test_at_least_forty_identities_ship_and_every_one_is_free() -> None:
    assert len(FACES) >= 40
    assert {face.licence.split()[0] for face in FACES} == {"CC0-1.0"}
    assert "CC0" in (DRAWN / "LICENSE").read_text()


def test_age_sex_and_skin_vary_in_every_combination() -> None:
    combinations = Counter((face.age, face.sex, face.skin) for face in FACES)
    assert len(combinations) == 3 * 2 * 3
    assert min(combinations.values()) >= 2


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.identity)
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_shipped_picture_is_small_square_matched_and_shows_one_face(face: Face, expression: Expression) -> None:
    assert len(face_bytes(face, expression)) <= SHIPPED_BYTES_AT_MOST
    picture = pixels(face, expression)
    assert picture.shape == (PICTURE_SIDE, PICTURE_SIDE, 3)
    light = measure(picture)
    assert light.mean == pytest.approx(LUMINANCE_MEAN, abs=LUMINANCE_MEAN_TOLERANCE)
    assert light.contrast == pytest.approx(RMS_CONTRAST, abs=RMS_CONTRAST_TOLERANCE)
    assert len(find_faces(picture)) == 1


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.identity)
def test_smiling_and_neutral_differ_around_the_mouth_and_hardly_anywhere_else(face: Face) -> None:
    smiling, neutral = (pixels(face, expression).astype(float) for expression in EXPRESSIONS)
    apart = np.abs(smiling - neutral).mean(axis=-1)
    mouth = apart[195:240, 120:200].mean()
    hair_and_clothes = np.concatenate([apart[:70].ravel(), apart[285:].ravel()]).mean()
    assert mouth > 12
    assert hair_and_clothes < 1


def test_no_two_shipped_pictures_are_the_same() -> None:
    seals = [face.picture(expression).sha256 for face in FACES for expression in EXPRESSIONS]
    assert len(set(seals)) == 2 * len(FACES)


def test_the_folder_holds_exactly_what_the_manifest_seals() -> None:
    sealed = {
        face.picture(expression).file: face.picture(expression).sha256 for face in FACES for expression in EXPRESSIONS
    }
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in DRAWN.glob("*.webp")}
    assert found == sealed


def test_a_picture_is_found_by_face_or_by_identity() -> None:
    assert face_bytes(FACES[0], "smiling") == face_bytes(FACES[0].identity, "smiling")


def test_the_manifest_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    shutil.copytree(DRAWN, folder)
    assert load_faces(folder) is load_faces(folder)
    text = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(text | {"faces": text["faces"][:3]}))
    assert len(load_face_set(folder).faces) == 3


def test_the_study_file_names_the_shipped_set_or_an_imported_one(tmp_path: Path) -> None:
    assert face_folder("drawn", None) == face_folder("drawn", tmp_path) == DRAWN
    assert face_folder("cfd", tmp_path) == tmp_path / "cfd"
    with pytest.raises(StimuliError, match=r"the face set 'cfd' is not among those shipped.*DAYBREAK_FACES"):
        face_folder("cfd", None)


def test_a_missing_set_an_unknown_identity_and_a_changed_picture_are_told(tmp_path: Path) -> None:
    with pytest.raises(StimuliError, match="there is no face set here"):
        load_faces(tmp_path)
    with pytest.raises(StimuliError, match="the set has no identity 'nobody'"):
        face_bytes("nobody", "neutral")
    folder = tmp_path / "set"
    shutil.copytree(DRAWN, folder)
    (folder / "drawn-01-smiling.webp").write_bytes(b"something else")
    with pytest.raises(StimuliError, match=r"drawn-01-smiling\.webp: the picture is not the one its manifest names"):
        face_bytes("drawn-01", "smiling", folder)
    (folder / "drawn-01-smiling.webp").unlink()
    with pytest.raises(StimuliError, match=r"drawn-01-smiling\.webp: the picture is missing"):
        face_bytes("drawn-01", "smiling", folder)
    (folder / MANIFEST).write_bytes(b"\xff\xfe\xff")
    with pytest.raises(StimuliError, match="the manifest cannot be read"):
        load_faces(folder)
