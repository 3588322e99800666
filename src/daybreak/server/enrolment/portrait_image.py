"""A foreign picture becomes a plain portrait: checked before it is decoded, cropped, stripped of everything else."""

from __future__ import annotations

import io
import threading

from PIL import Image, ImageOps

from daybreak.core.errors import DaybreakError
from daybreak.core.face import PICTURE_SIDE
from daybreak.core.picture import IMAGE_BYTES_AT_MOST

PIXELS_AT_MOST = 40_000_000
SIDE_AT_LEAST = 160
QUALITIES = (92, 88, 84, 78, 70, 60, 50, 40, 30, 20)
GROUND = (238, 238, 238)

# The limit is ours and is checked by hand below; Pillow's own would only warn, and at another number.
Image.MAX_IMAGE_PIXELS = None
# One picture is decoded at a time: each may take some hundred megabytes.
_decoding = threading.Lock()


class PictureError(DaybreakError):
    """A picture that cannot become a portrait."""

    code = "not-a-picture"


def plain_portrait(data: bytes) -> bytes:
    """Return `data` as a square WebP of PICTURE_SIDE pixels without any metadata, small enough for a picture slot.

    Raises:
        PictureError: it is no WebP, JPEG or PNG (`not-a-picture`), has too many pixels (`picture-too-large`) or too few
            (`picture-too-small`).
    """
    width, height = _size(data)
    if width * height > PIXELS_AT_MOST:
        raise PictureError("This picture has too many pixels; at most 40 million fit.", code="picture-too-large")
    if min(width, height) < SIDE_AT_LEAST:
        raise PictureError(f"This picture is smaller than {SIDE_AT_LEAST} pixels.", code="picture-too-small")
    with _decoding:
        return _small(_square(data))


def _size(data: bytes) -> tuple[int, int]:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        # Pillow hands a WebP to its decoder, canvas and all, on opening; so its header is read here first.
        return _webp_size(data)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as image:
            return image.size
    except Exception as error:  # foreign bytes: a decoder may raise anything
        raise PictureError("This is not a picture we can read. Use a JPEG, PNG or WebP.") from error


def _webp_size(data: bytes) -> tuple[int, int]:
    """Return width and height from the header (RFC 9649, sections 2.5 to 2.7; VP8: RFC 6386, section 9.1)."""
    kind, body = data[12:16], data[20:30]
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _square(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("WEBP", "JPEG", "PNG")) as image:
            if image.width * image.height > PIXELS_AT_MOST:
                raise PictureError("This picture says two different sizes.")
            image.draft("RGB", (PICTURE_SIDE, PICTURE_SIDE))
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except PictureError:
        raise
    except Exception as error:  # foreign bytes: a decoder may raise anything
        raise PictureError("This picture is damaged. Take or choose another one.") from error
    square = ImageOps.fit(upright, (PICTURE_SIDE, PICTURE_SIDE), Image.Resampling.LANCZOS)
    ground = Image.new("RGB", square.size, GROUND)
    ground.paste(square, mask=square.getchannel("A"))
    return ground


def _small(image: Image.Image) -> bytes:
    for quality in QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=4)
        if buffer.tell() <= IMAGE_BYTES_AT_MOST:
            return buffer.getvalue()
    raise PictureError("This picture cannot be made small enough. Choose another one.", code="picture-too-large")
