"""One face is found where one is, and lies where all faces lie."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from daybreak.core.errors import StimuliError
from daybreak.core.face import EYE_GAP, EYES_X, EYES_Y, PICTURE_SIDE
from daybreak.stimuli.crop import Eyes, crop_face, find_eyes, find_faces, outside_share
from daybreak.stimuli.luminance import Pixels
from tests.stimuli.folders import astronaut, drawn, photograph


def eyes_in(picture: Pixels) -> Eyes:
    faces = find_faces(picture)
    assert len(faces) == 1
    return find_eyes(picture, faces[0])


def resized(photo: Pixels, side: int) -> Pixels:
    return np.asarray(Image.fromarray(photo).resize((side, side), Image.Resampling.LANCZOS))


def test_a_real_photograph_is_laid_on_the_shared_geometry() -> None:
    laid = crop_face(astronaut(), "astronaut.png")
    assert laid.shape == (PICTURE_SIDE, PICTURE_SIDE, 3)
    eyes = eyes_in(laid)
    assert (eyes.x, eyes.y) == pytest.approx((EYES_X, EYES_Y), abs=4)
    assert eyes.gap == pytest.approx(EYE_GAP, abs=5)


@pytest.mark.parametrize("side", [640, 1500])
def test_the_size_of_the_photograph_does_not_matter(side: int) -> None:
    first = crop_face(astronaut(), "a").astype(float)
    again = crop_face(resized(astronaut(), side), "a").astype(float)
    assert np.corrcoef(first.ravel(), again.ravel())[0, 1] > 0.97


def test_a_tilted_head_is_turned_upright() -> None:
    tilted = np.asarray(Image.fromarray(astronaut()).rotate(8, Image.Resampling.BICUBIC, center=(224, 102)))
    assert eyes_in(tilted).tilt < -0.04
    assert abs(eyes_in(crop_face(tilted, "a")).tilt) < 0.04


def test_eyes_behind_glasses_are_taken_from_the_face() -> None:
    laid = crop_face(np.asarray(drawn("drawn-35", "neutral")), "glasses.png")
    shipped = np.asarray(drawn("drawn-35", "neutral", PICTURE_SIDE)).astype(float)
    assert np.abs(laid.astype(float) - shipped).mean() < 25


@pytest.mark.parametrize("name", ["coffee", "camera", "chelsea", "rocket"])
def test_a_picture_without_a_face_is_refused(name: str) -> None:
    with pytest.raises(StimuliError) as caught:
        crop_face(photograph(name), f"{name}.png")
    assert (
        caught.value.sentence() == f"{name}.png: shows no face that can be found; a frontal, evenly lit one is needed."
    )


def test_two_faces_are_refused() -> None:
    with pytest.raises(StimuliError, match=r"two\.png: shows 2 faces; exactly one is needed\."):
        crop_face(np.hstack([astronaut(), astronaut()]), "two.png")


def test_a_small_face_is_refused() -> None:
    with pytest.raises(StimuliError, match=r"small\.png: shows a face too small: [23][0-9] pixels between the eyes"):
        crop_face(resized(astronaut(), 340), "small.png")


def test_a_face_at_the_edge_is_refused() -> None:
    with pytest.raises(StimuliError, match=r"edge\.png: shows a face too close to the edge; leave room"):
        crop_face(astronaut()[50:], "edge.png")


def test_the_share_outside_is_that_of_the_cut_out_square() -> None:
    photo = np.zeros((PICTURE_SIDE, PICTURE_SIDE, 3), dtype=np.uint8)
    assert outside_share(photo, Eyes(EYES_X, EYES_Y, EYE_GAP)) == pytest.approx(0)
    assert outside_share(photo, Eyes(EYES_X + 80, EYES_Y, EYE_GAP)) == pytest.approx(0.25)
    assert outside_share(photo, Eyes(EYES_X * 2, EYES_Y * 2, EYE_GAP * 2)) == pytest.approx(0.75)
