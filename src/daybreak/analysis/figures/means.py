"""The primary figure: model means with 95 % confidence limits over everybody's own line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from daybreak.analysis.figures.look import INK, SOFT, Mark, drawing, marks, quiet_grid, spread, to_svg

MOST_LEVEL = 7
"""As many names of visits stand side by side; more are turned."""


@dataclass(frozen=True)
class MeanPoint:
    """A group's mean at one place of the axis of time, with its confidence limits."""

    group: str
    place: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class PersonLine:
    """What one person scored, by place; visits that were missed are left out."""

    group: str
    places: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class MeansFigure:
    """All the figure shows. `visits` names the places of the axis in order; lines and means count from 0 into it."""

    name: str
    groups: tuple[str, ...]
    visits: tuple[str, ...]
    means: tuple[MeanPoint, ...]
    lines: tuple[PersonLine, ...]
    axis: str
    better: str = "lower is better"


def draw_means(shown: MeansFigure) -> str:
    """Return the figure: a panel for each group with its people's lines, and one with all means together."""
    panels, looks = len(shown.groups), marks(shown.groups)
    with drawing(shown.name, 7.2, 6.2 if panels > 1 else 3.6) as figure:
        if panels == 1:
            axes = figure.subplots()
            _people(axes, shown, shown.groups[0], looks[shown.groups[0]])
            _dress(axes, shown)
        else:
            grid = figure.subplot_mosaic([["all"] * panels, list(range(panels))], height_ratios=[1.25, 1], sharey=False)
            _together(grid["all"], shown, looks)
            for place, group in enumerate(shown.groups):
                axes = grid[place]
                _people(axes, shown, group, looks[group])
                _dress(axes, shown, small=True, named=place == 0)
                axes.set_ylim(*_range(shown))
        return to_svg(figure, shown.name)


def _range(shown: MeansFigure) -> tuple[float, float]:
    values = [value for line in shown.lines for value in line.values]
    values += [edge for point in shown.means for edge in (point.low, point.high)]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    margin = max((high - low) * 0.05, 0.5)
    return low - margin, high + margin


def _together(axes: Axes, shown: MeansFigure, looks: dict[str, Mark]) -> None:
    """All groups' means in one panel, a little apart sideways so that limits do not cover one another."""
    last: list[float] = []
    count = len(shown.groups)
    for place, group in enumerate(shown.groups):
        shift = (place - (count - 1) / 2) * 0.07
        _mean_line(axes, shown, group, looks[group], shift)
        last.append(next((point.mean for point in reversed(_of(shown, group))), 0.0))
    low, high = axes.get_ylim()
    for group, where in zip(shown.groups, spread(last, (high - low) * 0.085), strict=True):
        axes.annotate(
            group,
            (len(shown.visits) - 1 + 0.16, where),
            color=looks[group].colour,
            va="center",
            fontweight="semibold",
            annotation_clip=False,
        )
    _dress(axes, shown)
    axes.set_xlim(-0.3, len(shown.visits) - 0.7 + 0.115 * max(map(len, shown.groups)))
    axes.spines["bottom"].set_bounds(-0.3, len(shown.visits) - 1 + 0.1)


def _of(shown: MeansFigure, group: str) -> list[MeanPoint]:
    return sorted((point for point in shown.means if point.group == group), key=lambda point: point.place)


def _mean_line(axes: Axes, shown: MeansFigure, group: str, mark: Mark, shift: float = 0.0) -> None:
    points = _of(shown, group)
    where = [point.place + shift for point in points]
    means = [point.mean for point in points]
    below = [point.mean - point.low for point in points]
    above = [point.high - point.mean for point in points]
    axes.errorbar(
        where,
        means,
        yerr=[below, above],
        color=mark.colour,
        marker=mark.marker,
        linestyle=mark.dash,
        markersize=5.5,
        capsize=3,
        elinewidth=1.4,
        zorder=4,
    )


def _people(axes: Axes, shown: MeansFigure, group: str, mark: Mark) -> None:
    lines = [line for line in shown.lines if line.group == group]
    faint = max(0.12, min(0.45, 9 / max(len(lines), 1)))
    for line in lines:
        axes.plot(line.places, line.values, color=SOFT, alpha=faint, linewidth=0.8, zorder=1)
    _mean_line(axes, shown, group, mark)
    if len(shown.groups) > 1:
        axes.set_title(f"{group}\n", color=mark.colour, fontsize=9.5)
        axes.text(0, 1.02, f"{len(lines)} people", transform=axes.transAxes, fontsize=8.5, color=INK)


def _dress(axes: Axes, shown: MeansFigure, *, small: bool = False, named: bool = True) -> None:
    quiet_grid(axes)
    axes.set_xticks(range(len(shown.visits)), shown.visits)
    if small or len(shown.visits) > MOST_LEVEL:
        axes.tick_params(axis="x", rotation=90, labelsize=8)
    if named:
        axes.set_ylabel(f"{shown.axis}\n({shown.better})" if not small else shown.axis)
    else:
        axes.set_yticklabels([])


def people_line(group: str, values: Sequence[float | None]) -> PersonLine:
    """Return a person's line from one value a visit, None where it was missed."""
    seen = [(place, value) for place, value in enumerate(values) if value is not None]
    return PersonLine(group, tuple(place for place, _ in seen), tuple(value for _, value in seen))
