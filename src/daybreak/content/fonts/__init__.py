"""Fonts for printed copies, as TrueType; `scripts/make_fonts.py` made them from what npm and the system bring."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal

Font = Literal["atkinson-regular", "atkinson-bold", "dejavu-subset"]


def font_path(font: Font) -> Path:
    """Return where a font lies: Atkinson for text in Latin letters, DejaVu for Greek, Cyrillic and rare accents."""
    return Path(str(files(__name__) / f"{font}.ttf"))
