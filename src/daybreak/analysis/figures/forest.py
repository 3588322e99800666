"""A forest plot: one estimate with its limits a row, as in subgroups and in the set of sensitivity analyses."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import shorten

from matplotlib.axes import Axes

from daybreak.analysis.figures.look import ACCENT, FAINT, INK, SOFT, drawing, quiet_grid, to_svg

LONGEST, LONGEST_HEADING = 31, 46
# The house's font has no arrows.
ARROWS = ["Atkinson Hyperlegible Next", "DejaVu Sans"]


@dataclass(frozen=True)
class ForestRow:
    """One row. A heading has no estimate; `note` is a word at the right edge, such as the p of an interaction."""

    label: str
    count: int | None = None
    estimate: float | None = None
    low: float = 0.0
    high: float = 0.0
    inner: bool = False
    main: bool = False
    note: str = ""


@dataclass(frozen=True)
class ForestFigure:
    """All the figure shows; `left` and `right` say what a difference below or above nil favours."""

    name: str
    rows: tuple[ForestRow, ...]
    axis: str
    left: str
    right: str
    counted: str = "people"


def draw_forest(shown: ForestFigure) -> str:
    """Return the plot, with labels and people at its left and the figures at its right."""
    height = 0.95 + 0.25 * len(shown.rows)
    with drawing(shown.name, 7.2, height) as figure:
        names, axes, figures = figure.subplots(1, 3, sharey=True, width_ratios=[2.9, 3.2, 2.0])
        for place, row in enumerate(shown.rows):
            _row(axes, place, row)
            _words(names, figures, place, row)
        _dress(names, axes, figures, shown)
        return to_svg(figure, shown.name)


def _row(axes: Axes, place: int, row: ForestRow) -> None:
    if place % 2 == 0:
        axes.axhspan(place - 0.5, place + 0.5, color=FAINT, linewidth=0, zorder=0)
    if row.estimate is None:
        return
    axes.plot([row.low, row.high], [place, place], color=ACCENT, linewidth=2.2 if row.main else 1.4, zorder=3)
    size = 8 if row.main else 5.5
    axes.plot(row.estimate, place, marker="D" if row.main else "s", markersize=size, color=ACCENT, zorder=4)


def _words(names: Axes, figures: Axes, place: int, row: ForestRow) -> None:
    heavy = "semibold" if row.main or row.estimate is None else "normal"
    for axes in (names, figures):
        if place % 2 == 0:
            axes.axhspan(place - 0.5, place + 0.5, color=FAINT, linewidth=0, zorder=0)
    label = shorten(row.label, LONGEST_HEADING if row.count is None else LONGEST, placeholder=" …")
    words = [names.text(0.06 if row.inner else 0.0, place, label, va="center", fontweight=heavy)]
    if row.count is not None:
        words.append(names.text(0.97, place, str(row.count), va="center", ha="right", color=INK))
    if row.estimate is not None:
        estimate, low, high = (_said(value) for value in (row.estimate, row.low, row.high))
        said = f"{estimate} ({low} to {high})"
        words.append(figures.text(0.02, place, said, va="center", fontweight="semibold" if row.main else "normal"))
    if row.note:
        words.append(figures.text(0.98, place, row.note, va="center", ha="right", color=SOFT, fontsize=8.5))
    for each in words:
        each.set_in_layout(False)


def _said(value: float) -> str:
    """Return a number with one digit and a true minus sign; what rounds to nil has none."""
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "−")


def _dress(names: Axes, axes: Axes, figures: Axes, shown: ForestFigure) -> None:
    axes.axvline(0, color=INK, linewidth=0.9, zorder=2)
    axes.set_ylim(len(shown.rows) - 0.5, -0.5)
    low, high = axes.get_xlim()
    reach = max(abs(low), abs(high))
    axes.set_xlim(-reach, reach)
    axes.set_xlabel(f"◀ {shown.left}        {shown.right} ▶", fontsize=8.5, color=SOFT, fontfamily=ARROWS)
    axes.set_title(shown.axis, fontsize=9, loc="center")
    quiet_grid(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0, labelleft=False)
    for side in (names, figures):
        side.set_xlim(0, 1)
        side.axis("off")
    names.set_title(shown.counted, fontsize=9, loc="right")
    figures.set_title("difference (95 % CI)", fontsize=9)
