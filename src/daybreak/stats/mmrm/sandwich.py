"""Covariances of the estimates from people's own residuals: empirical (CR0), bias-reduced (CR2), jackknife (CR3).

In the solution's coordinates, with x_i the whitened rows and e_i the whitened residuals of person i:
    sum x_i' A_i e_i e_i' A_i x_i,   A_i = I, (I - H_i)^-1/2 or (I - H_i)^-1,   H_i = x_i x_i'
and Bell and McCaffrey's degrees of freedom tr(G)^2 / tr(G^2), G_ij = a_i'(I - H)_ij a_j, a_i = A_i x_i c
(Bell & McCaffrey 2002; Pustejovsky & Tipton 2018; as in R mmrm, without the factor (n - 1) / n).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.solution import Solution
from daybreak.stats.results import Array

POWERS = {"empirical": 0.0, "bias-reduced": -0.5, "jackknife": -1.0}


@dataclass(frozen=True, eq=False)
class Sandwich:
    """Whitened rows (n, T, p), the same times A_i, and the covariance (p, p), all in the solution's coordinates."""

    rows: Array
    lifted: Array
    covariance: Array

    def df(self, contrasts: Array) -> Array:
        """Return the degrees of freedom of contrasts given in the solution's coordinates, (m, p) to (m,)."""
        pulled = self.lifted @ contrasts.T
        own = np.einsum("itm,itm->im", pulled, pulled)
        shared = np.einsum("itp,itm->ipm", self.rows, pulled)
        trace = own.sum(axis=0) - np.einsum("ipm,ipm->m", shared, shared)
        squares = (own**2).sum(axis=0) - 2 * (own * np.einsum("ipm,ipm->im", shared, shared)).sum(axis=0)
        gram = np.einsum("ipm,iqm->mpq", shared, shared)
        found: Array = trace**2 / (squares + np.einsum("mpq,mpq->m", gram, gram))
        return found


def sandwich(solution: Solution, kind: str) -> Sandwich:
    """Return the sandwich of a kind in `POWERS`.

    Raises:
        FitError: jackknife, where an estimate rests on one person alone.
    """
    people, point = solution.people, solution.point
    basis = point.basis.reshape(people.slots, -1, people.rank + 1)
    rows = np.einsum("itd,tdp->itp", people.z, basis)
    for part in point.parts:
        for root, members in zip(part.root, part.block.members, strict=True):
            rows[members] = root @ rows[members]
    design, residuals = rows[:, :, :-1], rows[:, :, -1]
    lifted = raised(design, POWERS[kind]) @ design if POWERS[kind] else design
    scores = np.einsum("itp,it->ip", lifted, residuals)
    return Sandwich(design, lifted, scores.T @ scores)


def raised(design: Array, power: float) -> Array:
    """Return (I - H_i) to a power, shape (n, T, T); generalised inverse for the bias-reduced form.

    Raises:
        FitError: it is singular and the power -1.
    """
    slots = design.shape[1]
    values, vectors = np.linalg.eigh(np.eye(slots) - design @ design.transpose(0, 2, 1))
    empty = values < 1e-10
    if power == -1.0 and empty.any():
        raise FitError(
            "An estimate rests on one person alone, whom the jackknife cannot leave out.",
            remedy="Use the empirical covariance, or leave out the term.",
        )
    grown = np.where(empty, 0.0, np.where(empty, 1.0, values) ** power)
    found: Array = (vectors * grown[:, None, :]) @ vectors.transpose(0, 2, 1)
    return found
