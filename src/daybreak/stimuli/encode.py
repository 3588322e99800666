"""Pictures to bytes: WebP, small enough for the plan's padded pictures."""

from __future__ import annotations

import hashlib
import io

from PIL import Image

from daybreak.core.face import PICTURE_BYTES_AT_MOST
from daybreak.stimuli.luminance import Pixels

QUALITIES = (86, 78, 70, 60, 50, 40)


def to_webp(pixels: Pixels, at_most: int = PICTURE_BYTES_AT_MOST) -> bytes | None:
    """Return the picture as WebP of the best of `QUALITIES` that fits into `at_most` bytes, or None if none fits."""
    image = Image.fromarray(pixels)
    for quality in QUALITIES:
        file = io.BytesIO()
        image.save(file, "WEBP", quality=quality, method=6)
        if file.tell() <= at_most:
            return file.getvalue()
    return None


def sha256(content: bytes) -> str:
    """Return the SHA-256 of `content` as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
