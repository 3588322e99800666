"""Opens a picture file that nobody has vetted, and says in a sentence why it cannot be used."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from daybreak.core.face import PICTURE_SIDE
from daybreak.stimuli.luminance import Pixels
from daybreak.stimuli.refusals import refusal

MEGAPIXELS_AT_MOST = 50
LONGEST_ASPECT = 2.0
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")


def read_photo(file: Path, name: str) -> Pixels:
    """Return the RGB pixels of `file`, turned upright; transparent parts become grey.

    The size is checked before the pixels are unpacked, so that a small file cannot fill the memory.

    Raises:
        StimuliError: it is no picture, an animation, too small, too large, or too long and narrow; `where` is `name`.
    """
    try:
        with (
            warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning),
            Image.open(file, formats=FORMATS) as image,
        ):
            _check_size(image, name)
            upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal(name, _too_large()) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise refusal(name, "is not a picture that can be read.") from error
    grey = Image.new("RGBA", upright.size, (128, 128, 128, 255))
    return np.asarray(Image.alpha_composite(grey, upright).convert("RGB"))


def _check_size(image: Image.Image, name: str) -> None:
    width, height = image.size
    if getattr(image, "n_frames", 1) > 1:
        raise refusal(name, "holds more than one picture; an animation cannot be used.")
    if width * height > MEGAPIXELS_AT_MOST * 1_000_000:
        raise refusal(name, _too_large())
    if min(width, height) < PICTURE_SIDE:
        raise refusal(name, f"is {width} x {height} pixels; at least {PICTURE_SIDE} x {PICTURE_SIDE} are needed.")
    if max(width, height) > LONGEST_ASPECT * min(width, height):
        raise refusal(name, f"is {width} x {height} pixels; the longer side may be at most twice the shorter one.")


def _too_large() -> str:
    return f"has more than {MEGAPIXELS_AT_MOST} million pixels."
