"""Finds the one face of a picture and lays it on the geometry all faces share (docs/faces.md)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
from cv2.data import haarcascades

from daybreak.core.face import EYE_GAP, EYES_X, EYES_Y, PICTURE_SIDE
from daybreak.stimuli.luminance import Pixels
from daybreak.stimuli.refusals import refusal

SEARCH_SIDE = 640
SMALLEST_FACE = 1 / 6  # of the picture's shorter side; smaller finds are mostly patterns in hair and cloth
NARROWEST_GAP = EYE_GAP / 2  # eyes closer than this would be enlarged more than twice
OUTSIDE_AT_MOST = 0.15  # share of the cut-out that may lie beyond the picture's edge
MOST_TILT = math.radians(12)
# Where eyes lie in the detector's box, for faces whose eyes it cannot tell (glasses): means over frontal pictures.
EYES_DOWN, EYES_APART = 0.37, 0.41


@dataclass(frozen=True)
class Eyes:
    """The middle between both eyes, their distance in pixels, and the tilt of the line through them in radians."""

    x: float
    y: float
    gap: float
    tilt: float = 0.0


@dataclass(frozen=True)
class Box:
    """A square the detector found."""

    x: float
    y: float
    side: float


def crop_face(photo: Pixels, name: str) -> Pixels:
    """Return the picture of `PICTURE_SIDE` squared with the eyes of the one face at their place.

    Raises:
        StimuliError: no face or several, a face too small, or too close to the edge; `where` is `name`.
    """
    boxes = find_faces(photo)
    if not boxes:
        raise refusal(name, "shows no face that can be found; a frontal, evenly lit one is needed.")
    if len(boxes) > 1:
        raise refusal(name, f"shows {len(boxes)} faces; exactly one is needed.")
    eyes = find_eyes(photo, boxes[0])
    if eyes.gap < NARROWEST_GAP:
        raise refusal(
            name, f"shows a face too small: {eyes.gap:.0f} pixels between the eyes, {NARROWEST_GAP:.0f} needed."
        )
    if outside_share(photo, eyes) > OUTSIDE_AT_MOST:
        raise refusal(name, "shows a face too close to the edge; leave room around head and chin.")
    return _lay(photo, eyes)


def find_faces(photo: Pixels) -> list[Box]:
    """Return the frontal faces that OpenCV's cascade finds, in the pixels of `photo`."""
    grey, scale = _grey(photo, SEARCH_SIDE / max(photo.shape[:2]))
    smallest = int(min(grey.shape) * SMALLEST_FACE)
    found = _cascade("frontalface_alt").detectMultiScale(grey, 1.1, 5, minSize=(smallest, smallest))
    return [Box(float(x) / scale, float(y) / scale, float(side) / scale) for x, y, side, _ in found]


def find_eyes(photo: Pixels, face: Box) -> Eyes:
    """Return the eyes inside `face`: the detector's if they make a likely pair, else where they usually are."""
    usual = Eyes(face.x + face.side / 2, face.y + EYES_DOWN * face.side, EYES_APART * face.side)
    top, left = int(face.y + 0.18 * face.side), int(face.x)
    part = photo[max(top, 0) : int(face.y + 0.58 * face.side), max(left, 0) : int(face.x + face.side)]
    grey, scale = _grey(part, 240 / face.side)
    found = _cascade("eye").detectMultiScale(grey, 1.05, 5, minSize=(36, 36), maxSize=(80, 80))
    centres = [(left + float(x + w / 2) / scale, top + float(y + h / 2) / scale) for x, y, w, h in found]
    pairs = [pair for pair in (_pair(a, b) for a, b in combinations(sorted(centres), 2)) if _is_likely(pair, usual)]
    return min(pairs, key=lambda eyes: _far(eyes, usual), default=usual)


def outside_share(photo: Pixels, eyes: Eyes) -> float:
    """Return which share of the cut-out (0..1) would lie beyond the picture's edge."""
    scale = eyes.gap / EYE_GAP
    height, width = photo.shape[:2]
    left, top = eyes.x - EYES_X * scale, eyes.y - EYES_Y * scale
    across = min(left + PICTURE_SIDE * scale, width) - max(left, 0)
    down = min(top + PICTURE_SIDE * scale, height) - max(top, 0)
    return float(1 - max(across, 0) * max(down, 0) / (PICTURE_SIDE * scale) ** 2)


def _pair(left: tuple[float, float], right: tuple[float, float]) -> Eyes:
    across, down = right[0] - left[0], right[1] - left[1]
    middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
    return Eyes(*middle, math.hypot(across, down), math.atan2(down, across))


def _is_likely(eyes: Eyes, usual: Eyes) -> bool:
    return abs(eyes.gap / usual.gap - 1) < 0.25 and abs(eyes.tilt) < MOST_TILT and _far(eyes, usual) < usual.gap * 0.35


def _far(eyes: Eyes, usual: Eyes) -> float:
    return math.hypot(eyes.x - usual.x, eyes.y - usual.y)


def _lay(photo: Pixels, eyes: Eyes) -> Pixels:
    """Scale first by area, then turn and shift, so that large photographs do not alias."""
    scale = EYE_GAP / eyes.gap
    if scale < 1:
        size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
        photo = np.asarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        eyes, scale = Eyes(eyes.x * scale, eyes.y * scale, EYE_GAP, eyes.tilt), 1.0
    turn = cv2.getRotationMatrix2D((eyes.x, eyes.y), math.degrees(eyes.tilt), scale)
    turn[:, 2] += np.array([EYES_X - eyes.x, EYES_Y - eyes.y])
    side = (PICTURE_SIDE, PICTURE_SIDE)
    laid = cv2.warpAffine(photo, turn, side, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(laid, dtype=np.uint8)


def _grey(photo: Pixels, scale: float) -> tuple[Pixels, float]:
    grey = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    sized = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how)
    return np.asarray(sized, dtype=np.uint8), scale


@lru_cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(str(Path(haarcascades) / f"haarcascade_{name}.xml"))
