"""The flow of people through the study by CONSORT 2025, drawn from boxes that must add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise

from matplotlib.ft2font import FT2Font

from daybreak.analysis.figures.look import INK, PAPER, SOFT, own_ids
from daybreak.content.fonts import font_path
from daybreak.core.errors import ExportError

WIDTH, GAP, PAD, STEP = 720, 26, 10, 15
SIDE, SIZE, MIDDLE = 300, 12, 190.0


@dataclass(frozen=True)
class FlowBox:
    """People in one state. `left` are those who go no further, by reason; what is over goes on to the next box.

    `parts` split the box, and so must sum up to it; those that count nobody are not drawn.
    """

    title: str
    count: int
    left_title: str = ""
    left: tuple[tuple[str, int], ...] = ()
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def gone(self) -> int:
        """How many go no further."""
        return sum(count for _, count in self.left)


@dataclass(frozen=True)
class FlowFigure:
    """The trunk from assessment to randomisation, and a column of boxes for each group after it."""

    name: str
    trunk: tuple[FlowBox, ...]
    columns: tuple[tuple[FlowBox, ...], ...]


def must_add_up(shown: FlowFigure) -> None:
    """Check that every box holds who left it and who came after.

    Raises:
        ExportError: a box and what comes after it do not agree; says which.
    """
    for box, after in pairwise(shown.trunk):
        _same(box.title, box.count - box.gone, after.title, after.count)
    for box in (each for column in shown.columns for each in column if each.parts):
        _same(box.title, box.count, "its parts", sum(count for _, count in box.parts))
    if shown.trunk and shown.columns:
        last = shown.trunk[-1]
        _same(last.title, last.count - last.gone, "all groups", sum(column[0].count for column in shown.columns))


def _same(title: str, went_on: int, after: str, came: int) -> None:
    if went_on != came:
        raise ExportError(
            f"{went_on} people go on from '{title}', and {came} are in '{after}'.",
            where="flow of people",
            remedy="The export is not whole; export again, and tell us if it says the same.",
        )


def draw_flow(shown: FlowFigure) -> str:
    """Return the diagram.

    Raises:
        ExportError: the boxes do not add up.
    """
    must_add_up(shown)
    parts: list[str] = []
    end = _trunk(shown.trunk, parts, bool(shown.columns))
    if shown.columns:
        end = _columns(shown, parts, end)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {end:.0f}" width="{WIDTH}" height="{end:.0f}" '
        f'font-family="Atkinson Hyperlegible Next, Atkinson Hyperlegible, sans-serif" font-size="{SIZE}" '
        f'style="fill: {INK}">'
    )
    tip = (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M0 0L8 4L0 8z" style="fill: {SOFT}"/></marker></defs>'
    )
    return own_ids("\n".join([head, tip, *parts, "</svg>"]), shown.name)


def _trunk(boxes: tuple[FlowBox, ...], parts: list[str], goes_on: bool) -> float:
    top, middle, width = 4.0, MIDDLE, 300.0
    for place, box in enumerate(boxes):
        lines = _lines(box, width)
        bottom = _draw_box(parts, middle - width / 2, top, width, lines)
        below = bottom + GAP
        if box.left_title:
            side = _left_lines(box, SIDE)
            beside = bottom + 12
            edge = _draw_box(parts, WIDTH - SIDE - 4, beside, SIDE, side)
            _arrow(parts, (middle, beside + 16), (WIDTH - SIDE - 4, beside + 16))
            below = edge + 14
        if place < len(boxes) - 1:
            _arrow(parts, (middle, bottom), (middle, below))
        elif goes_on:
            parts.append(_line((middle, bottom), (middle, below)))
        top = below
    return top


def _columns(shown: FlowFigure, parts: list[str], start: float) -> float:
    count = len(shown.columns)
    width = min(300.0, (WIDTH - 8 - 14 * (count - 1)) / count)
    start_left = 4.0 if count > 1 else MIDDLE - width / 2
    lefts = [start_left + place * (width + 14) for place in range(count)]
    middles = [left + width / 2 for left in lefts]
    parts.append(_line((min(MIDDLE, *middles), start), (max(MIDDLE, *middles), start)))
    tops = [start] * count
    for stage in range(max(map(len, shown.columns))):
        top = max(tops) + GAP
        for place, column in enumerate(shown.columns):
            if stage >= len(column):
                continue
            _arrow(parts, (middles[place], tops[place]), (middles[place], top))
            lines = [*_lines(column[stage], width), *_left_lines(column[stage], width)]
            tops[place] = _draw_box(parts, lefts[place], top, width, lines)
    return max(tops) + 4


def _lines(box: FlowBox, width: float) -> list[tuple[str, bool]]:
    return [*_wrapped(f"{box.title} (n = {box.count})", width, True), *_reasons(box.parts, width)]


def _left_lines(box: FlowBox, width: float) -> list[tuple[str, bool]]:
    if not box.left_title:
        return []
    return [*_wrapped(f"{box.left_title} (n = {box.gone})", width, True), *_reasons(box.left, width)]


def _reasons(reasons: tuple[tuple[str, int], ...], width: float) -> Iterator[tuple[str, bool]]:
    for label, count in reasons:
        if count:
            yield from _wrapped(f"{label} (n = {count})", width, False)


def _wrapped(text: str, width: float, heavy: bool) -> list[tuple[str, bool]]:
    """Break a text where the font says that it is full; `n = 5` stays together, a reason's next line is set in."""
    indent, lines = "" if heavy else "\u2002", [""]
    for word in text.replace(" = ", "\u00a0=\u00a0").split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1].strip() else lines[-1] + word
        if lines[-1].strip() and _width(longer, heavy) > width - 2 * PAD:
            lines.append(indent + word)
        else:
            lines[-1] = longer
    return [(line, heavy) for line in lines]


@cache
def _font(heavy: bool) -> FT2Font:
    font = FT2Font(str(font_path("atkinson-bold" if heavy else "atkinson-regular")))
    font.set_size(SIZE, 72)
    return font


def _width(text: str, heavy: bool) -> float:
    font = _font(heavy)
    font.set_text(text)
    return float(font.get_width_height()[0]) / 64


def _draw_box(parts: list[str], left: float, top: float, width: float, lines: list[tuple[str, bool]]) -> float:
    """Draw a box around the lines; return where it ends."""
    height = 2 * PAD + STEP * len(lines) - 3
    parts.append(
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="5" '
        f'style="fill: {PAPER}; stroke: {SOFT}"/>'
    )
    for place, (line, heavy) in enumerate(lines):
        parts.append(_text(left + PAD, top + PAD + 9 + STEP * place, line, heavy=heavy))
    return top + height


def _text(x: float, y: float, line: str, *, heavy: bool = False) -> str:
    weight = ' font-weight="700"' if heavy else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{weight}>{escape(line)}</text>'


def _line(one: tuple[float, float], other: tuple[float, float]) -> str:
    return f'<path d="M{one[0]:.1f} {one[1]:.1f}L{other[0]:.1f} {other[1]:.1f}" style="stroke: {SOFT}; fill: none"/>'


def _arrow(parts: list[str], one: tuple[float, float], other: tuple[float, float]) -> None:
    parts.append(_line(one, other).replace("/>", ' marker-end="url(#tip)"/>'))
