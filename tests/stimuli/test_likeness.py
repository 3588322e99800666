"""The same picture is known again after saving; another expression or person is not taken for it."""

from __future__ import annotations

import io
from itertools import combinations

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from daybreak.content.faces import load_faces
from daybreak.core.face import EXPRESSIONS
from daybreak.stimuli.likeness import fingerprint, first_alike
from tests.stimuli.folders import astronaut, drawn

PHOTO = Image.fromarray(astronaut())


def as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


@pytest.mark.parametrize(
    "copy",
    [
        as_jpeg(PHOTO, 50),
        PHOTO.resize((400, 400)),
        as_jpeg(PHOTO.resize((1200, 1200)), 80),
        ImageEnhance.Brightness(PHOTO).enhance(0.8),
        PHOTO.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    ],
    ids=["saved again", "smaller", "larger and saved again", "darker", "mirrored"],
)
def test_a_copy_is_known_again(copy: Image.Image) -> None:
    others = [fingerprint(np.asarray(drawn("drawn-01", "smiling"))), fingerprint(astronaut())]
    assert first_alike(fingerprint(np.asarray(copy)), others) == 1


def test_no_two_pictures_of_the_shipped_set_are_taken_for_the_same() -> None:
    prints = [
        fingerprint(np.asarray(drawn(face.identity, expression, 320)))
        for face in load_faces()[::4]
        for expression in EXPRESSIONS
    ]
    assert [(a, b) for a, b in combinations(range(len(prints)), 2) if first_alike(prints[b], [prints[a]]) == 0] == []


def test_nothing_is_like_nothing() -> None:
    assert first_alike(fingerprint(astronaut()), []) is None
