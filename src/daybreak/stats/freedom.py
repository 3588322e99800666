"""Degrees of freedom of contrasts when variances were estimated, for any model: Satterthwaite, Kenward and Roger.

Both take the covariance of the estimates, its derivatives by the variance parameters, and the covariance of these.
Sources: Fai and Cornelius (1996) for several contrasts at once, Kenward and Roger (1997) for the scaled F.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.results import Array, Estimate, JointTest

NIL = 1e-10


def satterthwaite(contrasts: Array, covariance: Array, slopes: Array, uncertainty: Array) -> Array:
    """Return 2 v^2 / var(v) of each contrast, where v is its variance.

    Args:
        contrasts: shape (m, p).
        covariance: of the estimates, shape (p, p).
        slopes: derivatives of `covariance` by the variance parameters, shape (k, p, p).
        uncertainty: the covariance of these parameters, shape (k, k).
    """
    variance = np.einsum("mi,ij,mj->m", contrasts, covariance, contrasts)
    gradient = np.einsum("mi,kij,mj->mk", contrasts, slopes, contrasts)
    spread = np.einsum("mk,kl,ml->m", gradient, uncertainty, gradient)
    return np.asarray(2 * variance**2 / spread)


def independent(contrasts: Array, covariance: Array) -> Array:
    """Return the rows of `contrasts` themselves if they say different things, else fewer that span the same.

    Raises:
        FitError: they say nothing.
    """
    sizes = np.sqrt(np.einsum("mi,ij,mj->m", contrasts, covariance, contrasts))
    told = sizes > 0
    if not told.any():
        raise FitError("The contrasts are all nil.", where="joint test", remedy="Name at least one difference.")
    rows = contrasts[told]
    scaled = rows / sizes[told, None]
    values, vectors = np.linalg.eigh(scaled @ covariance @ scaled.T)
    kept = values > NIL * values[-1]
    found: Array = rows if kept.all() else vectors[:, kept].T @ scaled
    return found


def joint_by_parts(contrasts: Array, beta: Array, covariance: Array, df: Callable[[Array], Array]) -> JointTest:
    """Return the F test whose denominator comes from the df of uncorrelated parts (Fai and Cornelius; lmerTest, mmrm).

    Raises:
        FitError: the contrasts say nothing.
    """
    rows = independent(contrasts, covariance)
    values, vectors = np.linalg.eigh(rows @ covariance @ rows.T)
    parts = vectors.T @ rows
    f = float(np.mean((parts @ beta) ** 2 / values))
    return judged(f, len(rows), pooled(df(parts)), 1.0)


def pooled(nu: Array) -> float:
    """Return the df of the F from those of its orthogonal parts; 2 where a part has too few for a mean."""
    if np.ptp(nu) < 1e-8:
        return float(nu.mean())
    if np.any(nu <= 2):
        return 2.0
    expected = float(np.sum(nu / (nu - 2)))
    return 2 * expected / (expected - len(nu))


def joint_kenward_roger(
    contrasts: Array, beta: Array, plain: Array, adjusted: Array, slopes: Array, uncertainty: Array
) -> JointTest:
    """Return the scaled F test of Kenward and Roger (1997).

    Args:
        contrasts: shape (q, p).
        beta: the estimates, shape (p,).
        plain: their covariance without the adjustment.
        adjusted: their covariance with it.
        slopes: derivatives of `plain` by the variance parameters, shape (k, p, p).
        uncertainty: the covariance of these parameters, shape (k, k).

    Raises:
        FitError: the contrasts say nothing, or the data are too few for the scaled F to have a mean.
    """
    rows = independent(contrasts, plain)
    q = len(rows)
    f = float(rows @ beta @ np.linalg.solve(rows @ adjusted @ rows.T, rows @ beta)) / q
    inverse = np.linalg.inv(rows @ plain @ rows.T)
    shares = np.einsum("ab,bi,kij,cj->kac", inverse, rows, slopes, rows)
    sizes = np.einsum("kaa->k", shares)
    a1 = float(sizes @ uncertainty @ sizes)
    a2 = float(np.einsum("kl,kab,lba->", uncertainty, shares, shares))
    df, scale = scaled_f(q, a1, a2) if q > 1 else (2 / a2, 1.0)
    return judged(f, q, df, scale)


def scaled_f(q: int, a1: float, a2: float) -> tuple[float, float]:
    """Return denominator df and scale that match mean and variance of the F of `q` contrasts, as in the paper.

    Raises:
        FitError: the data are too few for the scaled F to have a mean.
    """
    first, second = np.float64(a1), np.float64(a2)
    with np.errstate(divide="ignore", invalid="ignore"):
        b = (first + 6 * second) / (2 * q)
        g = ((q + 1) * first - (q + 4) * second) / ((q + 2) * second)
        below = 3 * q + 2 * (1 - g)
        c1, c2, c3 = g / below, (q - g) / below, (q + 2 - g) / below
        mean = 1 / (1 - second / q)
        variance = 2 / q * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
        df = 4 + (q + 2) / (q * variance / (2 * mean**2) - 1)
        scale = df / (mean * (df - 2))
    if not (second < q and np.isfinite(df) and df > 2 and scale > 0):
        raise FitError(
            "With so few people Kenward and Roger's F test has no degrees of freedom.",
            where="joint test",
            remedy="Use Satterthwaite, or test fewer contrasts at once.",
        )
    return float(df), float(scale)


def judged(f: float, df1: int, df2: float, scale: float) -> JointTest:
    """Return the test of this Wald statistic / df1, to be multiplied by `scale`."""
    return JointTest(scale * f, float(df1), df2, float(special.fdtrc(df1, df2, scale * f)), scale)


def estimates(
    labels: Sequence[str], values: Array, ses: Array, dfs: Array, level: float = 0.95
) -> tuple[Estimate, ...]:
    """Return each value with its t test and confidence limits."""
    found = []
    for label, value, se, df in zip(labels, values.tolist(), ses.tolist(), dfs.tolist(), strict=True):
        t = value / se
        half = se * float(special.stdtrit(df, (1 + level) / 2))
        p = 2 * float(special.stdtr(df, -abs(t)))
        found.append(Estimate(label, value, se, df, t, p, value - half, value + half))
    return tuple(found)
