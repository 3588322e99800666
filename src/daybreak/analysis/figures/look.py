"""The one look of all figures: colours, type, lines, and how a drawing becomes SVG that any page can carry.

Groups take colours of Okabe and Ito's palette, darkened until they stand 3:1 on paper, and differ in marker and dash
as well, so that no figure needs colour to be read. Letters are drawn as paths: a figure needs no font where it is read.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from daybreak.content.fonts import font_path

INK, SOFT, LINE, PAPER = "#2b2329", "#695c62", "#e6dacf", "#fffdfa"
ACCENT, DAWN = "#6b3a5b", "#e59a63"
FAINT = "#efe5dc"


@dataclass(frozen=True)
class Mark:
    """How one group is drawn wherever it appears."""

    colour: str
    marker: str
    dash: str | tuple[int, tuple[int, ...]]


MARKS = (
    Mark("#0068a5", "o", "solid"),
    Mark("#b5490b", "s", (0, (6, 2))),
    Mark("#00755a", "^", (0, (2, 1))),
    Mark("#8a4f7d", "D", (0, (6, 2, 1, 2))),
    Mark("#7a6400", "v", (0, (4, 1, 1, 1))),
    Mark("#5b5b5b", "P", (0, (1, 1))),
)
POOLED = Mark(ACCENT, "o", "solid")

# What a page may set in place of each colour, so that a figure follows its light and dark theme.
THEMED = {
    INK: "ink",
    SOFT: "ink-soft",
    LINE: "line",
    PAPER: "surface",
    ACCENT: "accent",
    DAWN: "dawn",
    FAINT: "faint",
    **{mark.colour: f"group-{place}" for place, mark in enumerate(MARKS, 1)},
}


def marks(groups: tuple[str, ...]) -> dict[str, Mark]:
    """Return each group's mark, by its place; one group alone takes the house's colour."""
    if len(groups) == 1:
        return {groups[0]: POOLED}
    return {group: MARKS[place % len(MARKS)] for place, group in enumerate(groups)}


@contextmanager
def drawing(name: str, width: float, height: float) -> Iterator[Figure]:
    """Open a figure of `width` x `height` inches in the house's look; `name` makes its ids stable and its own."""
    family = _family()
    with rc_context(_settings(name, family)):
        yield Figure(figsize=(width, height), layout="constrained")


@cache
def _family() -> str:
    """Tell matplotlib of the house's font, once; return its name."""
    for font in (font_path("atkinson-regular"), font_path("atkinson-bold")):
        font_manager.fontManager.addfont(font)
    return font_manager.FontProperties(fname=str(font_path("atkinson-regular"))).get_name()


def _settings(name: str, family: str) -> dict[Any, Any]:
    return {
        "svg.hashsalt": name,
        "svg.fonttype": "path",
        "font.family": family,
        "font.size": 9.5,
        "text.color": INK,
        "axes.edgecolor": SOFT,
        "axes.labelcolor": INK,
        "axes.facecolor": "none",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.8,
        "axes.titlesize": 10,
        "axes.titleweight": "semibold",
        "axes.titlelocation": "left",
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "figure.facecolor": "none",
        "grid.color": LINE,
        "grid.linewidth": 0.7,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.major.size": 3,
        "ytick.major.size": 3,
        "lines.solid_capstyle": "round",
        "lines.linewidth": 1.8,
    }


def to_svg(figure: Figure, name: str) -> str:
    """Return the drawing as an `<svg>` element without date or maker, its ids under `name`."""
    _settle(figure)
    made = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(made, format="svg", metadata=nothing)
    text = made.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.DOTALL)
    return own_ids(text, name)


def _settle(figure: Figure) -> None:
    """Lay the figure out and round where things stand: the solver's last digits differ from run to run."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = (round(value, 4) for value in axes.get_position().bounds)
        axes.set_position((left, bottom, width, height))
    for text in figure.texts:
        x, y = text.get_position()
        text.set_position((round(x, 4), round(y, 4)))


def own_ids(svg: str, name: str) -> str:
    """Return the drawing with `name` before every id, so that several can stand in one page."""
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'href="#', f'href="#{name}-', svg)
    return svg.replace("url(#", f"url(#{name}-")


def themed(svg: str) -> str:
    """Return the drawing with colours that follow the page's theme, each with the printed colour to fall back on."""
    for colour, variable in THEMED.items():
        svg = svg.replace(colour, f"var(--{variable}, {colour})")
    return svg


def spread(wanted: list[float], least: float, lowest: float = -math.inf) -> list[float]:
    """Return places near the wanted ones, in order, at least `least` apart and not below `lowest`, for labels."""
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    found = [wanted[place] for place in order]
    for _ in range(200):
        moved = False
        for place in range(1, len(found)):
            short = least - (found[place] - found[place - 1])
            if short > 1e-9:
                found[place - 1] -= short / 2
                found[place] += short / 2
                moved = True
        if not moved:
            break
    if found and found[0] < lowest:
        found = [max(value, lowest + least * place) for place, value in enumerate(found)]
    placed = [0.0] * len(wanted)
    for place, value in zip(order, found, strict=True):
        placed[place] = value
    return placed


def quiet_grid(axes: Axes, axis: str = "y") -> None:
    """Draw thin lines behind the data along one axis."""
    axes.grid(visible=True, axis=axis)  # type: ignore[arg-type]
    axes.tick_params(axis=axis, length=0)  # type: ignore[arg-type]
