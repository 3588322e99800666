"""The reference grid: every combination of the values that the model's variables are looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.results import Array, Coding

Weights = str | Mapping[str, Mapping[str, float]]
MOST = 20_000_000
EVEN, PROPORTIONAL = "equal", "proportional"


@dataclass(frozen=True)
class Grid:
    """Variables with the values looked at; factors first, as the model has them."""

    values: Mapping[str, tuple[object, ...]]
    coding: Coding

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables in the order of the axes."""
        return tuple(self.values)

    def rows(self) -> Array:
        """Return the whole coding of each combination: one axis a variable, the last one the columns.

        Raises:
            FitError: there are too many combinations to lay out.
        """
        cells = prod(len(values) for values in self.values.values())
        if cells * (len(self.coding.names) + self.coding.null.shape[1]) > MOST:
            raise FitError(
                f"The factors have {cells} combinations of levels, too many to average over.",
                remedy="Name some levels in `at`, or take factors of many levels out of the fixed terms.",
            )
        combinations = list(product(*self.values.values()))
        columns = {name: [row[place] for row in combinations] for place, name in enumerate(self.values)}
        coded = self.coding.whole(columns)
        return coded.reshape(*(len(values) for values in self.values.values()), coded.shape[1])

    def margin(self, kept: Sequence[str], weights: Weights) -> Array:
        """Return the grid averaged over the variables not in `kept`: one axis for each kept, in that order.

        Raises:
            FitError: the weights make no sense here.
        """
        over = tuple(name for name in self.values if name not in kept)
        rows = self.rows()
        axes = [self.variables.index(name) for name in over]
        averaged = np.tensordot(self.averaging(over, weights), rows, axes=(range(len(over)), axes)) if over else rows
        left = [name for name in self.values if name in kept]
        return np.transpose(averaged, [*(left.index(name) for name in kept), len(left)])

    def averaging(self, over: Sequence[str], weights: Weights) -> Array:
        """Return the weight of each combination of the variables averaged over; they sum to 1.

        Raises:
            FitError: an unknown scheme, a variable or level that is not averaged over, or no weight above nil.
        """
        shape = [len(self.values[name]) for name in over]
        if weights == PROPORTIONAL:
            return self._as_observed(over)
        if isinstance(weights, str):
            if weights != EVEN:
                raise FitError(
                    f"There are no weights called {weights}.", remedy="Take equal, proportional, or give them."
                )
            return np.full(shape, 1 / np.prod(shape))
        self._check(over, weights)
        total = np.ones(shape)
        for axis, name in enumerate(over):
            own = np.ones(shape[axis])
            if name in weights:
                own = np.array([float(weights[name].get(level_name(value), 0.0)) for value in self.values[name]])
            total = total * own.reshape([-1 if place == axis else 1 for place in range(len(over))])
        return _to_one(total)

    def _as_observed(self, over: Sequence[str]) -> Array:
        factors = [name for name in over if name in self.coding.factors]
        shape = [len(self.values[name]) if name in factors else 1 for name in over]
        full = [len(self.values[name]) for name in over]
        if not factors:
            return np.full(full, 1 / np.prod(full))
        places = [[self.coding.factors[name].index(str(value)) for value in self.values[name]] for name in factors]
        seen = self.coding.counts(factors)[np.ix_(*places)]
        return _to_one(np.broadcast_to(seen.reshape(shape), full))

    def _check(self, over: Sequence[str], weights: Mapping[str, Mapping[str, float]]) -> None:
        for name, own in weights.items():
            if name not in over:
                raise FitError(
                    f"Weights are given for {name}, over which nothing is averaged.",
                    remedy=f"Averaged over: {', '.join(over) or 'nothing'}.",
                )
            levels = [level_name(value) for value in self.values[name]]
            strange = [level for level in own if level not in levels]
            if strange:
                raise FitError(f"{name} has no level {strange[0]}.", remedy=f"It has: {', '.join(levels)}.")


def reference_grid(coding: Coding, at: Mapping[str, Sequence[object]] | None = None) -> Grid:
    """Return the grid: factors at all their levels, covariates at their mean, or either at the values of `at`.

    Raises:
        FitError: `at` names a variable or a level that the model does not have, or no value.
    """
    asked = dict(at or {})
    for name in asked:
        _known(coding, name)
    values: dict[str, tuple[object, ...]] = {}
    for name, levels in coding.factors.items():
        values[name] = _levels(name, levels, asked[name]) if name in asked else levels
    for name, mean in coding.covariates.items():
        values[name] = _numbers(name, asked[name]) if name in asked else (mean,)
    return Grid(values, coding)


def names_of(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return variable names as a tuple, whether one or several were given.

    Raises:
        FitError: one of them is named twice.
    """
    listed = (names,) if isinstance(names, str) else tuple(names)
    twice = [name for name in listed if listed.count(name) > 1]
    if twice:
        raise FitError(f"{twice[0]} is named twice.", remedy="Name each variable once.")
    return listed


def level_name(value: object) -> str:
    """Return a level, or the value of a covariate, as it is written in labels: 10, not 10.0."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _known(coding: Coding, name: str) -> None:
    if name not in coding.factors and name not in coding.covariates:
        there = ", ".join((*coding.factors, *coding.covariates)) or "none"
        raise FitError(f"The model has no variable {name}.", remedy=f"It has: {there}.")


def _levels(name: str, levels: tuple[str, ...], asked: Sequence[object]) -> tuple[object, ...]:
    wanted = (asked,) if isinstance(asked, str) else tuple(str(value) for value in asked)
    strange = [level for level in wanted if level not in levels]
    if strange or not wanted:
        what = f"{name} has no level {strange[0]}." if strange else f"No level of {name} is given."
        raise FitError(what, remedy=f"It has: {', '.join(levels)}.")
    return wanted


def _numbers(name: str, asked: Sequence[object]) -> tuple[object, ...]:
    values = (asked,) if isinstance(asked, int | float | str) else tuple(asked)
    try:
        numbers = tuple(float(str(value)) for value in values)
    except ValueError:
        numbers = ()
    if not numbers or not np.isfinite(numbers).all():
        raise FitError(f"{name} is a number, and it is asked for at something else.", remedy="Give numbers.")
    return numbers


def _to_one(weights: Array) -> Array:
    if (weights < 0).any() or not weights.sum() > 0 or not np.isfinite(weights).all():
        raise FitError("The weights are not all at least nil with one above it.", remedy="Mend the weights.")
    return np.asarray(weights / weights.sum())
