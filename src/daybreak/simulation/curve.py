"""Power against the number of people, a line a question, with the limits for the chance in simulating."""

from __future__ import annotations

import io
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from daybreak.analysis.figures.look import SOFT, drawing, marks, quiet_grid, to_svg
from daybreak.simulation.power import Row

NAME = "power"
DOTS_PER_INCH = 200


def named(row: Row) -> str:
    """Return what a question is called in words."""
    if " - " not in row.contrast:
        return {"all": "all of them", "any": "any of them"}[row.contrast]
    return f"{row.contrast}, {row.visit or 'mean of visits'}"


def draw_curve(rows: Sequence[Row], title: str, shows: str = NAME, *, png: bool = False) -> bytes:
    """Return the figure as an SVG file, or as a PNG file; `shows` names what goes up, power or assurance."""
    questions = tuple(dict.fromkeys(named(row) for row in rows))
    with drawing(NAME, 7.2, 3.6 + 0.2 * len(questions)) as figure:
        axes = figure.subplots()
        for question, mark in marks(questions).items():
            one = sorted((row for row in rows if named(row) == question), key=lambda row: row.n)
            spread = [[row.power - row.low for row in one], [row.high - row.power for row in one]]
            axes.errorbar(
                [row.n for row in one],
                [row.power for row in one],
                yerr=spread,
                color=mark.colour,
                marker=mark.marker,
                linestyle=mark.dash,
                markersize=5,
                capsize=2.5,
                label=question,
            )
        _dress(axes, title, shows)
        if not png:
            return to_svg(figure, NAME).encode()
        made = io.BytesIO()
        figure.savefig(made, format="png", dpi=DOTS_PER_INCH, facecolor="white", metadata={"Software": None})
        return made.getvalue()


def _dress(axes: Axes, title: str, shows: str) -> None:
    axes.set_title(title)
    axes.set_xlabel("people")
    axes.set_ylabel(shows)
    axes.set_ylim(0, 1.02)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.axhline(0.8, color=SOFT, linewidth=0.7, linestyle=(0, (4, 4)), zorder=0)
    quiet_grid(axes)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.18), frameon=False)
