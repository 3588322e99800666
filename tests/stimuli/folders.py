"""Folders of pictures as a site might bring them: drawn people twice as large, and one real photograph."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import skimage.data
from PIL import Image

from daybreak.content.faces import face_bytes
from daybreak.core.face import Expression
from daybreak.stimuli.luminance import Pixels

HEAD = "file,identity,expression,licence,source\n"


def drawn(identity: str, expression: Expression, side: int = 640) -> Image.Image:
    """Return a picture of the shipped set in another size."""
    image = Image.open(io.BytesIO(face_bytes(identity, expression))).convert("RGB")
    return image.resize((side, side), Image.Resampling.BICUBIC)


def photograph(name: str) -> Pixels:
    """Return one of the photographs in scikit-image's wheel; nothing is fetched."""
    return np.asarray(Image.fromarray(getattr(skimage.data, name)()).convert("RGB"))


def astronaut() -> Pixels:
    """Return NASA's public-domain portrait of Eileen Collins, 512 x 512."""
    return photograph("astronaut")


def line(file: str, identity: str, expression: str, licence: str = "for this study", source: str = "our lab") -> str:
    """Return one line of a manifest."""
    return f"{file},{identity},{expression},{licence},{source}\n"


def two_people(folder: Path) -> Path:
    """Fill `folder` with a set that is in order: Ada and Ben, smiling and neutral."""
    folder.mkdir()
    lines = HEAD
    for identity, drawing in (("ada", "drawn-02"), ("ben", "drawn-30")):
        for expression in ("smiling", "neutral"):
            drawn(drawing, expression).save(folder / f"{identity}-{expression}.png")
            lines += line(f"{identity}-{expression}.png", identity, expression)
    (folder / "manifest.csv").write_text(lines)
    return folder


def everything_in(folder: Path) -> dict[str, bytes]:
    """Return all files below `folder` by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
