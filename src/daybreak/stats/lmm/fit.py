"""Fitting on arrays: a ladder of starts, the lowest bottom found, and what it says of the variances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy import linalg

from daybreak.core.errors import FitError
from daybreak.stats.frame import RandomEffects
from daybreak.stats.lmm.blocks import Blocks, assemble
from daybreak.stats.lmm.likelihood import Point, degrees, evaluate
from daybreak.stats.lmm.newton import BLUR, FLAT, Descent, descend
from daybreak.stats.lmm.terms import Shape
from daybreak.stats.results import Array

STARTS = (1.0, 0.2, 5.0, 0.02)
NIL = 1e-4
HIGHEST = 1e4
SAME = 1e-9
LEANING = 1e-3
ROUNDING = 1e-5


@dataclass(frozen=True)
class Bottom:
    """The fitted model on arrays.

    Attributes:
        blocks, shape, terms: what was fitted.
        point: the model at the estimates.
        sigma: the residual SD.
        reml: whether the likelihood was restricted.
        descent: how the bottom was reached; `start` names from where, `tried` how many starts were made.
    """

    blocks: Blocks
    shape: Shape
    terms: tuple[RandomEffects, ...]
    point: Point
    sigma: float
    reml: bool
    descent: Descent[Point]
    start: float
    tried: int

    @property
    def map(self) -> Array:
        """Return M with Cov(beta) = sigma^2 M M'."""
        inner = linalg.solve_triangular(self.point.root, np.eye(self.blocks.p), lower=True).T
        return np.asarray(linalg.solve_triangular(self.blocks.root, inner))

    @property
    def beta(self) -> Array:
        """Return the fixed effects."""
        return np.asarray(linalg.solve_triangular(self.blocks.root, self.point.fixed + self.blocks.shift))

    @property
    def covariances(self) -> tuple[Array, ...]:
        """Return the covariance matrix of each random term, in the units of the outcome."""
        found = []
        for factor, place in zip(self.shape.factors(self.point.theta), self.blocks.places, strict=True):
            scaled = self.sigma * place.mix @ factor
            found.append(scaled @ scaled.T)
        return tuple(found)

    @property
    def modes(self) -> tuple[Array, ...]:
        """Return the predicted effects of each random term (BLUP), shape (levels, q)."""
        found = []
        for factor, place in zip(self.shape.factors(self.point.theta), self.blocks.places, strict=True):
            score = self.point.score
            part = score.main[:, place.span, 0] if place.main else score.dense[place.span, 0].reshape(-1, place.size)
            found.append(part @ (factor @ factor.T) @ place.mix.T)
        return tuple(found)

    @property
    def singular(self) -> tuple[int, ...]:
        """Return the places of the terms whose covariance lacks full rank."""
        factors = self.shape.factors(self.point.theta)
        return tuple(t for t, one in enumerate(factors) if np.linalg.svd(one, compute_uv=False)[-1] < NIL)

    @property
    def flat(self) -> tuple[str, ...]:
        """Return in words each variance at nil and each correlation at its limit."""
        words: list[str] = []
        factors = self.shape.factors(self.point.theta)
        for t in self.singular:
            words += _singularities(self.terms[t], self.blocks.places[t].mix @ factors[t])
        return tuple(words)


def fit_arrays(matrix: Array, response: Array, terms: Sequence[RandomEffects], *, reml: bool = True) -> Bottom:
    """Return the model at the bottom of its deviance.

    Args:
        matrix: fixed effects, full column rank, shape (n, p).
        response: shape (n,).
        terms: at least one random term.
        reml: restricted likelihood.

    Raises:
        FitError: the data cannot tell this model, or no start led to a bottom.
    """
    blocks = assemble(matrix, response, terms)
    shape = Shape(tuple(len(term.names) for term in terms))
    best, start, tried = _lowest(blocks, shape, reml)
    upright = evaluate(blocks, shape, _snapped(shape, best.point, partial(_safe, blocks, shape, reml=reml)), reml)
    sigma = float(np.sqrt(upright.squares / degrees(blocks, reml)))
    bottom = Bottom(blocks, shape, tuple(terms), upright, sigma, reml, best, start, tried)
    _check_told_apart(bottom)
    return bottom


