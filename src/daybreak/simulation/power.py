"""Power by simulation: how often trials of so many people find what is assumed, and how many people it takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import Any, Literal

import numpy as np

from daybreak.core.errors import FitError
from daybreak.core.study import StudyFile
from daybreak.simulation.cache import Cache, Made, key_of
from daybreak.simulation.design import Changes, Design, design_of
from daybreak.simulation.looks import stops_of
from daybreak.simulation.model import Model, model_of
from daybreak.simulation.montecarlo import of_blocks, of_trials
from daybreak.simulation.pool import Pool, Progress
from daybreak.simulation.tally import Df, Tally, Task

Rule = Literal["all", "any", "hierarchical"]
MOST_PEOPLE = 20_000
"""Where the search for a number of people ends."""
STRIDE = 1.5
"""By which factor the search goes up or down until the power asked for lies in between."""


@dataclass(frozen=True)
class Order:
    """What is asked of a study file; see docs/power.md for each."""

    file: StudyFile
    text: str
    trials: int
    seed: int
    contrasts: tuple[str, ...] = ()
    visits: tuple[str, ...] = ()
    rule: Rule | None = None
    alpha: float = 0.05
    ddf: Df | None = None
    """Degrees of freedom in place of the file's."""
    looks: tuple[float, ...] = ()
    """Shares of the people after which is looked, the last 1; none without interim looks."""
    changes: Changes = field(default_factory=Changes)

    @property
    def df(self) -> Df:
        """Degrees of freedom: those asked for, else the file's; Satterthwaite's where it plans residual ones."""
        planned = self.file.analysis["primary"].ddf
        return self.ddf or ("satterthwaite" if planned == "residual" else planned)

    def at(self, n: int) -> tuple[Design, Model]:
        """Return design and model for so many people.

        Raises:
            StudyFileError: as `design_of`.
            FitError: as `model_of`.
        """
        design = design_of(self.file, n, **self.changes)
        model = model_of(self.file, design, self.contrasts, self.visits)
        return design, replace(model, adjust="none") if self.rule == "hierarchical" else model

    def task(self, design: Design, model: Model) -> Task:
        """Return what its trials are made and judged by.

        Raises:
            FitError: as `stops_of`, or looks together with a rule or an adjustment over several questions.
        """
        if self.looks and (self.rule or model.adjust != "none"):
            says = "With interim looks every question is judged by itself, without a rule or an adjustment."
            raise FitError(says, where="--looks", remedy="Leave --rule and `adjust` out.")
        stops = stops_of(design, self.looks, self.alpha) if self.looks else ()
        return Task(design, model, self.seed, self.alpha, self.df, stops)

    def rows(self, n: int, tally: Tally, model: Model) -> tuple[Row, ...]:
        """Return the answers to all questions, and to the rule."""
        return tuple(rows_of(n, tally, model, self.rule))

    def key(self, n: int, model: Model) -> str:
        """Return what its result for so many people is kept under."""
        chance, how = (self.trials, self.seed), (self.alpha, self.df, sorted(self.changes.items()))
        return key_of(self.text, n, self.looks, chance, how, model.questions, model.adjust)


@dataclass(frozen=True)
class Row:
    """The answer for a number of people and a question; for a rule over all of them, `contrast` is its name.

    `low` and `high` are Wilson's 95 % limits of the power for the chance in simulating, and `mc_se` its standard error.
    Means are over the trials that could be fitted, `converged` is their share; nan where there is none.
    """

    n: int
    contrast: str
    visit: str | None
    power: float
    mc_se: float
    low: float
    high: float
    mean_estimate: float = nan
    mean_se: float = nan
    mean_t: float = nan
    converged: float = nan
    trials: int = 0
    truth: float = nan
    sd_estimate: float = nan
    coverage: float = nan
    expected_n: float = nan
    """People at which the question stopped, on average."""
    draws: int = 0
    """How many blocks drew what they assume; `quantiles` are of their powers, the 5th, 50th and 95th in 100."""
    quantiles: tuple[float, ...] = ()
    assumed: Mapping[str, float] | None = None
    """The point of a grid of assumptions that it is of; nothing for what all share, and without a grid."""
    points: int = 1
    """Over how many points of a grid it is the mean."""

    @property
    def bias(self) -> float:
        """How far the mean estimate lies from what was assumed."""
        return self.mean_estimate - self.truth


@dataclass(frozen=True)
class Found:
    """What is known for a number of people; `whole` unless the run was stopped before all trials were made."""

    n: int
    rows: tuple[Row, ...]
    trials: int
    seconds: float
    device: str
    refitted: int
    whole: bool
    kept: bool
    """Whether it comes from the cache."""
    parts: tuple[Found, ...] = ()
    """What is known at each point of a grid of assumptions; the rows are then the means over all points."""

    @property
    def power(self) -> float:
        """The power that a search goes by: that of the rule if there is one, else the lowest of all questions."""
        rules = [row.power for row in self.rows if row.contrast in ("all", "any")]
        return rules[0] if rules else min(row.power for row in self.rows)


