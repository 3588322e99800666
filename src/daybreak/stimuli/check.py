"""Verifies a finished set, shipped or imported: files, seals, sizes, luminance, one face in each picture."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from daybreak.content.faces import DRAWN, face_bytes, load_face_set
from daybreak.core.errors import StimuliError
from daybreak.core.face import (
    EXPRESSIONS,
    LUMINANCE_MEAN,
    LUMINANCE_MEAN_TOLERANCE,
    PICTURE_BYTES_AT_MOST,
    PICTURE_SIDE,
    RMS_CONTRAST,
    RMS_CONTRAST_TOLERANCE,
    Expression,
    Face,
    FaceSet,
)
from daybreak.stimuli.crop import find_faces
from daybreak.stimuli.luminance import Pixels, measure
from daybreak.stimuli.refusals import RefusedPicturesError, refusal

Progress = Callable[[Sequence[Face]], Iterable[Face]]


def check_faces(folder: Path | None = None, progress: Progress = iter) -> FaceSet:
    """Return the manifest of the set in `folder` (or of the shipped one) after checking every picture.

    Raises:
        RefusedPicturesError: one or more pictures are not as they should be; it holds every reason.
        StimuliError: the manifest itself is missing or faulty.
    """
    faces = load_face_set(folder)
    refusals = [fault for face in progress(faces.faces) for fault in _face_faults(face, folder)]
    refusals += _strangers(faces, folder or DRAWN)
    if refusals:
        raise RefusedPicturesError(refusals, where=str(folder or DRAWN))
    return faces


def _face_faults(face: Face, folder: Path | None) -> Iterator[StimuliError]:
    for expression in EXPRESSIONS:
        name = face.picture(expression).file
        try:
            pixels = _open(face, expression, folder)
        except StimuliError as error:
            yield refusal(name, error.what)
        else:
            yield from (refusal(name, sentence) for sentence in _pixel_faults(pixels))


def _open(face: Face, expression: Expression, folder: Path | None) -> Pixels:
    content = face_bytes(face, expression, folder)
    name = face.picture(expression).file
    if len(content) > PICTURE_BYTES_AT_MOST:
        raise refusal(name, f"has {len(content)} bytes; at most {PICTURE_BYTES_AT_MOST} fit.")
    try:
        with Image.open(io.BytesIO(content), formats=("WEBP",)) as image:
            if image.size != (PICTURE_SIDE, PICTURE_SIDE):
                raise refusal(name, f"is {image.width} x {image.height} pixels, not {PICTURE_SIDE} x {PICTURE_SIDE}.")
            return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        raise refusal(name, "is not a WebP picture that can be read.") from error


def _pixel_faults(pixels: Pixels) -> Iterator[str]:
    light = measure(pixels)
    if abs(light.mean - LUMINANCE_MEAN) > LUMINANCE_MEAN_TOLERANCE:
        yield f"has a mean luminance of {light.mean:.3f}, not {LUMINANCE_MEAN} within {LUMINANCE_MEAN_TOLERANCE}."
    if abs(light.contrast - RMS_CONTRAST) > RMS_CONTRAST_TOLERANCE:
        yield f"has a contrast of {light.contrast:.3f}, not {RMS_CONTRAST} within {RMS_CONTRAST_TOLERANCE}."
    faces = len(find_faces(pixels))
    if faces != 1:
        yield f"shows {faces} faces that can be found; exactly one is needed."


def _strangers(faces: FaceSet, folder: Path) -> Iterator[StimuliError]:
    for file in sorted(folder.glob("*.webp")):
        if file.name not in faces.files():
            yield refusal(file.name, "is in the folder but not in the manifest.")
