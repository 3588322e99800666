"""One of each figure, from made-up values."""

from __future__ import annotations

import math
import random

from daybreak.analysis.figures.dropout import DropoutFigure, Pattern, draw_dropout
from daybreak.analysis.figures.flow import FlowBox, FlowFigure, draw_flow
from daybreak.analysis.figures.forest import ForestFigure, ForestRow, draw_forest
from daybreak.analysis.figures.means import MeanPoint, MeansFigure, draw_means, people_line
from daybreak.analysis.figures.survival import Curve, SurvivalFigure, draw_survival
from daybreak.analysis.figures.tipping import TippingFigure, draw_tipping
from daybreak.analysis.figures.training import DoseFigure, TimingFigure, draw_doses, draw_timing

GROUPS = ("ketamine-training", "ketamine-sham", "saline-training")
VISITS = ("24 hours", "Day 5", "Day 12", "Day 21", "Day 30")
MEANS = ((-13.0, -12.9, -12.8, -12.7, -12.5), (-13.0, -12.4, -11.5, -10.2, -9.0), (-6.2, -6.6, -7.3, -8.3, -9.2))


def means(groups: tuple[str, ...] = GROUPS, name: str = "primary") -> str:
    chance = random.Random(5)
    points = tuple(
        MeanPoint(group, place, mean, mean - 2.4, mean + 2.4)
        for group, row in zip(groups, MEANS, strict=False)
        for place, mean in enumerate(row)
    )
    lines = tuple(
        people_line(group, [mean + own + chance.gauss(0, 5) if chance.random() > 0.05 else None for mean in row])
        for group, row in zip(groups, MEANS, strict=False)
        for own in (chance.gauss(0, 7) for _ in range(50))
    )
    return draw_means(MeansFigure(name, groups, VISITS, points, lines, "change in MADRS total"))


def forest() -> str:
    rows = (
        ForestRow("All", 154, -4.1, -7.2, -1.0, main=True),
        ForestRow("Site", note="p 0.31"),
        ForestRow("harbour", 80, -3.0, -7.0, 1.0, inner=True),
        ForestRow("hill", 74, -5.2, -9.4, -1.0, inner=True),
    )
    return draw_forest(ForestFigure("subgroups", rows, "difference at day 30", "one lower", "other lower"))


def survival() -> str:
    def curve(group: str, pace: float) -> Curve:
        times = tuple(float(day) for day in range(0, 360, 20))
        share = tuple(math.exp(-time / pace) for time in times)
        low, high = tuple(max(0, one - 0.1) for one in share), tuple(min(1, one + 0.1) for one in share)
        return Curve(group, times, share, low, high, ((40.0, share[2]),), (50, 40, 30, 22, 12))

    curves = tuple(curve(group, 200.0 + 80 * place) for place, group in enumerate(GROUPS))
    return draw_survival(SurvivalFigure("relapse", curves, (0, 90, 180, 270, 360), "without relapse", "days"))


def tipping() -> str:
    across, down = (0.0, 2.0, 4.0, 6.0, 8.0), (-4.0, -2.0, 0.0, 2.0)
    p = tuple(tuple(min(1.0, 10 ** (-3.5 + 0.15 * one - 0.2 * other)) for one in across) for other in down)
    return draw_tipping(TippingFigure("tipping", GROUPS[0], GROUPS[2], across, down, p))


def dropout() -> str:
    all_seen, last_gone = Pattern((True,) * 5, (48, 46, 44)), Pattern((True,) * 4 + (False,), (2, 1, 3))
    return draw_dropout(DropoutFigure("dropout", VISITS, GROUPS, (all_seen, last_gone)))


def doses() -> str:
    chance = random.Random(6)
    shown = tuple((group, tuple(min(1, chance.gauss(0.9, 0.12)) for _ in range(50))) for group in GROUPS)
    return draw_doses(DoseFigure("dose", shown, 0.7))


def timing() -> str:
    counts = ((12345, 300, 20, 10), (8000, 100, 0, 40))
    return draw_timing(TimingFigure("timing", (60, 120), ("as planned", "longer", "missed", "hidden"), counts))


def boxes(group: str, count: int, analysed: int) -> tuple[FlowBox, ...]:
    return (
        FlowBox(f"Allocated to {group}", count, parts=(("received the infusion", count - 1), ("left before", 1))),
        FlowBox("Primary analysis", count, parts=(("analysed", analysed), ("no value", count - analysed))),
    )


def flow(randomised: int = 154, analysed: int = 50) -> str:
    trunk = (
        FlowBox("Assessed for eligibility", 200, "Excluded", (("MADRS below 25", 36), ("declined", 10))),
        FlowBox("Randomised", randomised),
    )
    columns = tuple(boxes(group, count, analysed) for group, count in zip(GROUPS, (53, 50, 51), strict=True))
    return draw_flow(FlowFigure("flow", trunk, columns))


ALL = (means, forest, survival, tipping, dropout, doses, timing, flow)
