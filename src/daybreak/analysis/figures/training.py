"""How the training reached people: the delivered dose of each, and how long each refresh of the display really took."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from daybreak.analysis.figures.look import DAWN, INK, MARKS, SOFT, drawing, marks, quiet_grid, to_svg


@dataclass(frozen=True)
class DoseFigure:
    """Everybody's delivered dose, 0 to 1, by group."""

    name: str
    doses: tuple[tuple[str, tuple[float, ...]], ...]
    enough: float | None = None
    """The dose from which somebody counts as having kept to the protocol."""


@dataclass(frozen=True)
class TimingFigure:
    """Presentations by refresh rate: how many were shown as planned (`ok`), and how many not, by reason."""

    name: str
    rates: tuple[int, ...]
    statuses: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


def draw_doses(shown: DoseFigure) -> str:
    """Return a histogram a group on one scale, people counted upwards in tenths of the planned dose."""
    looks = marks(tuple(group for group, _ in shown.doses))
    with drawing(shown.name, 7.2, 2.6) as figure:
        panels = figure.subplots(1, len(shown.doses), sharey=True, squeeze=False)[0]
        edges = np.linspace(0, 1, 11)
        for axes, (group, doses) in zip(panels, shown.doses, strict=True):
            axes.hist(np.clip(doses, 0, 1), bins=edges, color=looks[group].colour, rwidth=0.9)
            axes.set_title(group, color=looks[group].colour)
            _scale(axes)
            if shown.enough is not None:
                axes.axvline(shown.enough, color=INK, linewidth=1, linestyle=(0, (2, 2)))
        panels[0].set_ylabel("people")
        figure.supxlabel("delivered dose: valid exposures / planned exposures", fontsize=9.5)
        return to_svg(figure, shown.name)


def _scale(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "¼", "½", "¾", "1"])
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    quiet_grid(axes)


def draw_timing(shown: TimingFigure) -> str:
    """Return one bar a refresh rate: the share of presentations as planned, and of each fault, labelled with counts."""
    shades = (MARKS[0].colour, DAWN, "#b03a48", "#8a8a8a")
    with drawing(shown.name, 7.2, 1.3 + 0.42 * len(shown.rates)) as figure:
        axes = figure.subplots()
        for row, counts in enumerate(shown.counts):
            _bar(axes, row, counts, shades)
        axes.set_yticks(range(len(shown.rates)), [f"{rate} Hz" for rate in shown.rates])
        axes.set_ylim(len(shown.rates) - 0.45, -0.55)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        handles = [Rectangle((0, 0), 1, 1, color=colour) for colour in shades[: len(shown.statuses)]]
        figure.legend(handles, shown.statuses, loc="outside upper left", ncols=4, frameon=False, handlelength=1)
        return to_svg(figure, shown.name)


def _bar(axes: Axes, row: int, counts: tuple[int, ...], shades: tuple[str, ...]) -> None:
    total, start = sum(counts), 0.0
    for count, colour in zip(counts, shades, strict=False):
        share = count / total if total else 0.0
        axes.barh(row, share, left=start, color=colour, height=0.6)
        start += share
    axes.text(1.01, row, f"{total:,}".replace(",", " "), va="center", fontsize=8.5, color=SOFT, clip_on=False)
