"""Multiple imputation by a rule: Bayesian draws, one completed table from each, Rubin's pooling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.imputation.ancova import answers, questions
from daybreak.stats.imputation.cells import fill, patterns
from daybreak.stats.imputation.chains import draw_parameters, sweeps_for
from daybreak.stats.imputation.expectation import sums
from daybreak.stats.imputation.outcomes import Layout, Mask, Outcomes, lay_out, rules_of
from daybreak.stats.imputation.regression import fit_regression, forgetting_rate, start_of
from daybreak.stats.imputation.result import Amounts, Imputed, Progress, VisitEstimate
from daybreak.stats.imputation.rules import means_by_rule
from daybreak.stats.pooling import LEAST_IMPUTATIONS, pool
from daybreak.stats.results import Array

MOST_CELLS = 2_000_000  # of one batch of tables: about 16 MB each copy
ROUTE = "Multiple imputation"


@dataclass(frozen=True)
class Draws:
    """How chance is used.

    Attributes:
        seed: the same seed gives the same digits.
        imputations: how many completed tables.
        sweeps: how long each chain runs before its one draw; None leaves it to the data (see `chains.sweeps_for`).
        progress: called with tables done and tables in all.
    """

    seed: int
    imputations: int = 100
    sweeps: int | None = None
    progress: Progress | None = None


@dataclass(frozen=True)
class Delta:
    """What is added to imputed values of each arm, on top of the rule.

    `growing` adds it once more at each visit after the first (1, 2, 3 times); `gaps` shifts cells before the rule holds
    as well.
    """

    by_arm: Mapping[str, float] = field(default_factory=dict)
    growing: bool = False
    gaps: bool = False


@dataclass(frozen=True)
class Completed:
    """Completed tables, shape (R, n, T), and how many sweeps each chain ran."""

    tables: Array
    sweeps: int


def multiple_imputation(
    outcomes: Outcomes,
    rule: str | Sequence[str],
    draws: Draws,
    *,
    delta: Delta | None = None,
    pairs: Sequence[tuple[str, str]] = (),
    level: float = 0.95,
) -> Imputed:
    """Impute by a rule, analyse each visit of each completed table by ANCOVA, and pool.

    Args:
        outcomes: the table.
        rule: MAR, J2R, CIR or CR; or one for each person.
        draws: seed, number of imputations.
        delta: what is added to imputed values; nothing where None.
        pairs: the arms to compare, (a, b) for a - b; each against the reference where empty.
        level: of the confidence limits.

    Raises:
        FitError: data from which no honest number can be told; the sentence says why.
    """
    layout = lay_out(outcomes)
    completed = complete(layout, rule, draws)
    tables = completed.tables + shift(layout, delta or Delta())
    asked = questions(layout, pairs)
    estimates, variances, df = answers(layout.own, tables, asked.rows)
    rows = tuple(
        _pooled(estimates[:, q, t], variances[:, q, t], df, (label, visit), level)
        for q, label in enumerate(asked.labels)
        for t, visit in enumerate(layout.visits)
    )
    cut = asked.contrasts * len(layout.visits)
    return Imputed(
        route=ROUTE,
        rule=rule if isinstance(rule, str) else "by person",
        reference=outcomes.reference,
        contrasts=rows[:cut],
        means=rows[cut:],
        amounts=amounts(layout),
        level=level,
        imputations=draws.imputations,
        sweeps=completed.sweeps,
        seed=draws.seed,
        warnings=doubts(layout),
    )


def complete(layout: Layout, rule: str | Sequence[str], draws: Draws) -> Completed:
    """Return as many completed tables as asked for.

    Raises:
        FitError: fewer than two imputations, or a model that cannot be told.
    """
    if draws.imputations < LEAST_IMPUTATIONS:
        raise FitError("Multiple imputation needs at least two tables.", remedy="Ask for 100.")
    if draws.sweeps is not None and draws.sweeps < 1:
        raise FitError("A chain needs at least one sweep.", remedy="Leave `sweeps` to the data.")
    rules = rules_of(rule, layout)
    everybody = sums(layout, np.ones((1, len(layout.people))))
    fit = fit_regression(everybody, start_of(layout))
    sweeps = draws.sweeps or sweeps_for(forgetting_rate(everybody, fit))
    learnt, known = patterns(layout.modelled), patterns(layout.seen)
    rng = np.random.default_rng(draws.seed)
    tables = []
    done = 0
    for chains in batches(draws.imputations, layout.values.size):
        beta, sigma = draw_parameters(layout, learnt, fit, chains, sweeps, rng)
        tables.append(fill(layout.values, known, means_by_rule(layout, rules, beta), sigma, rng))
        done += chains
        if draws.progress:
            draws.progress(done, draws.imputations)
    return Completed(np.concatenate(tables), sweeps)


def batches(total: int, cells: int) -> Iterator[int]:
    """Yield sizes of batches that add up to `total`, each small enough for memory."""
    size = max(1, MOST_CELLS // cells)
    for start in range(0, total, size):
        yield min(size, total - start)


def shift(layout: Layout, delta: Delta) -> Array:
    """Return what is added to each cell, shape (n, T).

    Raises:
        FitError: an arm that is none, or a delta that is no number.
    """
    added = np.zeros(layout.values.shape)
    for arm, amount in delta.by_arm.items():
        if arm not in layout.arms:
            raise FitError(f"There is no arm {arm!r}.", where="delta", remedy=f"Arms: {', '.join(layout.arms)}.")
        if not np.isfinite(amount):
            raise FitError("A delta is no number.", where=arm, remedy="Give a number.")
        inside = layout.codes == layout.arms.index(arm)
        added[inside] = amount * times_shifted(layout, delta)[inside]
    return added


def times_shifted(layout: Layout, delta: Delta) -> Array:
    """Return how many times a delta is added to each cell, shape (n, T)."""
    cells: Mask = ~layout.seen if delta.gaps else layout.after
    return np.where(cells, np.cumsum(cells, axis=1), 0).astype(float) if delta.growing else cells.astype(float)


def amounts(layout: Layout) -> Amounts:
    """Return how much was seen and filled."""
    after = int(layout.after.sum())
    seen = int(layout.seen.sum())
    return Amounts(len(layout.people), seen, layout.values.size - seen - after, after)


def doubts(layout: Layout) -> tuple[str, ...]:
    """Return what a reader should know of the data."""
    told = []
    if layout.seen.all():
        told.append("Nothing was missing: this is the analysis of the data as they are.")
    empty = int((~layout.seen.any(axis=1)).sum())
    if empty:
        told.append(f"People without any value: {empty}. Theirs come from arm and covariates alone.")
    set_aside = int((layout.seen & ~layout.modelled).sum())
    if set_aside:
        told.append(f"Values after a rule set in: {set_aside}. They are kept, but the model did not learn from them.")
    return tuple(told)


def _pooled(estimates: Array, variances: Array, df: int, names: tuple[str, str], level: float) -> VisitEstimate:
    label, visit = names
    row = pool(estimates, variances, df_complete=df, label=f"{label} at {visit}", level=level)
    return VisitEstimate(label, visit, row.estimate, row.se, row.df, row.t, row.p, row.ci_low, row.ci_high, fmi=row.fmi)
