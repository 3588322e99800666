"""The highest of several maxima: where data are thin, a likelihood may have more than one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from daybreak.stats.mmrm.likelihood import Likelihood, Point
from daybreak.stats.mmrm.model import Model
from daybreak.stats.mmrm.start import NEARLY_SINGULAR, loosest
from daybreak.stats.optimise import NowhereError, Trail, newton
from daybreak.stats.results import Array

# Two visits seen together by fewer people than this may leave the likelihood with several maxima.
THIN = 20
# Maxima that differ by less are one.
APART = 1e-6
SEVERAL = "Few people were seen at some two visits, and the likelihood has several maxima; this is the highest found."


def thin(model: Model) -> bool:
    """Return whether some two visits were seen together by few people of a group."""
    kept = model.people.kept.astype(np.int64)
    return bool((kept.T @ kept).min() < THIN * len(model.groups))


def highest(model: Model, likelihood: Likelihood, found: tuple[Point, Trail]) -> tuple[Point, Trail]:
    """Return the highest of the maxima found and of those that further starts lead to."""
    best, several = found, False
    for start in model.family.others():
        try:
            there = newton(likelihood.at, likelihood.at(start), "Newton from drawn correlations")
        except (ArithmeticError, NowhereError):
            continue
        if abs(there[0].value - best[0].value) < APART or singular(model, there[0].theta):
            continue
        several = True
        best = min(best, there, key=lambda one: one[0].value)
    return best[0], replace(best[1], several=several)


def singular(model: Model, theta: Array) -> bool:
    """Return whether a covariance is singular but for rounding."""
    return any(loosest(matrix) < NEARLY_SINGULAR for matrix in model.family.matrices(theta))
