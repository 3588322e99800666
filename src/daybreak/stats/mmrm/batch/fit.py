"""Thousands of mixed models for repeated measures at once: unstructured covariance, restricted likelihood."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.batch import steps
from daybreak.stats.mmrm.batch.backend import chosen
from daybreak.stats.mmrm.batch.exact import exact_fit
from daybreak.stats.mmrm.batch.kenward_roger import KENWARD_ROGER
from daybreak.stats.mmrm.batch.moments import Moments
from daybreak.stats.mmrm.batch.result import BatchFit
from daybreak.stats.mmrm.batch.start import starts
from daybreak.stats.mmrm.batch.steps import Found
from daybreak.stats.mmrm.people import Codes
from daybreak.stats.results import Array

DF = ("satterthwaite", *KENWARD_ROGER, None)


def crossed(visits: int, covariates: Sequence[bool]) -> Array:
    """Return `way`, the matrix from a model's coefficients to those of every covariate at every visit, (K * T, p).

    For each covariate in turn: whether it is crossed with visit, and has T coefficients, or has one for all visits. So
    `change ~ baseline + arm * visit` has the intercept and the arms crossed, and the baseline not.
    """
    blocks = [np.eye(visits) if each else np.ones((visits, 1)) for each in covariates]
    found = np.zeros((visits * len(blocks), sum(block.shape[1] for block in blocks)))
    column = 0
    for place, block in enumerate(blocks):
        found[place * visits : (place + 1) * visits, column : column + block.shape[1]] = block
        column += block.shape[1]
    return found


def fit_moments(
    moments: Moments,
    contrasts: Array,
    *,
    way: Array | None = None,
    df: str | None = "satterthwaite",
    backend: str | None = None,
) -> BatchFit:
    """Return the fits of all replicates in `moments`, each the same as a single `mmrm` of its data would be.

    Args:
        moments: sums of products by pattern; see `moments_of`.
        contrasts: of the coefficients, shape (C, p).
        way: the coefficients of all covariates at all visits as a linear map (K * T, p) of the model's; see `crossed`.
            Without it every covariate is crossed with visit.
        df: satterthwaite; kenward-roger or kenward-roger-linear, which adjust the variances too; or none: normal
            p-values.
        backend: compiled or numpy; without it compiled where numba is installed.

    Raises:
        FitError: shapes or choices do not go together. A replicate that cannot be fitted is no error: see `BatchFit`.
    """
    way = np.eye(moments.covariates * moments.visits) if way is None else np.asarray(way, dtype=np.float64)
    contrasts = np.atleast_2d(np.asarray(contrasts, dtype=np.float64))
    check(moments, contrasts, way, df)
    backend = chosen(backend)
    found = together(moments, contrasts, way, df, backend)
    failed = np.flatnonzero(~found.converged)
    failures: dict[int, str] = {}
    for place in failed.tolist():
        try:
            one = exact_fit(moments.of(np.array([place])), way, contrasts, df)
        except FitError as error:
            failures[place] = str(error)
            continue
        for name in Found.__dataclass_fields__:
            getattr(found, name)[place] = getattr(one, name)[0]
    return told(found, failed, failures, backend)


def together(moments: Moments, contrasts: Array, way: Array, df: str | None, backend: str) -> Found:
    """Return the fits that can be had together; the others are marked as not converged."""
    start = starts(moments)
    if backend == "compiled":
        # Here, because numba takes a second to load.
        from daybreak.stats.mmrm.batch import compiled  # noqa: PLC0415

        return compiled.fit(moments, way, contrasts, start, df=df)
    return steps.fit(moments, way, contrasts, start, df=df)


def told(found: Found, failed: Codes, failures: dict[int, str], backend: str) -> BatchFit:
    """Return the fits with their t tests."""
    se = np.sqrt(found.variance)
    t = found.estimate / se
    tail = special.stdtr(np.where(np.isfinite(found.df), found.df, 1.0), -np.abs(t))
    p = 2 * np.where(np.isinf(found.df), special.ndtr(-np.abs(t)), tail)
    refitted = np.zeros(len(se), dtype=bool)
    refitted[failed] = True
    return BatchFit(
        estimate=found.estimate,
        se=se,
        df=found.df,
        t=t,
        p=p,
        coefficients=found.gamma,
        loglik=found.loglik,
        sigma=found.sigma,
        steps=found.steps,
        converged=found.converged,
        refitted=refitted,
        failures=failures,
        backend=backend,
    )


def check(moments: Moments, contrasts: Array, way: Array, df: str | None) -> None:
    """Refuse what does not go together.

    Raises:
        FitError: the sentence says what.
    """
    rows = moments.covariates * moments.visits
    if way.ndim != 2 or way.shape[0] != rows:
        raise FitError(
            f"The map of coefficients has shape {way.shape}, not a row for each of {rows} covariates at visits.",
            remedy="Make it with `crossed`.",
        )
    if np.linalg.matrix_rank(way) < way.shape[1]:
        raise FitError("Coefficients depend on each other in their map.", remedy="Make it with `crossed`.")
    if contrasts.shape[1] != way.shape[1] or not (contrasts != 0).any(axis=1).all():
        raise FitError(
            f"Contrasts must have a weight for each of the {way.shape[1]} coefficients, and not all nil.",
            remedy=f"Bring an array of {way.shape[1]} columns.",
        )
    if df not in DF:
        raise FitError(
            f"A batch has no method {df} for degrees of freedom.",
            remedy="Choose satterthwaite, kenward-roger or kenward-roger-linear, or fit with mmrm.",
        )
