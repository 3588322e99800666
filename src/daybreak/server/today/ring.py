"""The ring of beads: one bead a training session, the beads of one day close together, clockwise from the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin

from daybreak.core.schedule import SessionWindow, State

CENTRE = 120.0
RADIUS = 92.0
LARGEST_BEAD = 15.0


@dataclass(frozen=True)
class Bead:
    """One session's bead in the ring's own units: 240 by 240, the centre at 120."""

    number: int
    state: State
    x: float
    y: float
    radius: float

    @property
    def y_text(self) -> float:
        """Where the number's baseline stands, so that its middle is the bead's."""
        return round(self.y + 4.5, 1)

    @property
    def tick(self) -> str:
        """The path of the tick in a finished bead."""
        return f"M{self.x - 5.5:.1f} {self.y + 0.5:.1f}l4 4 7-8"


@dataclass(frozen=True)
class Ring:
    """Beads, and the arcs that hold the beads of one day together."""

    beads: tuple[Bead, ...]
    arcs: tuple[str, ...]


def draw_ring(windows: Sequence[SessionWindow]) -> Ring:
    """Return the ring of a calendar; an empty calendar gives an empty ring."""
    days = sorted({window.day for window in windows})
    angles = [angle for day in days for angle in _angles(windows, days, day)]
    closest = min((b - a for a, b in pairwise(angles)), default=pi)
    radius = round(min(LARGEST_BEAD, 0.42 * RADIUS * closest), 1)
    beads = tuple(
        Bead(window.number, window.state, *_point(angle), radius) for window, angle in zip(windows, angles, strict=True)
    )
    arcs = tuple(_arc(_angles(windows, days, day)) for day in days if _count(windows, day) > 1)
    return Ring(beads, arcs)


def _count(windows: Sequence[SessionWindow], day: int) -> int:
    return sum(window.day == day for window in windows)


def _angles(windows: Sequence[SessionWindow], days: list[int], day: int) -> list[float]:
    """Return the angles of one day's beads, in radians from the top; they fill the middle part of the day's share."""
    share, count = 2 * pi / len(days), _count(windows, day)
    start = share * days.index(day)
    return [start + share * (0.5 + (index - (count - 1) / 2) * 0.8 / max(count, 2)) for index in range(count)]


def _point(angle: float) -> tuple[float, float]:
    return round(CENTRE + RADIUS * sin(angle), 1), round(CENTRE - RADIUS * cos(angle), 1)


def _arc(angles: list[float]) -> str:
    (x1, y1), (x2, y2) = _point(angles[0]), _point(angles[-1])
    large = int(angles[-1] - angles[0] > pi)
    return f"M{x1} {y1}A{RADIUS:g} {RADIUS:g} 0 {large} 1 {x2} {y2}"
