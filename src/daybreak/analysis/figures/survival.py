"""Kaplan-Meier curves with the numbers at risk beneath them."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from daybreak.analysis.figures.look import INK, Mark, drawing, marks, quiet_grid, spread, to_svg


@dataclass(frozen=True)
class Curve:
    """A group's curve: at each time the share still free of the event, with limits; and where people were censored."""

    group: str
    times: tuple[float, ...]
    share: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    censored: tuple[tuple[float, float], ...]
    at_risk: tuple[int, ...]


@dataclass(frozen=True)
class SurvivalFigure:
    """All the figure shows; `at_risk` of each curve is counted at `ticks`."""

    name: str
    curves: tuple[Curve, ...]
    ticks: tuple[int, ...]
    axis: str
    time: str


def draw_survival(shown: SurvivalFigure) -> str:
    """Return the curves, each labelled at its end, over a table of the people still at risk."""
    groups = tuple(curve.group for curve in shown.curves)
    looks = marks(groups)
    with drawing(shown.name, 7.2, 3.7 + 0.24 * len(groups)) as figure:
        axes, below = figure.subplots(2, 1, sharex=True, height_ratios=[3.2, 0.25 * (len(groups) + 1)])
        for curve in shown.curves:
            _curve(axes, curve, looks[curve.group])
        _labels(axes, shown, looks)
        axes.set_ylim(0, 1.02)
        axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_ylabel(shown.axis)
        axes.set_xticks(shown.ticks)
        axes.tick_params(axis="x", labelbottom=True)
        axes.set_xlabel(shown.time)
        quiet_grid(axes)
        _at_risk(below, shown, looks)
        return to_svg(figure, shown.name)


def _curve(axes: Axes, curve: Curve, mark: Mark) -> None:
    axes.step(curve.times, curve.share, where="post", color=mark.colour, linestyle=mark.dash, zorder=3)
    axes.fill_between(curve.times, curve.low, curve.high, step="post", color=mark.colour, alpha=0.1, linewidth=0)
    if curve.censored:
        times, shares = zip(*curve.censored, strict=True)
        axes.plot(times, shares, linestyle="none", marker="|", markersize=6, color=mark.colour, zorder=3)


def _labels(axes: Axes, shown: SurvivalFigure, looks: dict[str, Mark]) -> None:
    end = max(shown.ticks)
    places = spread([curve.share[-1] for curve in shown.curves], 0.075, 0.03)
    for curve, place in zip(shown.curves, places, strict=True):
        look = looks[curve.group]
        axes.text(end * 1.015, place, curve.group, color=look.colour, va="center", fontweight="semibold", clip_on=False)
    axes.set_xlim(0, end * (1.02 + 0.0165 * max(len(curve.group) for curve in shown.curves)))
    axes.spines["bottom"].set_bounds(0, end)


def _at_risk(axes: Axes, shown: SurvivalFigure, looks: dict[str, Mark]) -> None:
    axes.set_ylim(len(shown.curves) - 0.4, -0.9)
    axes.text(0, -0.75, "people at risk", fontsize=8.5, fontweight="semibold", color=INK)
    for place, curve in enumerate(shown.curves):
        look = looks[curve.group]
        for tick, count in zip(shown.ticks, curve.at_risk, strict=True):
            axes.text(tick, place, str(count), ha="center", va="center", fontsize=8.5, color=look.colour)
        axes.text(
            max(shown.ticks) * 1.03, place, curve.group, color=look.colour, va="center", fontsize=8.5, clip_on=False
        )
    axes.axis("off")