def _check_told_apart(bottom: Bottom) -> None:
    """Refuse a fit whose variances could be traded for each other: any numbers would do as well as those found.

    A singular term is free of this: along its nil directions the deviance may be flat without harm.
    """
    scale = 1 + np.abs(bottom.point.theta)
    values, axes = np.linalg.eigh(bottom.point.hessian * np.outer(scale, scale))
    free = ~np.isin([t for t, _, _ in bottom.shape.entries], bottom.singular)
    loose = np.abs(axes[:, values < FLAT * values[-1]]) > LEANING
    named = {t for k, (t, _, _) in enumerate(bottom.shape.entries) if free[k] and loose[k].any()}
    if named:
        words = " and ".join(f"({', '.join(bottom.terms[t].names)} | {bottom.terms[t].group})" for t in sorted(named))
        raise FitError(
            f"The data cannot tell the variance of {words} from the other terms of the model.",
            where="linear mixed model",
            remedy="Leave out a random term that another random or fixed term already covers.",
        )


def _safe(blocks: Blocks, shape: Shape, theta: Array, *, reml: bool) -> Point | None:
    try:
        return evaluate(blocks, shape, theta, reml)
    except linalg.LinAlgError:
        return None


def _lowest(blocks: Blocks, shape: Shape, reml: bool) -> tuple[Descent[Point], float, int]:
    """Return the lowest bottom, the start that led there and how many were tried: until two starts agree."""
    look = partial(_safe, blocks, shape, reml=reml)
    found: list[tuple[Descent[Point], float]] = []
    tried, farthest = 0, 0.0
    for start in STARTS:
        tried += 1
        descent = descend(look, evaluate(blocks, shape, np.where(shape.diagonal, start, 0.0), reml))
        farthest = max(farthest, float(np.abs(descent.point.theta).max()))
        if descent.converged:
            found.append((descent, start))
        heights = sorted(one.point.deviance for one, _ in found)
        if len(heights) > 1 and heights[1] - heights[0] < SAME * max(1.0, abs(heights[0])):
            break
    if not found:
        raise _bottomless(farthest)
    least = min(one.point.deviance for one, _ in found)
    best, start = next(one for one in found if one[0].point.deviance - least < SAME * max(1.0, abs(least)))
    return best, start, tried


def _bottomless(farthest: float) -> FitError:
    """Return why no start led to a bottom: the factors grew without end, or something else."""
    nil = "The residual variance is nil, or too small beside the random effects to be told."
    lost = f"The likelihood has no bottom that could be found from {len(STARTS)} starts."
    remedy = "See whether the outcome varies within levels, or take a simpler random term."
    return FitError(nil if farthest > HIGHEST else lost, where="linear mixed model", remedy=remedy)


def _snapped(shape: Shape, point: Point, look: Callable[[Array], Point | None]) -> Array:
    """Return theta upright, with diagonals that are nil but for rounding set to nil where the deviance allows it."""
    theta = shape.upright(point.theta)
    nil = theta * ~(shape.diagonal & (np.abs(theta) < ROUNDING))
    there = look(nil)
    allowed = BLUR * max(1.0, abs(point.deviance))
    return nil if there is not None and there.deviance <= point.deviance + allowed else theta


def _singularities(term: RandomEffects, factor: Array) -> list[str]:
    """Return in words what a factor that lacks full rank says of the effects."""
    sizes = np.sqrt(np.sum(factor**2, axis=1))
    nil = sizes * np.sqrt(np.mean(term.columns**2, axis=0)) < NIL
    words = [f"The variance of {name} over {term.group} is nil." for name in np.array(term.names)[nil]]
    if words:
        return words
    unit = factor / sizes[:, None]
    correlations = unit @ unit.T
    pairs = [
        f"The correlation of {term.names[i]} and {term.names[j]} over {term.group} is at its limit, "
        f"{'1' if correlations[i, j] > 0 else '-1'}."
        for j in range(len(unit))
        for i in range(j)
        if 1 - abs(correlations[i, j]) < NIL
    ]
    return pairs or [f"A combination of {', '.join(term.names)} does not vary over {term.group}."]
