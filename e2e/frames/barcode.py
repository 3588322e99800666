"""Reads the pixel bar code that says which refresh of which phase of which step a frame shows.

The layout is that of `player/src/witness.ts`: one row of black and white cells, high bit first. Black and white survive
every encoding; a frame that mixes two pictures fails the lead or the sum.
"""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image

CELL_PX = 8
LEAD = 0b10101100
LEAD_BITS, STEP_BITS, PHASE_BITS, REFRESH_BITS, SUM_BITS = 8, 12, 4, 12, 4
CELLS = LEAD_BITS + STEP_BITS + PHASE_BITS + REFRESH_BITS + SUM_BITS
WIDTH_PX = CELLS * CELL_PX

Pixels = npt.NDArray[np.uint8]


class Code(NamedTuple):
    """What a frame says of itself. All count from 0: the step as presented, its phase, the refresh within the step."""

    step: int
    phase: int
    refresh: int


def cells_of(code: Code) -> list[bool]:
    """Return the cells that show `code`, true for white. Numbers too large for their cells wrap round."""
    step, phase, refresh = code.step % 4096, code.phase, code.refresh % 4096
    numbers = (LEAD, step, phase, refresh, (step + phase + refresh) % 16)
    widths = (LEAD_BITS, STEP_BITS, PHASE_BITS, REFRESH_BITS, SUM_BITS)
    return [
        bool(number >> bit & 1) for number, width in zip(numbers, widths, strict=True) for bit in reversed(range(width))
    ]


def as_html(code: Code) -> str:
    """Return the same bar code as an HTML element, for pages that draw no canvas."""
    stops = (
        f"{'#fff' if cell else '#000'} {n * CELL_PX}px {(n + 1) * CELL_PX}px" for n, cell in enumerate(cells_of(code))
    )
    style = f"position:fixed;left:0;top:0;width:{WIDTH_PX}px;height:{CELL_PX}px"
    return f'<div style="{style};background:linear-gradient(90deg,{",".join(stops)})"></div>'


def decode(image: bytes) -> Pixels:
    """Return the grey values of an encoded image, one row after the other."""
    with Image.open(io.BytesIO(image)) as opened:
        return np.asarray(opened.convert("L"))


def decode_rgb(image: bytes) -> Pixels:
    """Return the red, green and blue values of an encoded image, row by row."""
    with Image.open(io.BytesIO(image)) as opened:
        return np.asarray(opened.convert("RGB"))


def read(pixels: Pixels, left: int = 0, top: int = 0) -> Code | None:
    """Return the code whose top left pixel is `left`, `top` of a grey image, or None if none holds together there."""
    row = pixels[top + CELL_PX // 2 : top + CELL_PX // 2 + 1, left + CELL_PX // 2 : left + WIDTH_PX : CELL_PX]
    if row.size != CELLS or not np.all((row < 64) | (row > 191)):
        return None
    bits = "".join("1" if grey > 127 else "0" for grey in row[0])
    whole = int(bits, 2)
    numbers = []
    for width in (SUM_BITS, REFRESH_BITS, PHASE_BITS, STEP_BITS, LEAD_BITS):
        numbers.append(whole & (1 << width) - 1)
        whole >>= width
    total, refresh, phase, step, lead = numbers
    return Code(step, phase, refresh) if lead == LEAD and total == (step + phase + refresh) % 16 else None
