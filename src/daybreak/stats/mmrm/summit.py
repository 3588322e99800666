"""The greatest likelihood: the first maximum found and, where data are thin, the highest of several."""

from __future__ import annotations

import numpy as np

from daybreak.stats.mmrm.likelihood import Likelihood, Point
from daybreak.stats.mmrm.model import Model
from daybreak.stats.mmrm.start import NEARLY_SINGULAR, explain, loosest
from daybreak.stats.optimise import NowhereError, Trail, ladder, newton
from daybreak.stats.results import Array

# Two visits seen together by fewer people than this may leave the likelihood with several maxima.
THIN = 20
SEVERAL = "Few people were seen at some two visits, and the likelihood has several maxima; this is the highest found."
# Maxima that differ by less are one.
APART = 1e-6


def maximise(model: Model, *, reml: bool) -> tuple[Point, Trail, tuple[str, ...]]:
    """Return where the likelihood is greatest, how that was found, and what to remark on.

    Raises:
        FitError: nowhere; the sentence says why.
    """
    family = model.family
    likelihood = Likelihood(model.people, family.covariances, family.size, len(model.groups), reml)
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            point, trail = ladder(
                likelihood.at, family.starts(), family.rescues(likelihood), lambda theta: singular(model, theta)
            )
            return highest(model, likelihood, point, trail) if thin(model) else (point, trail, ())
    except NowhereError as nowhere:
        ends = [] if nowhere.theta is None else family.matrices(nowhere.theta)
        raise explain(ends, model.visits, model.kind, flat=nowhere.flat) from None


def thin(model: Model) -> bool:
    """Return whether some two visits were seen together by few people of a group."""
    kept = model.people.kept.astype(np.int64)
    return bool((kept.T @ kept).min() < THIN * len(model.groups))


def highest(model: Model, likelihood: Likelihood, point: Point, trail: Trail) -> tuple[Point, Trail, tuple[str, ...]]:
    """Return the highest of the maxima that further starts lead to, with a remark if they are several."""
    several = False
    for start in model.family.others():
        try:
            there, way = newton(likelihood.at, likelihood.at(start), "Newton from drawn correlations")
        except (ArithmeticError, NowhereError):
            continue
        if abs(there.value - point.value) < APART or singular(model, there.theta):
            continue
        several = True
        if there.value < point.value:
            point, trail = there, way
    return point, trail, (SEVERAL,) if several else ()


def singular(model: Model, theta: Array) -> bool:
    """Return whether a covariance is singular but for rounding."""
    return any(loosest(matrix) < NEARLY_SINGULAR for matrix in model.family.matrices(theta))
