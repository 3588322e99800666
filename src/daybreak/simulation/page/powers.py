"""Power around a number of people: first from a few trials, then from more, until the page asks for something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import log
from threading import Lock

from daybreak.simulation.draws import BLOCK
from daybreak.simulation.model import Model
from daybreak.simulation.page.wish import MOST_PEOPLE, Wish
from daybreak.simulation.power import Order, Row, rows_of
from daybreak.simulation.tally import Tally, Task, tally_block, together

STEPS = (0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.0)
"""The curve's numbers of people, as factors of the chosen one."""
ROUNDS = (256, 1_024, 4_096)
"""How many trials each number of people gets, one round after the other."""
FULL = 20_000
"""How many trials the chosen number of people gets in the end."""
KEPT = 400
"""Of how many designs the finished blocks are remembered."""


@dataclass(frozen=True)
class Point:
    """What is known for a number of people after so many trials; `finished` when no more will be made."""

    n: int
    trials: int
    rows: tuple[Row, ...]
    finished: bool


@dataclass
class Powers:
    """Makes trials for the page, block after block, and remembers what it made: a way back costs nothing.

    The trials of a number of people are those of `Runner` with the same seed, so they give the same digits.
    """

    order: Order
    _known: dict[tuple[object, ...], dict[int, Tally]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def asked(self, wish: Wish) -> Order:
        """Return the order that says the same as a wish."""
        return replace(self.order, alpha=wish.alpha, changes=wish.changes, trials=FULL)

    def points(self, wish: Wish) -> Iterator[Point | None]:
        """Yield what is known, the chosen number of people first in each round; nothing (None) between two blocks.

        Raises:
            StudyFileError, FitError: as `Order.at`, before the first point.
        """
        order, made = self.asked(wish), {}
        for n in numbers_around(wish.n, order):
            design, model = order.at(n)
            made[n] = (order.task(design, model), model)
        for trials in (*ROUNDS, FULL):
            for n in made if trials < FULL else [wish.n]:
                task, model = made[n]
                yield from self._more(task, wish, trials)
                last = trials == FULL or (trials == ROUNDS[-1] and n != wish.n)
                yield self._point(task, model, wish, trials, finished=last)

    def found(self, wish: Wish) -> Point | None:
        """Return the whole answer for the chosen number of people, if all its trials are made."""
        design, model = self.asked(wish).at(wish.n)
        task = self.order.task(design, model)
        blocks = self._known.get(_key(wish, wish.n), {})
        if len(blocks) < -(-FULL // BLOCK):
            return None
        return self._point(task, model, wish, FULL, finished=True)

    def _more(self, task: Task, wish: Wish, trials: int) -> Iterator[None]:
        """Make the blocks that are missing; a last part of a block is made where it is the end."""
        key = _key(wish, task.design.n)
        with self._lock:
            known = self._known.pop(key, {})
            self._known[key] = known
            while len(self._known) > KEPT:
                self._known.pop(next(iter(self._known)))
        for block in range(-(-trials // BLOCK)):
            if block not in known:
                known[block] = tally_block(task, block, min(BLOCK, trials - block * BLOCK))
                yield None

    def _point(self, task: Task, model: Model, wish: Wish, trials: int, *, finished: bool) -> Point:
        known = self._known[_key(wish, task.design.n)]
        tally = together(known[block] for block in range(-(-trials // BLOCK)))
        rows = tuple(rows_of(task.design.n, tally, model, None))
        return Point(task.design.n, trials, rows, finished)


def numbers_around(n: int, order: Order) -> list[int]:
    """Return the numbers of people to draw a curve through, the chosen first, then the outermost: three span all.

    But for the chosen they are multiples of what the arms' shares make together, where that is possible.
    """
    shares = order.changes.get("ratio") or tuple(arm.ratio for arm in order.file.arms)
    whole = sum(shares)
    near = {max(1, round(n * step / whole)) * whole for step in STEPS if step != 1.0}
    fit = {number for number in near if len(shares) <= number <= 2 * MOST_PEOPLE} - {n}
    return [n, *sorted(fit, key=lambda number: (-abs(log(number / n)), number))]


def _key(wish: Wish, n: int) -> tuple[object, ...]:
    return (n, wish.alpha, *sorted(wish.changes.items()))
