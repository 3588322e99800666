"""Where a fit starts, and what a fit that ends nowhere has to say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.mmrm.people import Codes, People
from daybreak.stats.results import Array

# The smallest eigenvalue that a starting correlation may have.
CLEAR = 0.02
# Below this smallest eigenvalue of its correlations a covariance is singular, and the likelihood without a maximum.
NEARLY_SINGULAR = 1e-6


def moments(people: People, members: Codes) -> Array:
    """Return the covariance of least-squares residuals over the pairs of visits kept, made positive definite.

    It is drawn towards everybody's variances, without correlation, as if two more people had been seen: so a visit of
    one person has a variance too.
    """
    residuals = people.residuals[members]
    kept = people.kept[members].astype(np.float64)
    pairs = kept.T @ kept
    variances = (people.residuals**2).sum(axis=0) / people.kept.sum(axis=0)
    prior = np.diag(2 * np.where(variances > 0, variances, 1.0))
    found: Array = (residuals.T @ residuals + prior) / (pairs + 2)
    sds = np.sqrt(np.diag(found))
    others = correlations(found) - np.eye(people.slots)
    while np.linalg.eigvalsh(np.eye(people.slots) + others)[0] < CLEAR:
        others = 0.8 * others
    safe: Array = (np.eye(people.slots) + others) * np.outer(sds, sds)
    return safe


def check_pairs(people: People, members: Codes, visits: Sequence[str], group: str) -> None:
    """Refuse an unstructured covariance of two visits at which no person was seen.

    Raises:
        FitError: there are such visits.
    """
    kept = people.kept[members].astype(np.int64)
    never = np.argwhere(np.triu(kept.T @ kept == 0))
    if len(never):
        one, two = (visits[place] for place in never[0])
        among = f" of {group}" if group else ""
        what = f"No person{among} was seen at {one}" if one == two else f"No person{among} was seen at both {one} and"
        tail = "." if one == two else f" {two}, so their covariance cannot be told."
        raise FitError(what + tail, remedy="Use a covariance with fewer parameters, such as toeph or csh.")


def explain(matrices: Sequence[Array], visits: Sequence[str], kind: str, *, flat: bool) -> FitError:
    """Return what to say of a search that ended at these covariances without a maximum."""
    for matrix in matrices:
        if loosest(matrix) >= NEARLY_SINGULAR:
            continue
        apart = np.abs(correlations(matrix)) - np.eye(len(matrix))
        if 1 - apart.max() < 1e-4:
            one, two = (visits[int(place)] for place in np.unravel_index(apart.argmax(), matrix.shape))
            return FitError(
                f"What the model leaves unexplained at {one} and {two} is perfectly correlated.",
                remedy="Look at the data for a copied visit, or use a simpler covariance.",
            )
        return FitError(
            "What the model leaves unexplained at one visit follows from the other visits.",
            remedy="There may be too few people for these visits: use a simpler covariance.",
        )
    if flat:
        return FitError(
            f"The data cannot tell the parameters of the covariance {kind} apart.",
            remedy="Use a covariance with fewer parameters.",
        )
    return FitError(
        f"No way of fitting the covariance {kind} reached a maximum of the likelihood.",
        remedy="Use a covariance with fewer parameters.",
    )


def correlations(matrix: Array) -> Array:
    """Return the correlations of a covariance."""
    sds = np.sqrt(np.diag(matrix))
    found: Array = matrix / np.outer(sds, sds)
    return found


def loosest(matrix: Array) -> float:
    """Return the smallest eigenvalue of a covariance's correlations."""
    return float(np.linalg.eigvalsh(correlations(matrix))[0])
