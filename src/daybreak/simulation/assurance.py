"""Assurance: power averaged over what is not known well (O'Hagan, Stevens & Campbell, Pharm Stat 2005;4:187-201).

Ranges that list values make a grid: each of its points is simulated, by the same people, and the assurance is the mean
over them. Of ranges that are distributions every block of trials draws its own figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, cast

import numpy as np

from daybreak.core.errors import StudyFileError
from daybreak.core.study.assumed import RangeRules
from daybreak.simulation.design import Changes, Design, design_of
from daybreak.simulation.draws import BLOCK, check_seed
from daybreak.simulation.model import Model
from daybreak.simulation.power import Found, Order, Row, Runner
from daybreak.simulation.ranges import GROUPS, WHERE, at, drawn_of, points_of, values_of
from daybreak.simulation.tally import Tally, Task

LEAST_TRIALS = 2 * GROUPS * BLOCK
"""Two draws for each group; with fewer the error would be a guess."""
MEANS = (
    *("power", "mc_se", "low", "high", "mean_estimate", "mean_se", "mean_t", "converged"),
    *("truth", "sd_estimate", "coverage", "expected_n"),
)


@dataclass(frozen=True)
class DrawingOrder(Order):
    """An order at one point of the grid whose blocks draw the figures that are distributions."""

    drawn: tuple[RangeRules, ...] = ()

    def for_block(self, block: int) -> Order:
        """Return the order as one block takes it."""
        changes = {**self.changes, **values_of(self.drawn, self.seed, block)}
        return replace(self, changes=cast("Changes", changes))

    def task(self, design: Design, model: Model) -> Task:
        """Return a task whose blocks differ.

        Raises:
            FitError: as `Order.task`.
        """
        plain = super().task(design, model)
        return DrawingTask(
            **{one.name: getattr(plain, one.name) for one in fields(plain)}, order=replace(self, text="")
        )

    def rows(self, n: int, tally: Tally, model: Model) -> tuple[Row, ...]:
        """Return the answers, with the mean of what the blocks assumed as truth."""
        sizes = {block: sum(patterns.values()) for block, patterns in tally.blocks.items()}
        truths = [self.for_block(block).at(n)[1].truth for block in sizes]
        truth = np.average(truths, axis=0, weights=[*sizes.values()])
        return super().rows(n, tally, replace(model, truth=truth))

    def key(self, n: int, model: Model) -> str:
        """Return what its result for so many people is kept under."""
        return super().key(n, model) + "-drawn"


@dataclass(frozen=True)
class DrawingTask(Task):
    """A task whose blocks draw what they assume."""

    order: DrawingOrder | None = None

    def of(self, block: int) -> Task:
        """Return what a block is made and judged by."""
        assert self.order is not None  # noqa: S101 - a default is needed after fields with one
        design, model = self.order.for_block(block).at(self.design.n)
        return Task(design, model, self.seed, self.alpha, self.df, self.stops, own=True)


@dataclass
class Assured(Runner):
    """Answers an order by the mean over the ranges of its file, for one number of people after the other."""

    def at(self, n: int) -> Found | None:
        """Return the mean over all points of the grid with what is known of each; nothing if nothing is known yet.

        The points meet the same people, so their errors go along with each other: the mean's error and limits are the
        means of theirs, which is the most they can be.

        Raises:
            StudyFileError, FitError: as `Runner.at`, and as `orders_of`.
        """
        orders, parts = orders_of(self.order), list[Found]()
        for order in orders:
            runner = Runner(order, self.workers, self.cache, self.progress, self.remark)
            part = runner.at(n)
            self.cache = runner.cache
            parts += [_labelled(part, self.order, order)] if part else []
            if part is None or not part.whole:
                break
        if not parts:
            return None
        return parts[0] if len(orders) == 1 else _joined(parts, len(orders))


def ranges_of(order: Order) -> tuple[RangeRules, ...]:
    """Return the ranges of the file, but of those figures that are asked for in their place.

    Raises:
        StudyFileError: none is left.
    """
    given = order.file.assumptions.ranges if order.file.assumptions else ()
    ranges = tuple(one for one in given if one.of not in order.changes)
    if not ranges:
        says = "every range is of a figure that is asked for." if given else "the study file gives no ranges."
        remedy = "Ask for fewer." if given else "Add [[assumptions.ranges]], as docs/power.md tells."
        raise StudyFileError(says, where="--assurance", remedy=remedy)
    return ranges


def orders_of(order: Order) -> tuple[Order, ...]:
    """Return the order at each point of the grid.

    Raises:
        StudyFileError: no range is left, or one that cannot be.
    """
    ranges = ranges_of(order)
    points, drawn = points_of(ranges), drawn_of(ranges)
    asked = [replace(order, changes=cast("Changes", {**order.changes, **point})) for point in points]
    if not drawn:
        return tuple(asked)
    return tuple(DrawingOrder(**vars(one), drawn=drawn) for one in asked)


def check(order: Order, n: int) -> int:
    """Return how many points the grid has, once it is sure that nothing the run will assume is impossible.

    Every limit is one of a single figure and met by its lowest or highest value first, so these stand for all.

    Raises:
        StudyFileError: as `orders_of`, an assumption that cannot be, or fewer trials than the draws need.
    """
    check_seed(order.seed)
    orders = orders_of(order)
    for one in orders:
        for values in _extremes(one):
            try:
                design_of(one.file, n, **cast("Changes", {**one.changes, **values}))
            except StudyFileError as error:
                where = f"{WHERE}, with {at({**_point(order, one), **values})}"
                raise StudyFileError(str(error), where=where) from error
    if isinstance(orders[0], DrawingOrder) and order.trials < LEAST_TRIALS:
        says = f"{order.trials:,} trials are too few: {BLOCK} share what is drawn from the ranges."
        raise StudyFileError(says, where="--trials", remedy=f"Take {LEAST_TRIALS:,} or more.")
    return len(orders)


def _extremes(order: Order) -> Iterator[dict[str, float]]:
    """Yield the lowest and the highest figures that the blocks will draw."""
    if not isinstance(order, DrawingOrder):
        yield {}
        return
    blocks = range(-(-order.trials // BLOCK))
    values = [values_of(order.drawn, order.seed, block) for block in blocks]
    for end in (min, max):
        yield {one.of: end(made[one.of] for made in values) for one in order.drawn}


def _point(order: Order, point: Order) -> dict[str, float]:
    return {name: value for name, value in point.changes.items() if name not in order.changes}  # type: ignore[misc]


def _labelled(part: Found, order: Order, point: Order) -> Found:
    assumed = _point(order, point)
    return replace(part, rows=tuple(replace(row, assumed=assumed) for row in part.rows))


def _joined(parts: Sequence[Found], points: int) -> Found:
    """Return the means over all points; without, as long as one is missing."""
    rows = zip(*(part.rows for part in parts), strict=True) if len(parts) == points else ()
    return replace(
        parts[0],
        rows=tuple(_mean(each) for each in rows),
        trials=min(part.trials for part in parts),
        seconds=sum(part.seconds for part in parts),
        device=" and ".join(dict.fromkeys(part.device for part in parts)),
        refitted=sum(part.refitted for part in parts),
        whole=len(parts) == points and parts[-1].whole,
        kept=all(part.kept for part in parts),
        parts=tuple(parts),
    )


def _mean(rows: Sequence[Row]) -> Row:
    means: dict[str, Any] = {name: float(np.mean([getattr(row, name) for row in rows])) for name in MEANS}
    trials = min(row.trials for row in rows)
    return Row(rows[0].n, rows[0].contrast, rows[0].visit, trials=trials, points=len(rows), **means)
