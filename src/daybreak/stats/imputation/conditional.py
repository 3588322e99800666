"""Conditional-mean imputation by a rule with jackknife errors: no chance, so the same data give the same digits.

Wolbers, Noci, Delmar, Gower-Page, Yiu & Bartlett, Pharm Stat 2022;21:1246-1257.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.stats.imputation.ancova import Questions, questions
from daybreak.stats.imputation.cells import fill, patterns
from daybreak.stats.imputation.expectation import sums
from daybreak.stats.imputation.multiple import Delta, amounts, batches, doubts, shift
from daybreak.stats.imputation.outcomes import Layout, Outcomes, lay_out, rules_of
from daybreak.stats.imputation.regression import fit_regression, start_of
from daybreak.stats.imputation.result import Imputed, Progress, VisitEstimate
from daybreak.stats.imputation.rules import means_by_rule
from daybreak.stats.results import Array

ROUTE = "Conditional-mean imputation"
ALONE = 1e-9


def conditional_mean(
    outcomes: Outcomes,
    rule: str | Sequence[str],
    *,
    delta: Delta | None = None,
    pairs: Sequence[tuple[str, str]] = (),
    level: float = 0.95,
    progress: Progress | None = None,
) -> Imputed:
    """Impute each gap by its mean given what is seen, analyse each visit by ANCOVA, and take errors from a jackknife.

    Every step, the fit of the imputation model included, is done again without each person in turn. Tests and limits
    are those of a normal distribution.

    Args:
        outcomes: the table.
        rule: MAR, J2R, CIR or CR; or one for each person.
        delta: what is added to imputed values; nothing where None.
        pairs: the arms to compare, (a, b) for a - b; each against the reference where empty.
        level: of the confidence limits.
        progress: called with refits done and refits in all.

    Raises:
        FitError: data from which no honest number can be told; the sentence says why.
    """
    if not 0 < level < 1:
        raise FitError("A confidence level lies between 0 and 1.", remedy="Give 0.95 for 95 %.")
    layout = lay_out(outcomes)
    rules, asked, added = rules_of(rule, layout), questions(layout, pairs), shift(layout, delta or Delta())
    n = len(layout.people)
    whole = np.ones((1, n))
    fit = fit_regression(sums(layout, whole), start_of(layout))
    estimate = _estimates(layout, (rules, added), fit.beta, fit.sigma, (whole, asked.rows))[0]
    _refuse_alone(layout)
    without = []
    for rows in _leave_out(layout):
        refit = fit_regression(sums(layout, rows), fit.sigma[0])
        without.append(_estimates(layout, (rules, added), refit.beta, refit.sigma, (rows, asked.rows)))
        if progress:
            progress(sum(len(each) for each in without), n)
    spread = np.concatenate(without)
    se = np.sqrt((n - 1) / n * ((spread - spread.mean(axis=0)) ** 2).sum(axis=0))
    told = _rows(layout, asked, estimate, se, level)
    cut = asked.contrasts * len(layout.visits)
    return Imputed(
        route=ROUTE,
        rule=rule if isinstance(rule, str) else "by person",
        reference=outcomes.reference,
        contrasts=told[:cut],
        means=told[cut:],
        amounts=amounts(layout),
        level=level,
        imputations=None,
        sweeps=None,
        seed=None,
        warnings=doubts(layout),
    )


def _estimates(
    layout: Layout,
    by: tuple[npt.NDArray[np.str_], Array],
    beta: Array,
    sigma: Array,
    asked: tuple[Array, Array],
) -> Array:
    """Return what is asked of tables filled with each replicate's parameters, shape (R, Q, T)."""
    (rules, added), (weights, rows) = by, asked
    tables = fill(layout.values, patterns(layout.seen), means_by_rule(layout, rules, beta), sigma) + added
    weighted = weights[:, :, None] * layout.own
    normal = weighted.transpose(0, 2, 1) @ layout.own
    return rows @ np.linalg.solve(normal, weighted.transpose(0, 2, 1) @ tables)


def _leave_out(layout: Layout) -> Iterator[Array]:
    """Yield weights that leave out each person in turn, in batches that fit into memory."""
    n, t = layout.values.shape
    k = layout.own.shape[1]
    cells = n * t + len(patterns(layout.modelled)) * (k + t) ** 2 + (k * t) ** 2
    start = 0
    for size in batches(n, cells):
        yield 1.0 - np.eye(size, n, start)
        start += size


def _refuse_alone(layout: Layout) -> None:
    """Refuse where the model cannot be told without one of the people: only one in an arm at a visit, say."""
    k = layout.own.shape[1]
    for place, visit in enumerate(layout.visits):
        rows = np.flatnonzero(layout.modelled[:, place])
        design = layout.own[rows]
        lever = np.einsum("ik,kl,il->i", design, np.linalg.inv(design.T @ design), design)
        if (lever > 1 - ALONE).any() or len(rows) <= k + 1:
            who = layout.people[rows[int(lever.argmax())]]
            raise FitError(
                f"Without {who} the model cannot be told here.", where=visit, remedy="Use multiple imputation instead."
            )


def _rows(layout: Layout, asked: Questions, estimate: Array, se: Array, level: float) -> tuple[VisitEstimate, ...]:
    normal = float(stats.norm.ppf((1 + level) / 2))
    told = []
    for q, label in enumerate(asked.labels):
        for t, visit in enumerate(layout.visits):
            value, error = float(estimate[q, t]), float(se[q, t])
            z = value / error
            p = float(2 * stats.norm.sf(abs(z)))
            low, high = value - normal * error, value + normal * error
            told.append(VisitEstimate(label, visit, value, error, math.inf, z, p, low, high, fmi=None))
    return tuple(told)
