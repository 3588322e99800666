"""What is counted over trials: one block's, or those of many blocks together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from daybreak.core.errors import FitError
from daybreak.simulation.design import Design
from daybreak.simulation.draws import BLOCK
from daybreak.simulation.generate import Trials, generate
from daybreak.simulation.looks import Stop
from daybreak.simulation.model import Model
from daybreak.stats.means.adjust import bonferroni, hochberg, holm
from daybreak.stats.mmrm.batch import fit_moments, moments_of

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Df = Literal["satterthwaite", "kenward-roger", "kenward-roger-linear"]
ADJUST = {"holm": holm, "hochberg": hochberg, "bonferroni": bonferroni}


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts and sums over trials, an array having one place a question.

    `patterns` counts trials by which questions were answered significantly, a bit each, the first the lowest. A trial
    without a result is significant nowhere and in no sum; `fitted` counts those with one, `refitted` those that took
    the single exact fit. `squares` are of the distance of estimates from the truth, and `people` are those at which a
    question stopped.
    """

    trials: int
    fitted: int
    refitted: int
    patterns: dict[int, int]
    estimate: Array
    squares: Array
    se: Array
    t: Array
    covered: Array
    people: Array
    blocks: dict[int, dict[int, int]] = field(default_factory=dict)
    """The patterns of each block, where blocks assume their own; else none."""


@dataclass(frozen=True)
class Task:
    """What a block is to be made and judged by."""

    design: Design
    model: Model
    seed: int
    alpha: float
    df: Df = "satterthwaite"
    stops: tuple[Stop, ...] = ()
    """Interim looks, the last at everybody; one look at the end if left out."""
    own: bool = False
    """Whether each block assumes its own, so that its patterns are kept apart."""

    def of(self, block: int) -> Task:  # noqa: ARG002 - tasks that draw what they assume need it
        """Return what a block is made and judged by: itself, as all blocks assume the same."""
        return self


@dataclass(frozen=True, eq=False)
class Judged:
    """What R trials say to each question where it stopped, shapes (R, C); `good` and `refitted` (R,)."""

    estimate: Array
    se: Array
    df: Array
    t: Array
    significant: Flags
    people: Array
    good: Flags
    refitted: Flags


def tally_block(task: Task, block: int, take: int = BLOCK) -> Tally:
    """Return what the first `take` trials of a block say."""
    task = task.of(block)
    trials = generate(task.design, task.seed, block)
    stops = task.stops or (Stop(task.design.n, task.alpha),)
    judged: Judged | None = None
    for stop in stops:
        judged = _after(judged, _judged(task, _first(trials, take, stop.people), stop))
    assert judged is not None  # noqa: S101 - there is one stop at least
    tally = _tallied(judged, task)
    return replace(tally, blocks={block: tally.patterns}) if task.own else tally


def _first(trials: Trials, take: int, people: int) -> Trials:
    """Return the first trials, with the people who came first."""
    cut = (slice(take), slice(people))
    return Trials(trials.change[cut], trials.baseline[cut], trials.arm[:people], trials.site[:people], trials.dose[cut])


def _judged(task: Task, trials: Trials, stop: Stop) -> Judged:
    model = task.model
    responses = model.responses(trials)
    if np.isnan(responses).all():
        says = f"Nobody is seen after the baseline in any of {len(responses)} trials."
        raise FitError(says, where="[assumptions]", remedy="Assume less dropout and fewer gaps.")
    moments = moments_of(responses, model.covariates(trials))
    fit = fit_moments(moments, model.weights, way=model.way, df=task.df)
    p = np.where(fit.converged[:, None], fit.p, 1.0)
    if model.adjust != "none":
        p = np.apply_along_axis(ADJUST[model.adjust], 1, p)
    people = np.full(p.shape, float(stop.people))
    return Judged(fit.estimate, fit.se, fit.df, fit.t, p <= stop.level, people, fit.converged, fit.refitted)


def _after(before: Judged | None, now: Judged) -> Judged:
    """Return what is known after a look: earlier answers where a question stopped, else those of now."""
    if before is None:
        return now
    stopped = before.significant
    kept = {
        name: np.where(stopped, getattr(before, name), getattr(now, name))
        for name in ("estimate", "se", "df", "t", "people")
    }
    good = now.good | stopped.all(axis=1)
    return Judged(**kept, significant=stopped | now.significant, good=good, refitted=before.refitted | now.refitted)


def _tallied(judged: Judged, task: Task) -> Tally:
    good = judged.good
    marks = judged.significant @ (1 << np.arange(judged.significant.shape[1]))
    values, counts = np.unique(marks, return_counts=True)
    away = judged.estimate[good] - task.model.truth
    limit = special.stdtrit(judged.df[good], 1 - task.alpha / 2) * judged.se[good]
    return Tally(
        trials=len(good),
        fitted=int(good.sum()),
        refitted=int(judged.refitted.sum()),
        patterns=dict(zip(values.tolist(), counts.tolist(), strict=True)),
        estimate=judged.estimate[good].sum(axis=0),
        squares=(away**2).sum(axis=0),
        se=judged.se[good].sum(axis=0),
        t=judged.t[good].sum(axis=0),
        covered=(np.abs(away) <= limit).sum(axis=0).astype(np.float64),
        people=judged.people.sum(axis=0),
    )


def together(tallies: Iterable[Tally]) -> Tally:
    """Return several tallies as one; sums are made in the order given, so that digits hang on it alone."""
    each = list(tallies)
    patterns: Counter[int] = Counter()
    for one in each:
        patterns.update(one.patterns)
    sums = {
        name: np.sum([getattr(one, name) for one in each], axis=0)
        for name in ("estimate", "squares", "se", "t", "covered", "people")
    }
    return Tally(
        trials=sum(one.trials for one in each),
        fitted=sum(one.fitted for one in each),
        refitted=sum(one.refitted for one in each),
        patterns=dict(sorted(patterns.items())),
        blocks={block: found for one in each for block, found in one.blocks.items()},
        **sums,
    )
