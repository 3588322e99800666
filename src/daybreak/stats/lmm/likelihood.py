"""The profiled deviance of a mixed model with its exact gradient and Hessian in theta."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import linalg

from daybreak.stats.lmm.blocks import Blocks
from daybreak.stats.lmm.projection import Effects, Projection, times
from daybreak.stats.lmm.terms import Shape
from daybreak.stats.results import Array

LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Point:
    """The model at one theta.

    Attributes:
        theta: the parameters of the relative covariance factors.
        deviance: -2 log likelihood (restricted or not), profiled over the fixed effects and the residual variance.
        gradient, hessian: its derivatives by theta.
        squares: y'Py, the penalised residual sum of squares.
        curves: second derivatives of the part of the deviance that is free of y; likewise `pulls` those of y'Py.
        lean: first derivatives of y'Py.
        fixed: the estimates for the orthonormal columns.
        root: the triangle L of X'H^-1X = L L' in those columns.
        score: Z'Py; `loads`: Z'P_b X L^-T, with P_b free of the fixed effects.
        plain, full: S with P free of the fixed effects, and with them taken out.
    """

    theta: Array
    deviance: float
    gradient: Array
    hessian: Array
    squares: float
    lean: Array
    curves: Array
    pulls: Array
    fixed: Array
    root: Array
    score: Effects
    loads: Effects
    plain: Projection = field(repr=False)
    full: Projection = field(repr=False)


@dataclass(frozen=True)
class Solved:
    """Products with H^-1, before any derivative is asked for."""

    logdet: float
    squares: float
    fixed: Array
    root: Array
    score: Effects
    loads: Effects
    plain: Projection
    full: Projection


def degrees(blocks: Blocks, reml: bool) -> int:
    """Return by what the residual sum of squares is divided: n - p, or n for plain maximum likelihood."""
    return blocks.n - blocks.p if reml else blocks.n


def evaluate(blocks: Blocks, shape: Shape, theta: Array, reml: bool) -> Point:
    """Return the deviance at theta and its derivatives.

    Raises:
        LinAlgError: no residual variance is left, or none that rounding leaves to be told.
    """
    solved = _solve(blocks, shape, theta, reml)
    if not solved.squares > 1e-13 * blocks.total[-1, -1]:
        raise linalg.LinAlgError("no residual variance is left")
    slopes, bends = shape.slopes(theta), shape.bends()
    places, df = blocks.places, degrees(blocks, reml)
    projection = solved.full if reml else solved.plain
    spread, moments = projection.moments(), solved.score.moments(places)
    lean = -np.array([np.sum(d.change * moments[d.term]) for d in slopes])
    gradient = np.array([np.sum(d.change * spread[d.term]) for d in slopes])
    curves = -projection.traces(slopes)
    pulls = 2 * solved.full.forms(slopes, solved.score)[:, :, 0, 0]
    for k, m, bend in bends:
        for i, j in {(k, m), (m, k)}:
            curves[i, j] += np.sum(bend.change * spread[bend.term])
            pulls[i, j] -= np.sum(bend.change * moments[bend.term])
    return Point(
        theta=theta,
        deviance=solved.logdet + df * (1 + LOG_2PI + float(np.log(solved.squares / df))),
        gradient=gradient + df * lean / solved.squares,
        hessian=curves + df * (pulls / solved.squares - np.outer(lean, lean) / solved.squares**2),
        squares=solved.squares,
        lean=lean,
        curves=curves,
        pulls=pulls,
        fixed=solved.fixed,
        root=solved.root,
        score=solved.score,
        loads=solved.loads,
        plain=solved.plain,
        full=solved.full,
    )


def _solve(blocks: Blocks, shape: Shape, theta: Array, reml: bool) -> Solved:
    """Eliminate the main effects level by level, then the dense ones, then the fixed ones.

    Henderson's equations, the dense effects scaled by their factor: a covariance that may be singular is not inverted.
    """
    b, w = blocks.b, blocks.b + blocks.p
    inner, outer = _relative(blocks, shape.factors(theta))
    size = blocks.gram.shape[1]
    covariance = inner @ inner.T
    pencil = np.eye(size) + blocks.gram @ covariance
    solved = np.linalg.solve(pencil, np.concatenate([blocks.gram, blocks.cross], axis=2))
    weighed = solved[:, :, size:]
    products = blocks.total - blocks.cross.reshape(-1, w + 1).T @ (covariance @ weighed).reshape(-1, w + 1)
    reduced = (products + products.T) / 2
    scaling = linalg.block_diag(outer, np.eye(blocks.p))
    left = scaling.T @ reduced[:w, :w] @ scaling
    left[np.arange(b), np.arange(b)] += 1.0
    root = linalg.cholesky(left, lower=True)
    half = scaling @ linalg.solve_triangular(root, np.eye(w), lower=True).T
    low, dense_low = times(weighed[:, :, :w], half), reduced[:b, :w] @ half
    toward = half.T @ reduced[:w, w]
    logdet = np.linalg.slogdet(pencil)[1].sum() + 2 * np.log(np.diag(root)[:b]).sum()
    if reml:
        logdet += 2 * (np.log(np.diag(root)[b:]).sum() + np.log(np.abs(np.diag(blocks.root))).sum())
    score = Effects((weighed[:, :, w] - low @ toward)[:, :, None], (reduced[:b, w] - dense_low @ toward)[:, None])

    def free_of(width: int) -> Projection:
        lows, dense_lows = low[:, :, :width], dense_low[:, :width]
        across = weighed[:, :, :b] - times(lows, dense_lows.T)
        return Projection(blocks.places, solved[:, :, :size], lows, across, reduced[:b, :b] - dense_lows @ dense_lows.T)

    return Solved(
        logdet=float(logdet),
        squares=float(reduced[w, w] - toward @ toward),
        fixed=(half @ toward)[b:],
        root=root[b:, b:],
        score=score,
        loads=Effects(low[:, :, b:], dense_low[:, b:]),
        plain=free_of(b),
        full=free_of(w),
    )


def _relative(blocks: Blocks, factors: tuple[Array, ...]) -> tuple[Array, Array]:
    """Return the factor of one main level, shape (q, q), and of all dense effects, shape (b, b)."""
    main = [factor for place, factor in zip(blocks.places, factors, strict=True) if place.main]
    dense = [
        np.kron(np.eye(place.levels), factor)
        for place, factor in zip(blocks.places, factors, strict=True)
        if not place.main
    ]
    return linalg.block_diag(*main), linalg.block_diag(*dense) if dense else np.zeros((0, 0))
