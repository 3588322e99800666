"""The largest of several t statistics, and the range of several means: their laws by quadrature.

Given the scale s = sqrt(chi-squared / df) both are one integral over a normal variable; s is then averaged over. The
trapezoid rule on log s and on the normal variable converges exponentially, so that these probabilities are good to
1e-10 or better. Correlations that no single shared factor explains are averaged over directions instead: given its
direction the length of the vector has an F law, so that only a smooth integral over a sphere is left. It is good to
1e-9 in the plane (three pairs of three means) and to 1e-5 beyond, by quasi-Monte Carlo.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from scipy import special, stats
from scipy.optimize import brentq

from daybreak.stats.results import Array

NORMAL = 1e8
TINY = 38.0
NODES = 96
LOG_STEP = 0.1
REACH = 9.0
STEP = 0.25
SAME = 1e-9
EXACT = 1e-9
SEED = 20_140
ANGLES = 20_000
POINTS = 2**17
GROUPS = 2**12


class LargestT:
    """The law of the largest absolute value among t statistics of given correlations."""

    def __init__(self, correlation: Array) -> None:
        self.correlation = _distinct(correlation)

    @cached_property
    def loadings(self) -> Array | None:
        """Loadings on one shared factor that give the correlations, or None where none do."""
        return one_factor(self.correlation)

    def beyond(self, t: float, df: float) -> float:
        """Return the probability that the largest absolute value exceeds `t`, for one number of degrees of freedom."""
        loadings = self.loadings
        if loadings is None:
            return self._over_directions(t, df)
        s, weight = scales(df)
        spread = np.sqrt(1 - loadings**2)
        z, density = _normal_nodes(float((spread / np.maximum(np.abs(loadings), SAME)).min()))
        inside = np.ones((len(s), len(z)))
        for loading, own in zip(loadings, spread, strict=True):
            limit = t * s[:, None]
            inside *= special.ndtr((limit - loading * z) / own) - special.ndtr((-limit - loading * z) / own)
        return _probability(1 - float(weight @ inside @ density))

    def critical(self, level: float, df: float) -> float:
        """Return the value that the largest absolute value exceeds with probability 1 - `level`."""
        return _solve(self, level, df)

    @cached_property
    def _lengths(self) -> tuple[int, Array]:
        """Return the rank, and for many directions the largest squared statistic of a vector of that rank's length."""
        values, vectors = np.linalg.eigh(self.correlation)
        kept = values > EXACT * len(values)
        rank = int(kept.sum())
        statistics = directions(rank) @ (vectors[:, kept] * np.sqrt(values[kept])).T
        lengths = rank * (statistics**2).max(axis=1)
        # the law is smooth in the length, so that neighbours may stand together; thousands of lengths are enough
        return rank, lengths if rank == 2 else np.sort(lengths).reshape(GROUPS, -1).mean(axis=1)

    def _over_directions(self, t: float, df: float) -> float:
        rank, lengths = self._lengths
        ratio = t**2 / lengths
        beyond = stats.f.sf(ratio, rank, df) if df < NORMAL else stats.chi2.sf(rank * ratio, rank)
        return _probability(float(np.mean(beyond)))


class StudentizedRange:
    """The law of the largest of all pairwise t statistics among `means` independent means of the same precision."""

    def __init__(self, means: int) -> None:
        self.means = means

    def beyond(self, t: float, df: float) -> float:
        """Return the probability that the largest pairwise |t| exceeds `t`: Tukey's p value."""
        s, weight = scales(df)
        z, density = _normal_nodes(1.0)
        low = special.ndtr(z - np.sqrt(2) * t * s[:, None])
        inside = self.means * (special.ndtr(z) - low) ** (self.means - 1)
        return _probability(1 - float(weight @ inside @ density))

    def critical(self, level: float, df: float) -> float:
        """Return the |t| that the largest pairwise one exceeds with probability 1 - `level`."""
        return _solve(self, level, df)


def scales(df: float) -> tuple[Array, Array]:
    """Return values of s = sqrt(chi-squared / df) and their weights, which sum to 1."""
    if df >= NORMAL:
        return np.ones(1), np.ones(1)
    edge = -np.exp(max(-1 - 2 * TINY / df, -700.0))
    low, high = (float(np.log(-special.lambertw(edge, branch).real)) / 2 for branch in (0, -1))
    u = np.linspace(low, high, max(NODES, int((high - low) / LOG_STEP)))
    density = np.exp(df * (u - np.expm1(2 * u) / 2))
    return np.exp(u), density / density.sum()


def directions(rank: int) -> Array:
    """Return directions spread evenly over half a circle, or over a sphere, one a row."""
    if rank == 2:
        angles = np.pi * (np.arange(ANGLES) + 0.5) / ANGLES
        return np.column_stack([np.cos(angles), np.sin(angles)])
    spread = stats.qmc.Sobol(rank, rng=SEED).random(POINTS)
    normal = special.ndtri(np.clip(spread, EXACT, 1 - EXACT))
    return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))


def one_factor(correlation: Array) -> Array | None:
    """Return loadings l with l_i l_j the correlation of every pair, or None where there are none."""
    size = len(correlation)
    if size == 1:
        return np.zeros(1)
    squares = np.array([_square(correlation, i) for i in range(size)])
    if (squares < 0).any() or (squares > 1 - EXACT).any():
        return None
    loadings = np.sqrt(squares)
    lead = int(np.argmax(loadings))
    loadings = np.where(correlation[lead] < 0, -loadings, loadings)
    misfit = np.outer(loadings, loadings) - correlation
    np.fill_diagonal(misfit, 0.0)
    return loadings if float(np.abs(misfit).max()) < EXACT else None


def _square(correlation: Array, i: int) -> float:
    others = np.delete(np.arange(len(correlation)), i)
    between = np.abs(np.triu(correlation[np.ix_(others, others)], 1))
    if not len(between) or between.max() < SAME:
        return float(np.abs(correlation[i, others]).max())
    j, k = others[list(np.unravel_index(int(between.argmax()), between.shape))]
    return float(correlation[i, j] * correlation[i, k] / correlation[j, k])


def _distinct(correlation: Array) -> Array:
    """Leave out statistics that always have the absolute value of an earlier one."""
    kept: list[int] = []
    for i in range(len(correlation)):
        if all(abs(correlation[i, j]) < 1 - SAME for j in kept):
            kept.append(i)
    return correlation[np.ix_(kept, kept)]


def _normal_nodes(width: float) -> tuple[Array, Array]:
    """Return nodes and weights of the normal density, dense enough for integrands that change over `width`."""
    z = np.linspace(-REACH, REACH, 1 + 2 * int(np.ceil(REACH / (STEP * min(1.0, width)))))
    density = np.exp(-(z**2) / 2)
    return z, density / density.sum()


def _probability(value: float) -> float:
    return min(1.0, max(0.0, value))


def _solve(law: LargestT | StudentizedRange, level: float, df: float) -> float:
    wanted = 1 - level
    single = float(stats.t.isf(wanted / 2, df))
    high = single
    while law.beyond(high, df) > wanted:
        high *= 1.5
    return float(brentq(lambda t: law.beyond(t, df) - wanted, single * (1 - SAME), high + SAME, xtol=1e-11))
