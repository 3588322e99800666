"""Marginal means: what the model says of each level of some factors, averaged over the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.means import compare
from daybreak.stats.means.adjust import Adjustment, Family
from daybreak.stats.means.contrasts import Contrasts, Group, contrast_table
from daybreak.stats.means.grid import EVEN, Grid, Weights, level_name, names_of, reference_grid
from daybreak.stats.means.lines import Line, alone, check_level, left_open, look_up, write_lines
from daybreak.stats.means.tables import Record, print_table, records
from daybreak.stats.polars_table import polars_table
from daybreak.stats.results import Array, Fitted

if TYPE_CHECKING:
    from daybreak.stats.polars_table import DataFrame


@dataclass(frozen=True)
class Means:
    """Means, or slopes, of each combination of `factors` within each of `by`; the first factor changes fastest.

    `rows` are the linear functions in the whole coding, one a line. Where the data leave a mean open its line holds
    None and `warnings` names it.
    """

    quantity: str
    factors: tuple[str, ...]
    by: tuple[str, ...]
    level: float
    lines: tuple[Line, ...]
    warnings: tuple[str, ...]
    fit: Fitted = field(repr=False, compare=False)
    rows: Array = field(repr=False, compare=False)

    def pairwise(self, *, adjust: Adjustment = "none", family: Family = "group", reverse: bool = False) -> Contrasts:
        """Return all differences within each group of `by`: first minus second, first minus third, ...

        Raises:
            FitError: a group has a single mean, or the adjustment does not suit.
        """
        return self._compare("pairwise", compare.pairs(self._labels(), reverse=reverse), adjust, family)

    def against(self, reference: str, *, adjust: Adjustment = "none", family: Family = "group") -> Contrasts:
        """Return the difference of every other mean from that of `reference`, within each group of `by`.

        Raises:
            FitError: no mean has that label, or the adjustment does not suit.
        """
        return self._compare("reference", compare.from_reference(self._labels(), reference), adjust, family)

    def contrasts(
        self,
        asked: Sequence[str] | Mapping[str, Mapping[str, float] | Sequence[float]],
        *,
        adjust: Adjustment = "none",
        family: Family = "group",
    ) -> Contrasts:
        """Return contrasts by text (`"a - b"`) or by weights, under their names, within each group of `by`.

        Raises:
            FitError: a contrast names no mean, has another number of weights, or is nil.
        """
        return self._compare("custom", compare.custom(self._labels(), asked), adjust, family)

    def over(self, levels: Sequence[str] | Mapping[str, float], *, factor: str | None = None) -> Means:
        """Return the means averaged over some levels of one factor, evenly or by weights: one number for all visits.

        Without `factor` it is the one that has all those levels.

        Raises:
            FitError: no factor, or several, have those levels, or the weights are not above nil.
        """
        weights = dict(levels) if isinstance(levels, Mapping) else dict.fromkeys(names_of(levels), 1.0)
        name = self._factor_with(weights, factor)
        total = sum(weights.values())
        if not weights or min(weights.values()) < 0 or total <= 0:
            raise FitError("The weights are not all at least nil with one above it.", remedy="Mend the weights.")
        table: dict[tuple[tuple[str, str], ...], Array] = {}
        for line, row in zip(self.lines, self.rows, strict=True):
            rest = tuple((other, level) for other, level in line.levels.items() if other != name)
            share = weights.get(line.levels[name], 0.0) / total
            table[rest] = table.get(rest, np.zeros(self.rows.shape[1])) + share * row
        factors = tuple(other for other in self.factors if other != name)
        by = tuple(other for other in self.by if other != name)
        return describe(
            replace(self, factors=factors, by=by), [dict(key) for key in table], np.array(list(table.values()))
        )

    def summary(self) -> str:
        """Return the table as text, with the level of its limits and what cannot be estimated."""
        head = f"Marginal {self.quantity}s, {100 * self.level:g} % limits"
        return "\n".join([head, print_table(self._records()), *self.warnings])

    def to_polars(self) -> DataFrame:
        """Return one polars row a line."""
        return polars_table(self._records())

    def to_dict(self) -> dict[str, object]:
        """Return names, level, one record a line, and the warnings, for JSON."""
        return {
            "quantity": self.quantity,
            "factors": list(self.factors),
            "by": list(self.by),
            "level": self.level,
            "means": self._records(),
            "warnings": list(self.warnings),
        }

    def _records(self) -> list[Record]:
        return records(self.lines)

    def _labels(self) -> tuple[str, ...]:
        size = len(self._groups()[0].places)
        return tuple(line.label for line in self.lines[:size])

    def _groups(self) -> list[Group]:
        groups: dict[tuple[str, ...], list[int]] = {}
        for place, line in enumerate(self.lines):
            groups.setdefault(tuple(line.levels[name] for name in self.by), []).append(place)
        return [Group(dict(zip(self.by, key, strict=True)), tuple(places)) for key, places in groups.items()]

    def _compare(self, kind: str, asked: compare.Asked, adjust: Adjustment, family: Family) -> Contrasts:
        groups = self._groups()
        names = [(label, group.levels) for group in groups for label in asked]
        weights = np.array(list(asked.values()))
        rows = np.vstack([weights @ self.rows[list(group.places)] for group in groups])
        table = contrast_table(self.fit, kind, names, rows, level=self.level)
        return table.adjusted(adjust, family=family)

    def _factor_with(self, levels: Mapping[str, float], factor: str | None) -> str:
        there = {
            name: {line.levels[name] for line in self.lines}
            for name in (*self.factors, *self.by)
            if factor in (None, name)
        }
        having = [name for name, known in there.items() if known.issuperset(levels)]
        if len(having) != 1:
            few = "No factor has" if not having else "More than one factor has"
            raise FitError(
                f"{few} all of the levels {', '.join(levels)}.",
                remedy="Name levels of one factor of these means, and the factor where two share them.",
            )
        return having[0]


def marginal_means(
    fit: Fitted,
    factors: str | Sequence[str],
    *,
    by: str | Sequence[str] = (),
    at: Mapping[str, Sequence[object]] | None = None,
    weights: Weights = EVEN,
    level: float = 0.95,
) -> Means:
    """Return the model's mean at each combination of `factors` and `by`, averaged over its other factors.

    Covariates stand at their mean over the rows the model used, or at the values of `at`, averaged over evenly unless
    they are among `factors` or `by`. Other factors are averaged over evenly (`equal`), by how often their
    combinations were seen (`proportional`), or by given weights of their levels. Searle, Speed & Milliken, Population
    marginal means in the linear model, Am Stat 1980;34:216-221; R's emmeans.

    Raises:
        FitError: a variable or level that the model does not have, or weights that make no sense.
    """
    names, within = names_of(factors), names_of(by)
    names_of((*names, *within))
    grid = reference_grid(fit.coding, _at_hand(at, fit, (*names, *within)))
    blank = Means("mean", names, within, check_level(level), (), (), fit, np.zeros((0, 0)))
    return describe(blank, *lay_out(grid, names, within, weights))


def lay_out(
    grid: Grid, factors: tuple[str, ...], by: tuple[str, ...], weights: Weights
) -> tuple[list[dict[str, str]], Array]:
    """Return the levels of each margin, the first of `factors` changing fastest and `by` slowest, and their rows."""
    slow_first = (*reversed(by), *reversed(factors))
    margin = grid.margin(slow_first, weights)
    order = (*factors, *by)
    combinations = product(*([level_name(value) for value in grid.values[name]] for name in slow_first))
    levels = [dict(zip(slow_first, combination, strict=True)) for combination in combinations]
    return [{name: found[name] for name in order} for found in levels], margin.reshape(-1, margin.shape[-1])


def describe(blank: Means, levels: Sequence[Mapping[str, str]], rows: Array) -> Means:
    """Return the means whose levels and linear functions are given, described as `blank`."""
    known = look_up(blank.fit, rows)
    names = [(" ".join(found[name] for name in blank.factors), found) for found in levels]
    lines = write_lines(names, known, *alone(known, blank.level))
    open_lines = [replace(line, label="") for line in lines if line.estimate is None]
    return replace(blank, lines=lines, rows=rows, warnings=left_open(open_lines, blank.quantity))


def _at_hand(
    at: Mapping[str, Sequence[object]] | None, fit: Fitted, kept: Sequence[str]
) -> Mapping[str, Sequence[object]]:
    for name in kept:
        if name not in fit.coding.factors and name not in (at or {}):
            if name in fit.coding.covariates:
                raise FitError(
                    f"{name} is a number, so that there is no mean for each of its levels.",
                    remedy=f"Give the values to look at, or take trends(..., {name!r}, ...) for its slope.",
                )
            there = ", ".join(fit.coding.factors) or "none"
            raise FitError(f"The model has no factor {name}.", remedy=f"It has: {there}.")
    return at or {}
