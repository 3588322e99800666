"""What is counted over trials: one block's, or those of many blocks together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from daybreak.simulation.design import Design
from daybreak.simulation.draws import BLOCK
from daybreak.simulation.generate import Trials, generate
from daybreak.simulation.model import Model
from daybreak.stats.means.adjust import bonferroni, hochberg, holm
from daybreak.stats.mmrm.batch import BatchFit, fit_moments, moments_of

Array = npt.NDArray[np.float64]
Df = Literal["satterthwaite", "kenward-roger"]
ADJUST = {"holm": holm, "hochberg": hochberg, "bonferroni": bonferroni}


@dataclass(frozen=True, eq=False)
class Tally:
    """Counts and sums over trials, an array having one place a question.

    `patterns` counts trials by which questions were answered significantly, a bit each, the first the lowest. A trial
    without a result is significant nowhere and in no sum; `fitted` counts those with one, `refitted` those that took
    the single exact fit. `squares` are of the distance of estimates from the truth.
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


@dataclass(frozen=True)
class Task:
    """What a block is to be made and judged by."""

    design: Design
    model: Model
    seed: int
    alpha: float
    df: Df = "satterthwaite"


def tally_block(task: Task, block: int, take: int = BLOCK) -> Tally:
    """Return what the first `take` trials of a block say."""
    trials = _first(generate(task.design, task.seed, block), take)
    model = task.model
    moments = moments_of(model.responses(trials), model.covariates(trials))
    return tally_of(fit_moments(moments, model.weights, way=model.way, df=task.df), model, task.alpha)


def _first(trials: Trials, take: int) -> Trials:
    if take == BLOCK:
        return trials
    return Trials(trials.change[:take], trials.baseline[:take], trials.arm, trials.site, trials.dose[:take])


def tally_of(fit: BatchFit, model: Model, alpha: float) -> Tally:
    """Return what fits say."""
    good = fit.converged
    p = np.where(good[:, None], fit.p, 1.0)
    if model.adjust != "none":
        p = np.apply_along_axis(ADJUST[model.adjust], 1, p)
    marks = (p <= alpha) @ (1 << np.arange(p.shape[1]))
    values, counts = np.unique(marks, return_counts=True)
    away = fit.estimate[good] - model.truth
    limit = special.stdtrit(fit.df[good], 1 - alpha / 2) * fit.se[good]
    return Tally(
        trials=len(good),
        fitted=int(good.sum()),
        refitted=int(fit.refitted.sum()),
        patterns=dict(zip(values.tolist(), counts.tolist(), strict=True)),
        estimate=fit.estimate[good].sum(axis=0),
        squares=(away**2).sum(axis=0),
        se=fit.se[good].sum(axis=0),
        t=fit.t[good].sum(axis=0),
        covered=(np.abs(away) <= limit).sum(axis=0).astype(np.float64),
    )


def together(tallies: Iterable[Tally]) -> Tally:
    """Return several tallies as one; sums are made in the order given, so that digits hang on it alone."""
    each = list(tallies)
    patterns: Counter[int] = Counter()
    for one in each:
        patterns.update(one.patterns)
    sums = {
        name: np.sum([getattr(one, name) for one in each], axis=0)
        for name in ("estimate", "squares", "se", "t", "covered")
    }
    return Tally(
        trials=sum(one.trials for one in each),
        fitted=sum(one.fitted for one in each),
        refitted=sum(one.refitted for one in each),
        patterns=dict(sorted(patterns.items())),
        **sums,
    )
