"""Time from response to relapse: curves, log-rank test, hazard ratios, restricted means."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from daybreak.analysis.plan.attempt import Refusal, attempt
from daybreak.analysis.plan.grouping import Grouping
from daybreak.core.errors import FitError
from daybreak.stats.survival import (
    CoxFit,
    KaplanMeier,
    LogRank,
    RestrictedMeans,
    cox,
    kaplan_meier,
    log_rank,
    read_times,
    restricted_means,
)

LEAST_PEOPLE = 5


@dataclass(frozen=True)
class RelapseResult:
    """What is known of the time to relapse; comparisons are None where there is one group only."""

    people: int
    events: int
    curves: KaplanMeier
    test: LogRank | Refusal | None
    ratios: CoxFit | Refusal | None
    means: RestrictedMeans | Refusal | None


def run_relapse(table: pl.DataFrame, grouping: Grouping, pairs: tuple[tuple[str, str], ...]) -> RelapseResult:
    """Return the analysis of times to relapse.

    Args:
        table: one row a person who responded: `arm`, `days`, `event`.
        grouping: whom to compare.
        pairs: the planned comparisons.

    Raises:
        FitError: fewer than five people responded.
    """
    if len(table) < LEAST_PEOPLE:
        raise FitError(f"{len(table)} people responded; a curve is drawn from {LEAST_PEOPLE} on.")
    times = read_times(table["days"].to_list(), table["event"].to_list(), table["arm"].to_list(), levels=grouping.names)
    curves = kaplan_meier(times)
    events = int(times.event.sum())
    if len(times.arms) < 2:
        return RelapseResult(len(table), events, curves, None, None, None)
    there = tuple(pair for pair in pairs if set(pair) <= set(times.arms))
    reference = there[0][1] if there else times.arms[-1]
    horizon = min(max(times.of(arm)[0]) for arm in times.arms)
    return RelapseResult(
        people=len(table),
        events=events,
        curves=curves,
        test=attempt("Log-rank test", lambda: log_rank(times)),
        ratios=attempt("Hazard ratios", lambda: cox(times, pairs=there)),
        means=attempt(
            "Mean time without relapse", lambda: restricted_means(times, float(horizon), reference=reference)
        ),
    )
