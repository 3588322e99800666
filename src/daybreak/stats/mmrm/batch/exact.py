"""One replicate by the exact single fit, from its moments alone.

The likelihood of people who kept the same visits depends on their number and the products of their rows. So any as
many rows with the same products will do, and those of a square root of the products serve, with rows of nil beside.
"""

from __future__ import annotations

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.batch.kenward_roger import KENWARD_ROGER, LINEAR
from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.mmrm.batch.steps import Found
from daybreak.stats.mmrm.degrees import satterthwaite
from daybreak.stats.mmrm.fit import maximise
from daybreak.stats.mmrm.kenward_roger import adjusted
from daybreak.stats.mmrm.model import Model, by_visit
from daybreak.stats.mmrm.people import Rows, arrange
from daybreak.stats.mmrm.solution import Solution
from daybreak.stats.results import Array

# Directions with less than this of a pattern's products, once scaled, hold none.
ROUNDING = 1e-13


def exact_fit(moments: Moments, way: Array, contrasts: Array, df: str | None) -> Found:
    """Return the fit of the one replicate in `moments`; `df` as in `fit_moments`.

    Raises:
        FitError: no honest number can be told from its data; the sentence says why.
    """
    rows = rows_of(moments, way)
    lengths = np.linalg.norm(rows.matrix, axis=0)
    if np.any(lengths == 0) or np.linalg.matrix_rank(rows.matrix / lengths) < len(lengths):
        raise FitError("Columns of the model depend on each other in these data.", remedy="Leave out one of the terms.")
    people = arrange(rows)
    visits = tuple(f"visit {place + 1}" for place in range(moments.visits))
    family = by_visit(people, rows, "us", visits, ("",))
    names = tuple(f"coefficient {place + 1}" for place in range(way.shape[1]))
    point, trail = maximise(Model(rows, people, family, "us", names, visits, ("",)), reml=True)
    solution = Solution(point)
    hat = contrasts @ solution.way
    covariance = np.eye(hat.shape[1])
    if df in KENWARD_ROGER:
        covariance = adjusted(solution, family.structure, linear=df == LINEAR)
    return Found(
        gamma=solution.beta[None],
        estimate=(contrasts @ solution.beta)[None],
        variance=np.einsum("cp,pq,cq->c", hat, covariance, hat)[None],
        # Of one contrast these are Kenward and Roger's too.
        df=satterthwaite(solution, hat)[None] if df else np.full((1, len(hat)), np.inf),
        loglik=np.array([solution.loglik]),
        sigma=np.stack(family.matrices(point.theta)),
        steps=np.array([trail.steps]),
        converged=np.array([True]),
    )


def rows_of(moments: Moments, way: Array) -> Rows:
    """Return rows of people, as many as there were, with the same sums of products."""
    tables, responses, subjects, slots = [], [], [], []
    first = 0
    for place, kept in enumerate(moments.kept):
        number = round(float(moments.count[0, place]))
        z, y = square_root(moments, place, number)
        where = np.flatnonzero(kept)
        design = np.einsum("ia,ts->iats", z, np.eye(moments.visits)[where]).transpose(0, 2, 1, 3)
        tables.append(design.reshape(number * len(where), len(way)) @ way)
        responses.append(y.reshape(-1))
        subjects.append(np.repeat(np.arange(first, first + number), len(where)))
        slots.append(np.tile(where, number))
        first += number
    response = np.concatenate(responses)
    subject = np.concatenate(subjects)
    return Rows(
        response=response,
        matrix=np.concatenate(tables),
        subject=subject,
        slot=np.concatenate(slots),
        group=np.zeros(len(response), dtype=np.intp),
        weights=np.ones(len(response)),
        slots=moments.visits,
    )


def square_root(moments: Moments, place: int, number: int) -> tuple[Array, Array]:
    """Return `number` rows of covariates and of responses at the visits kept that have a pattern's products."""
    kept = moments.kept[place]
    zz, zy, yy = moments.zz[0, place], moments.zy[0, place][:, kept], moments.yy[0, place][np.ix_(kept, kept)]
    whole = np.block([[zz, zy], [zy.T, yy]])
    sizes = np.sqrt(np.diag(whole))
    scale = np.where(sizes > 0, sizes, 1.0)
    values, vectors = np.linalg.eigh(whole / np.outer(scale, scale))
    # A root would make of rounding a column that looks like data.
    values = np.where(values > ROUNDING, values, 0.0)
    roots = (sizes[:, None] * vectors * np.sqrt(values)).T[::-1][:number]
    rows = np.zeros((number, len(whole)))
    rows[: len(roots)] = roots
    return rows[:, : len(zz)], rows[:, len(zz) :]
