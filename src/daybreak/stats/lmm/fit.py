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
from daybreak.stats.lmm.newton import BLUR, Descent, descend
from daybreak.stats.lmm.terms import Shape
from daybreak.stats.results import Array

STARTS = (1.0, 0.2, 5.0, 0.02)
NIL = 1e-4
HIGHEST = 1e6
SAME = 1e-9
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
            scaled = self.sigma * factor / place.scale[:, None]
            found.append(scaled @ scaled.T)
        return tuple(found)

    @property
    def modes(self) -> tuple[Array, ...]:
        """Return the predicted effects of each random term (BLUP), shape (levels, q)."""
        found = []
        for factor, place in zip(self.shape.factors(self.point.theta), self.blocks.places, strict=True):
            score = self.point.score
            part = score.main[:, place.span, 0] if place.main else score.dense[place.span, 0].reshape(-1, place.size)
            found.append(part @ (factor @ factor.T) / place.scale)
        return tuple(found)

    @property
    def flat(self) -> tuple[str, ...]:
        """Return in words each variance at nil and each correlation at its limit."""
        words = []
        for term, factor in zip(self.terms, self.shape.factors(self.point.theta), strict=True):
            words += _singularities(term, factor)
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
    return Bottom(blocks, shape, tuple(terms), upright, sigma, reml, best, start, tried)


def _safe(blocks: Blocks, shape: Shape, theta: Array, *, reml: bool) -> Point | None:
    try:
        return evaluate(blocks, shape, theta, reml)
    except linalg.LinAlgError:
        return None


def _lowest(blocks: Blocks, shape: Shape, reml: bool) -> tuple[Descent[Point], float, int]:
    """Return the lowest bottom, the start that led there and how many were tried: until two starts agree."""
    look = partial(_safe, blocks, shape, reml=reml)
    found: list[tuple[Descent[Point], float]] = []
    tried = 0
    for start in STARTS:
        tried += 1
        first = look(np.where(shape.diagonal, start, 0.0))
        if first is None:
            continue
        descent = descend(look, first)
        if np.abs(descent.point.theta).max() > HIGHEST:
            raise FitError(
                "The residual variance is nil: the random effects foretell the outcome without error.",
                where="linear mixed model",
                remedy="See whether the outcome varies within the levels; leave a random effect out.",
            )
        if descent.converged:
            found.append((descent, start))
        heights = sorted(one.point.deviance for one, _ in found)
        if len(heights) > 1 and heights[1] - heights[0] < SAME * max(1.0, abs(heights[0])):
            break
    if not found:
        raise FitError(
            f"The likelihood has no bottom that could be found from {len(STARTS)} starts.",
            where="linear mixed model",
            remedy="Take a simpler random term, or look at the scale of its variables.",
        )
    best, start = min(found, key=lambda one: one[0].point.deviance)
    return best, start, tried


def _snapped(shape: Shape, point: Point, look: Callable[[Array], Point | None]) -> Array:
    """Return theta upright, with diagonals that are nil but for rounding set to nil where the deviance allows it."""
    theta = shape.upright(point.theta)
    nil = theta * ~(shape.diagonal & (np.abs(theta) < ROUNDING))
    there = look(nil)
    allowed = BLUR * max(1.0, abs(point.deviance))
    return nil if there is not None and there.deviance <= point.deviance + allowed else theta


def _singularities(term: RandomEffects, factor: Array) -> list[str]:
    """Return in words what a relative factor, in columns of size 1, lacks of full rank."""
    sizes = np.sqrt(np.sum(factor**2, axis=1))
    words = [
        f"The variance of {n} over {term.group} is nil." for n, s in zip(term.names, sizes, strict=True) if s < NIL
    ]
    alive = np.flatnonzero(sizes >= NIL)
    if len(alive) < 2:
        return words
    unit = factor[alive] / sizes[alive, None]
    correlations = unit @ unit.T
    pairs = [
        f"The correlation of {term.names[alive[i]]} and {term.names[alive[j]]} over {term.group} is at its limit, "
        f"{'1' if correlations[i, j] > 0 else '-1'}."
        for j in range(len(alive))
        for i in range(j)
        if 1 - abs(correlations[i, j]) < NIL**2
    ]
    if not pairs and np.linalg.svd(unit, compute_uv=False)[-1] < NIL:
        names = ", ".join(term.names[i] for i in alive)
        pairs = [f"The effects {names} over {term.group} have a combination that does not vary."]
    return words + pairs
