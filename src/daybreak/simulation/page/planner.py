"""What the page can ask, without the network: each answer as JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import numpy as np

from daybreak.core.errors import DaybreakError, FitError
from daybreak.simulation.page.example import example_of
from daybreak.simulation.page.facts import design_facts, study_facts
from daybreak.simulation.page.methods import methods_of
from daybreak.simulation.page.powers import Point, Powers, numbers_around
from daybreak.simulation.page.saving import saved_text
from daybreak.simulation.page.wish import Wish, wish_of
from daybreak.simulation.power import Order, Row
from daybreak.simulation.tally import tally_block

BEAT = 0.5
"""Seconds between two words to a page that waits until all is compiled."""
SHOWN = ("power", "low", "high", "mean_estimate", "mean_se", "truth", "converged")


@dataclass
class Planner:
    """Answers the page; `name` is the study file's, `ready` is set once the first trial was made."""

    order: Order
    name: str
    ready: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        """Remember what was made."""
        self.powers = Powers(self.order)

    def warm(self) -> None:
        """Make some trials, so that all is compiled; what goes wrong is told when the page asks for it."""
        try:
            design, model = self.order.at(max(self.order.file.study.target, len(self.order.file.arms)))
            tally_block(self.order.task(design, model), 0, 2)
            example_of(self.order, design.n, 0)
        except DaybreakError:
            pass
        finally:
            self.ready.set()

    def study(self) -> dict[str, Any]:
        """Return what the page begins with."""
        return study_facts(self.order, self.name)

    def power(self, told: object) -> Iterator[dict[str, Any] | None]:
        """Yield what the page draws, bit by bit; None where nothing is new, so that one can stop there.

        Raises:
            StudyFileError, FitError: the wish makes no sense, before anything is yielded.
        """
        wish = wish_of(self.order.file, told)
        order = self.powers.asked(wish)
        design, _ = order.at(wish.n)
        return self._power(wish, {"design": design_facts(design), "numbers": numbers_around(wish.n, order)})

    def _power(self, wish: Wish, facts: dict[str, Any]) -> Iterator[dict[str, Any] | None]:
        yield facts
        while not self.ready.wait(BEAT):
            yield {"waiting": True}
        begun = time.perf_counter()
        try:
            for point in self.powers.points(wish):
                yield None if point is None else {**_told(point), "seconds": time.perf_counter() - begun}
        except DaybreakError as error:
            yield {"sentence": error.sentence(), "where": error.where}

    def example(self, told: object) -> dict[str, Any]:
        """Return an example study.

        Raises:
            StudyFileError, FitError: as `wish_of`, `example_of`.
        """
        wish = wish_of(self.order.file, told)
        self.ready.wait()
        return example_of(self.powers.asked(wish), wish.n, wish.study)

    def saved(self, told: object) -> str:
        """Return the changed study file.

        Raises:
            StudyFileError: as `wish_of`, `saved_text`.
        """
        return saved_text(self.order.file, self.order.text, wish_of(self.order.file, told))

    def methods(self, told: object) -> str:
        """Return the methods paragraph for `wish` and `question`, once the run is finished.

        Raises:
            FitError: it is not, or there is no such question.
        """
        told = told if isinstance(told, dict) else {}
        wish, place = wish_of(self.order.file, told.get("wish")), told.get("question")
        point = self.powers.found(wish)
        if point is None:
            raise FitError("The simulation is not finished.", where="methods", remedy="Wait until it is.")
        if not isinstance(place, int) or not 0 <= place < len(point.rows):
            raise FitError("There is no such question.", where="question", remedy="Load the page again.")
        return methods_of(self.powers.asked(wish), wish, point, place, self.name)


def _told(point: Point) -> dict[str, Any]:
    rows = [_row(row) for row in point.rows]
    return {"n": point.n, "trials": point.trials, "finished": point.finished, "rows": rows}


def _row(row: Row) -> dict[str, float | None]:
    return {name: value if np.isfinite(value := getattr(row, name)) else None for name in SHOWN}