@dataclass
class Runner:
    """Answers an order for one number of people after the other; `remark` is told what went wrong beside it."""

    order: Order
    workers: Pool
    cache: Cache | None = None
    progress: Progress = lambda _made: None
    remark: Callable[[str], None] = lambda _text: None

    def at(self, n: int) -> Found | None:
        """Return the answer; nothing if it was stopped before anything was known.

        Raises:
            StudyFileError, FitError: as `Order.at`, and if a trial cannot be fitted by any means.
        """
        design, model = self.order.at(n)
        task = self.order.task(design, model)
        key = self.order.key(n, model)
        kept = self.cache.get(key) if self.cache else None
        if kept is not None:
            self.progress(kept.tally.trials)
            return self._found(n, model, kept, whole=True, kept=True)
        begun = time.perf_counter()
        done = self.workers.run(task, self.order.trials, self.progress)
        seconds = time.perf_counter() - begun
        if done.why:
            self.remark(done.why)
        if done.tally is None:
            return None
        made = Made(done.tally, seconds, self.workers.device)
        if done.whole:
            self._keep(key, made)
        return self._found(n, model, made, whole=done.whole, kept=False)

    def each(self, numbers: Sequence[int]) -> list[Found]:
        """Return the answers for several numbers of people, up to where it was stopped."""
        found: list[Found] = []
        for n in numbers:
            one = self.at(n)
            found += [one] if one else []
            if one is None or not one.whole:
                break
        return found

    def _found(self, n: int, model: Model, made: Made, *, whole: bool, kept: bool) -> Found:
        rows = self.order.rows(n, made.tally, model)
        return Found(n, rows, made.tally.trials, made.seconds, made.device, made.tally.refitted, whole, kept)

    def _keep(self, key: str, made: Made) -> None:
        if self.cache is None:
            return
        try:
            self.cache.put(key, made)
        except OSError as error:
            reason = (error.strerror or "it cannot be written").lower()
            self.remark(f"The result is not kept for next time: {self.cache.folder}: {reason}.")
            self.cache = None


def search(runner: Runner, start: int, power: float) -> Iterator[Found]:
    """Yield the answers on the way to the smallest number of people with this power; it is the last but for order.

    Numbers are multiples of the sum of the arms' shares. Power rises with people, but for the chance in simulating.

    Raises:
        FitError: not even `MOST_PEOPLE` reach it.
        StudyFileError: as `design_of`.
    """
    step = sum(runner.order.at(start)[0].enrolling.ratios.values())
    place, below, above = max(1, round(start / step)), 0, 0
    while above == 0 or above - below > 1:
        found = runner.at(place * step)
        if found is None:
            return
        yield found
        if not found.whole:
            return
        below, above = (below, place) if found.power >= power else (place, above)
        if above == 0 and place * step >= MOST_PEOPLE:
            says = f"Even {place * step} people have a power of {found.power:.3g}, not {power:g}."
            raise FitError(says, where="--find", remedy="Ask for less, or look at the assumed effect.")
        if above == 0:
            place = min(round(place * STRIDE) + 1, -(-MOST_PEOPLE // step))
        else:
            place = max(below + 1, int(above / STRIDE)) if below == 0 else (below + above) // 2


def smallest(found: Sequence[Found], power: float) -> int | None:
    """Return the smallest number of people that reached the power; nothing if none did."""
    return min((one.n for one in found if one.power >= power), default=None)


def rows_of(n: int, tally: Tally, model: Model, rule: Rule | None) -> Iterator[Row]:
    """Yield what the trials of so many people say to each question, and to the rule over all of them."""
    for place in range(len(model.questions)):
        asked = (2 << place) - 1 if rule == "hierarchical" else 1 << place
        yield _row(n, place, tally, model, asked)
    everything = (1 << len(model.questions)) - 1
    if rule == "all":
        yield Row(n, "all", None, **_power(tally, lambda mark: mark == everything), **_counts(tally))
    elif rule == "any":
        yield Row(n, "any", None, **_power(tally, lambda mark: mark > 0), **_counts(tally))


def _row(n: int, place: int, tally: Tally, model: Model, asked: int) -> Row:
    """Return the answer to a question; `asked` has the bits of those that must be significant for it to count."""
    question, truth, fitted = model.questions[place], float(model.truth[place]), tally.fitted
    power = _power(tally, lambda mark: mark & asked == asked)
    people = float(tally.people[place]) / tally.trials
    row = Row(n, question.contrast, question.visit, **power, **_counts(tally), truth=truth, expected_n=people)
    if not fitted:
        return row
    mean, square = float(tally.estimate[place]) / fitted, float(tally.squares[place]) / fitted
    return replace(
        row,
        mean_estimate=mean,
        mean_se=float(tally.se[place]) / fitted,
        mean_t=float(tally.t[place]) / fitted,
        sd_estimate=float(np.sqrt(max(0.0, square - (mean - truth) ** 2))),
        coverage=float(tally.covered[place]) / fitted,
    )


def _counts(tally: Tally) -> dict[str, Any]:
    return {"converged": tally.fitted / tally.trials, "trials": tally.trials}


def _power(tally: Tally, counts: Callable[[int], bool]) -> dict[str, Any]:
    """Return the share of trials whose pattern counts, and how well it is known."""
    if not tally.blocks:
        return vars(of_trials(_hits(tally.patterns, counts), tally.trials))
    return vars(of_blocks({block: (_hits(one, counts), sum(one.values())) for block, one in tally.blocks.items()}))


def _hits(patterns: Mapping[int, int], counts: Callable[[int], bool]) -> int:
    return sum(number for mark, number in patterns.items() if counts(mark))
