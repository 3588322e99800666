"""Draws the picture of docs/faces.md: twelve of the shipped identities, neutral above smiling."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from daybreak.content.faces import face_bytes, load_faces
from daybreak.core.face import Expression

TARGET = Path(__file__).parent.parent / "docs" / "pictures" / "faces.webp"
COLUMNS, SIDE, GAP = 6, 120, 8
PAPER = (255, 255, 255)
SHOWN = (2, 7, 9, 15, 18, 23, 26, 32, 34, 40, 42, 45)


def show(identity: str, expression: Expression) -> Image.Image:
    """Return one picture in the sheet's size."""
    image = Image.open(io.BytesIO(face_bytes(identity, expression))).convert("RGB")
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def main() -> None:
    """Write the sheet."""
    faces = load_faces()
    shown = [faces[number - 1].identity for number in SHOWN]
    rows = -(-len(shown) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (SIDE + GAP) + GAP, rows * (2 * SIDE + GAP) + GAP), PAPER)
    for place, identity in enumerate(shown):
        left, top = GAP + place % COLUMNS * (SIDE + GAP), GAP + place // COLUMNS * (2 * SIDE + GAP)
        sheet.paste(show(identity, "neutral"), (left, top))
        sheet.paste(show(identity, "smiling"), (left, top + SIDE))
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(TARGET, "WEBP", quality=85, method=6)


if __name__ == "__main__":
    main()
