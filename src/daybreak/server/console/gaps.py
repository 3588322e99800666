"""A histogram of refresh gaps, in refreshes of the screen's own rate."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log10

# Upper borders; a gap over 1.5 refreshes makes a step long, one under half of a refresh makes it missed.
BORDERS = (0.5, 0.75, 0.9, 1.1, 1.25, 1.5, 2.0, 3.0)
LABELS = ("<0.5", "0.75", "0.9", "1.1", "1.25", "1.5", "2", "3", "more")
BAR, SPACE, FLOOR, TALLEST = 56, 12, 120, 92


@dataclass(frozen=True)
class Bar:
    """One bar, in the chart's own units; `label` is its upper border."""

    label: str
    count: int
    x: int
    height: float
    long: bool

    @property
    def y(self) -> float:
        """The bar's top."""
        return round(FLOOR - self.height, 1)

    @property
    def y_text(self) -> float:
        """The baseline of the count over the bar."""
        return round(self.y - 5, 1)

    @property
    def middle(self) -> float:
        """Where its texts are centred."""
        return self.x + BAR / 2


@dataclass(frozen=True)
class Histogram:
    """The whole chart, and its sum in words."""

    bars: tuple[Bar, ...]
    said: str
    width: int = len(LABELS) * (BAR + SPACE)
    bar_width: int = BAR


def histogram(refreshes: Iterable[float]) -> Histogram:
    """Return the chart of gaps given in refreshes; heights are logarithmic, so that single long gaps can be seen."""
    counts = Counter(bisect_left(BORDERS, gap) for gap in refreshes)
    scale = TALLEST / log10(1 + max(counts.values(), default=1))
    bars = tuple(
        Bar(label, counts[place], place * (BAR + SPACE), round(scale * log10(1 + counts[place]), 1), place > 5)
        for place, label in enumerate(LABELS)
    )
    parts = (f"{bar.count} {'over 3' if bar.label == 'more' else 'up to ' + bar.label}" for bar in bars if bar.count)
    return Histogram(bars, "Refresh gaps in refreshes: " + "; ".join(parts))
