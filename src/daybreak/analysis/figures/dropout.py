"""Which visits have a value and which have not: one row a pattern, one column a visit, people counted at the side."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from daybreak.analysis.figures.look import ACCENT, FAINT, INK, SOFT, drawing, marks, to_svg


@dataclass(frozen=True)
class Pattern:
    """A pattern of values seen (true) and missing, with how many people of each group show it."""

    seen: tuple[bool, ...]
    counts: tuple[int, ...]

    @property
    def people(self) -> int:
        """All who show it."""
        return sum(self.counts)


@dataclass(frozen=True)
class DropoutFigure:
    """All the figure shows; patterns come in the order to be drawn, the most frequent first."""

    name: str
    visits: tuple[str, ...]
    groups: tuple[str, ...]
    patterns: tuple[Pattern, ...]


def draw_dropout(shown: DropoutFigure) -> str:
    """Return the map of patterns, with the people of each group at its right and shares seen beneath."""
    with drawing(shown.name, 7.2, 1.6 + 0.28 * (len(shown.patterns) + 1)) as figure:
        axes, counts = figure.subplots(1, 2, sharey=True, width_ratios=[3.2, 1 + 0.9 * len(shown.groups)])
        for row, pattern in enumerate(shown.patterns):
            for column, seen in enumerate(pattern.seen):
                colour = ACCENT if seen else FAINT
                axes.add_patch(Rectangle((column - 0.46, row - 0.4), 0.92, 0.8, facecolor=colour, edgecolor="none"))
                if not seen:
                    axes.text(column, row, "–", ha="center", va="center", color=SOFT)
        _shares(axes, shown)
        _dress(axes, shown)
        _counts(counts, shown)
        return to_svg(figure, shown.name)


def _shares(axes: Axes, shown: DropoutFigure) -> None:
    total = sum(pattern.people for pattern in shown.patterns)
    for column in range(len(shown.visits)):
        seen = sum(pattern.people for pattern in shown.patterns if pattern.seen[column])
        share = f"{100 * seen / total:.0f} %" if total else "–"
        axes.text(column, len(shown.patterns) + 0.1, share, ha="center", va="center", fontsize=8.5, color=INK)


def _dress(axes: Axes, shown: DropoutFigure) -> None:
    axes.set_xlim(-0.5, len(shown.visits) - 0.5)
    axes.set_ylim(len(shown.patterns) + 0.6, -0.6)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(shown.visits)), shown.visits, rotation=35, ha="left", fontsize=8.5)
    axes.set_yticks([len(shown.patterns) + 0.1], ["seen"])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _counts(axes: Axes, shown: DropoutFigure) -> None:
    looks = marks(shown.groups)
    step = 1.0 / len(shown.groups)
    axes.set_xlim(0, 1)
    axes.axis("off")
    for place, group in enumerate(shown.groups):
        where = (place + 0.5) * step
        heading = {"ha": "left", "va": "bottom", "rotation": 35, "rotation_mode": "anchor", "fontsize": 8.5}
        axes.text(where, -0.75, group, color=looks[group].colour, fontweight="semibold", **heading)  # type: ignore[arg-type]
        for row, pattern in enumerate(shown.patterns):
            axes.text(where, row, str(pattern.counts[place]), ha="center", va="center", color=INK)
        total = sum(pattern.counts[place] for pattern in shown.patterns)
        axes.text(where, len(shown.patterns) + 0.1, str(total), ha="center", va="center", fontweight="semibold")
