"""The tipping-point map: how much worse the unseen values would have to be before a conclusion changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle
from matplotlib.typing import ColorType

from daybreak.analysis.figures.look import FAINT, INK, drawing, to_svg

# Shades that stay as they are on a dark page, for the numbers on them are either white or black.
DEEP, DARK_ON_PALE, LIGHT_ON_DEEP = "#653556", "#2b2328", "#ffffff"


@dataclass(frozen=True)
class TippingFigure:
    """All the figure shows: the p value for each pair of shifts; `p[row][column]` is for `down[row]`, `across[column]`.

    `across` shifts the unseen values of the first group named, `down` those of the other.
    """

    name: str
    first: str
    other: str
    across: tuple[float, ...]
    down: tuple[float, ...]
    p: tuple[tuple[float, ...], ...]
    level: float = 0.05


def draw_tipping(shown: TippingFigure) -> str:
    """Return the map: p in every cell, the cells past the level left pale, and the border between drawn."""
    with drawing(shown.name, 7.2, 1.4 + 0.42 * len(shown.down)) as figure:
        axes = figure.subplots()
        values = np.array(shown.p)
        shade = LinearSegmentedColormap.from_list("p", [DEEP, "#cfa9bf"])
        strength = np.clip(np.log10(np.maximum(values, 1e-4)) / np.log10(shown.level), 0, None)
        kept = values < shown.level
        for row, column in np.ndindex(values.shape):
            held = bool(kept[row, column])
            colour = shade(1 - min(float(strength[row, column]) - 1, 2.0) / 2) if held else FAINT
            axes.add_patch(_cell(column, row, colour))
            light = held and strength[row, column] > 1.35
            said = _p(float(values[row, column]))
            axes.text(
                column,
                row,
                said,
                ha="center",
                va="center",
                fontsize=8.5,
                color=LIGHT_ON_DEEP if light else DARK_ON_PALE if held else INK,
            )
        _border(axes, kept)
        _dress(axes, shown)
        return to_svg(figure, shown.name)


def _cell(column: int, row: int, colour: ColorType) -> Rectangle:
    return Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, edgecolor="none")


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _border(axes: Axes, kept: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> None:
    """Draw the line on one side of which the conclusion stands."""
    rows, columns = kept.shape
    for row in range(rows):
        for column in range(columns):
            if column + 1 < columns and kept[row, column] != kept[row, column + 1]:
                axes.plot([column + 0.5] * 2, [row - 0.5, row + 0.5], color=INK, linewidth=2, zorder=5)
            if row + 1 < rows and kept[row, column] != kept[row + 1, column]:
                axes.plot([column - 0.5, column + 0.5], [row + 0.5] * 2, color=INK, linewidth=2, zorder=5)


def _dress(axes: Axes, shown: TippingFigure) -> None:
    axes.set_xlim(-0.5, len(shown.across) - 0.5)
    axes.set_ylim(-0.5, len(shown.down) - 0.5)
    axes.set_xticks(range(len(shown.across)), [f"{value:+g}".replace("-", "−") for value in shown.across])
    axes.set_yticks(range(len(shown.down)), [f"{value:+g}".replace("-", "−") for value in shown.down])
    axes.set_xlabel(f"points added to every unseen value in {shown.first}")
    axes.set_ylabel(f"… in {shown.other}")
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
