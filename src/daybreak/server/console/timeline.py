"""The drawing of a person's time: lanes of bars, beads and marks over a scale that gives the first days most room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from daybreak.server.console.adherence import SHADES
from daybreak.server.console.chronicle import Chronicle, Happening, Lane

# Days from the infusion, and where they stand: a week before it, the training days, the month after, the year.
STOPS = ((-14.0, 118.0), (0.0, 190.0), (5.0, 520.0), (37.0, 800.0), (370.0, 1176.0))
WIDTH, TOP, LANE, BAR = 1200, 30, 40, 16
TICKS = (-14, 0, 1, 2, 3, 4, 5, 12, 21, 30, *range(60, 361, 30))
LANES: tuple[tuple[Lane, str], ...] = (
    ("milestone", "Milestones"),
    ("visit", "Visits"),
    ("session", "Training"),
    ("self-report", "Self-reports"),
    ("form", "Forms"),
    ("note", "Notes"),
)
BEAD, APART = 8.0, 18.0
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Mark:
    """One thing drawn: a bar has a width; `done_x` is where in it, or outside, it took place."""

    shape: str
    x: float
    y: float
    width: float
    look: str
    done_x: float | None
    title: str
    text: str = ""


@dataclass(frozen=True)
class Tick:
    """A day on the scale."""

    x: float
    label: str


@dataclass(frozen=True)
class Timeline:
    """The whole drawing; `labels` name the lanes with their middle line."""

    width: int
    height: int
    bar: int
    left: float
    ticks: list[Tick]
    labels: list[tuple[float, str]]
    marks: list[Mark]
    now_x: float | None
    said: str


def timeline_of(chronicle: Chronicle, now: datetime) -> Timeline | None:
    """Return the drawing of a chronicle; None before there is anything to count days from."""
    origin = chronicle.origin
    if origin is None:
        return None
    lanes = [(lane, name) for lane, name in LANES if any(one.lane == lane for one in chronicle.happenings)]
    middles = {lane: TOP + LANE * place + LANE / 2 for place, (lane, _) in enumerate(lanes)}
    marks = [
        mark
        for lane, _ in lanes
        for mark in _lane([one for one in chronicle.happenings if one.lane == lane], origin, middles[lane])
    ]
    days = (now - origin) / DAY
    return Timeline(
        width=WIDTH,
        height=TOP + LANE * len(lanes) + 6,
        bar=BAR,
        left=STOPS[0][1],
        ticks=[Tick(x_of(day), str(day)) for day in TICKS],
        labels=[(middles[lane], name) for lane, name in lanes],
        marks=marks,
        now_x=x_of(days) if STOPS[0][0] <= days <= STOPS[-1][0] else None,
        said=f"Timeline of {chronicle.person.code}, days from the infusion. The table below tells the same.",
    )


def x_of(day: float) -> float:
    """Return where a day stands; days beyond the scale stand at its ends."""
    day = min(max(day, STOPS[0][0]), STOPS[-1][0])
    for (first, start), (last, end) in pairwise(STOPS):
        if day <= last:
            return round(start + (end - start) * (day - first) / (last - first), 1)
    raise AssertionError("the last stop ends the scale")


def _lane(happenings: list[Happening], origin: datetime, y: float) -> Iterator[Mark]:
    """Yield the marks of one lane; beads that would cover each other are moved apart."""
    last = float("-inf")
    for one in happenings:
        mark = _mark(one, origin, y)
        if mark.shape == "bead":
            x = max(mark.x, last + APART)
            last = x
            mark = Mark(mark.shape, x, y, 0, mark.look, None, mark.title, mark.text)
        yield mark


def _mark(one: Happening, origin: datetime, y: float) -> Mark:
    state = one.state.replace("-", " ")
    dose = f", {one.dose} % delivered" if one.dose is not None else ""
    title = f"{one.title}: {state}{dose}"
    if one.lane == "session":
        shade = next((look for least, look in SHADES if (one.dose or 0) >= least), "dose-0")
        return Mark(
            "bead", x_of((one.at - origin) / DAY), y, 0, shade if one.dose is not None else one.state, None, title
        )
    if one.lane in ("milestone", "form", "note") or one.opens is None or one.closes is None:
        shape = "flag" if one.lane == "note" else "point"
        return Mark(shape, x_of((one.at - origin) / DAY), y, 0, one.state, None, title)
    start, end = (x_of((at - origin) / DAY) for at in (one.opens, one.closes))
    done = x_of((one.done_at - origin) / DAY) if one.done_at else None
    return Mark("bar", start, y, round(max(end - start, 3.0), 1), one.state, done, title)
