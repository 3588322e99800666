"""Slopes of a numeric variable by the levels of factors, and so their differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.means.grid import EVEN, Weights, names_of, reference_grid
from daybreak.stats.means.lines import check_level
from daybreak.stats.means.marginal import Means, describe, lay_out
from daybreak.stats.results import Fitted

STEP = 1e-3


def trends(  # noqa: PLR0913 - the grammar of emmeans
    fit: Fitted,
    variable: str,
    factors: str | Sequence[str],
    *,
    by: str | Sequence[str] = (),
    at: Mapping[str, Sequence[object]] | None = None,
    weights: Weights = EVEN,
    level: float = 0.95,
) -> Means:
    """Return the slope of `variable` at each combination of `factors` and `by`; `.pairwise()` tells their differences.

    A central difference at the variable's mean, or at its value in `at`: exact up to rounding where the model is
    linear or square in the variable.

    Raises:
        FitError: the variable is no covariate of the model, and as `marginal_means`.
    """
    covariates = fit.coding.covariates
    if variable not in covariates:
        there = ", ".join(covariates) or "none"
        raise FitError(f"The model has no numeric variable {variable}.", remedy=f"It has: {there}.")
    names, within = names_of(factors), names_of(by)
    for name in names_of((*names, *within)):
        if name not in fit.coding.factors:
            there = ", ".join(fit.coding.factors) or "none"
            raise FitError(f"The model has no factor {name}.", remedy=f"It has: {there}.")
    grid = reference_grid(fit.coding, at)
    values = np.array([float(str(value)) for value in grid.values[variable]])
    step = STEP * max(1.0, float(np.abs(values).max()))
    sides = [
        lay_out(replace(grid, values={**grid.values, variable: tuple(values + side)}), names, within, weights)
        for side in (-step, step)
    ]
    rows = (sides[1][1] - sides[0][1]) / (2 * step)
    blank = Means(f"slope of {variable}", names, within, check_level(level), (), (), fit, rows)
    return describe(blank, sides[0][0], rows)
