"""Make the fonts of printed copies, once, from the variable web font that npm brings and from DejaVu Sans.

Run it in an environment that has `fonttools[woff]`, on a machine with DejaVu Sans installed:

    python scripts/make_fonts.py /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "player/node_modules/@fontsource-variable/atkinson-hyperlegible-next/files"
FONTS = ROOT / "src/daybreak/content/fonts"
WEIGHTS = {"regular": 400, "bold": 600}
LATIN, DIACRITICS, GREEK_CYRILLIC, VIETNAMESE = (0x20, 0x250), (0x300, 0x370), (0x370, 0x530), (0x1E00, 0x1F00)
PUNCTUATION = (0x2010, 0x2040)


def make_atkinson(name: str, weight: int) -> None:
    """Write one weight, with Latin and Latin Extended letters together."""
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for part in ("latin", "latin-ext"):
            font = TTFont(SOURCE / f"atkinson-hyperlegible-next-{part}-wght-normal.woff2")
            font.flavor = None
            parts.append(str(Path(folder) / f"{part}.ttf"))
            instantiateVariableFont(font, {"wght": weight}).save(parts[-1])
        Merger().merge(parts).save(FONTS / f"atkinson-{name}.ttf")


def make_fallback(source: Path) -> None:
    """Write what Atkinson lacks and names may hold."""
    options = subset.Options()
    options.layout_features = ["kern", "mark", "ccmp"]
    options.hinting = False
    cutter = subset.Subsetter(options)
    cutter.populate(
        unicodes=[
            code for span in (LATIN, DIACRITICS, GREEK_CYRILLIC, VIETNAMESE, PUNCTUATION) for code in range(*span)
        ]
    )
    font = TTFont(source)
    cutter.subset(font)
    font.save(FONTS / "dejavu-subset.ttf")


if __name__ == "__main__":
    for name, weight in WEIGHTS.items():
        make_atkinson(name, weight)
    make_fallback(Path(sys.argv[1]))
