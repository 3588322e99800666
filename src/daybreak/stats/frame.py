"""What a model is fitted to: matrix, outcome, people, visits, groups and weights of the rows it can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.stats.design import Design, build, layout
from daybreak.stats.formula import Formula, Name, RandomTerm, Term, is_factor, parse
from daybreak.stats.grouping import Groups, check_visits, groups_of, order_remarks, repeated
from daybreak.stats.rows import Rows, usable
from daybreak.stats.table import Array, Codes, Levelling, read_table


class RandomEffects(NamedTuple):
    """One random part: its columns (n, q) and their names, and which of `labels` of `group` each row belongs to."""

    columns: Array
    names: tuple[str, ...]
    codes: Codes
    labels: tuple[str, ...]
    group: str
    correlated: bool


@dataclass(frozen=True, eq=False)
class Frame:
    """The rows a model is fitted to, in the order of the data.

    `group` has the one label "" where a covariance is the same for all. `coordinates` has columns for `sp_exp` only.
    `places` says where each row stands in the data, counted from nil.
    """

    formula: Formula
    response: Array
    coding: Design
    matrix: Array
    weights: Array
    subject: Groups
    visit: Groups
    group: Groups
    coordinates: Array
    random: tuple[RandomEffects, ...]
    places: npt.NDArray[np.intp]
    left_out: int
    warnings: tuple[str, ...]


def frame(formula: Formula | str, data: Any, *, levels: Levelling | None = None, weights: str | None = None) -> Frame:
    """Return the rows of the data that a model can use, coded as R would.

    Args:
        formula: such as `change ~ baseline + arm * visit + us(visit | id)` or `y ~ day + (1 + day | id)`.
        data: a polars or pandas data frame, an Arrow table, or a mapping of names to sequences.
        levels: the order of the levels of any variable, the reference first; see `read_table`.
        weights: the column of weights, each above nil.

    Raises:
        FormulaError: the formula cannot be read.
        FitError: the data cannot answer it; the sentence names variable and row.
    """
    parsed = formula if isinstance(formula, Formula) else parse(formula)
    rows = usable(parsed, read_table(data, levels=levels), weights)
    _check_arithmetic(parsed, rows)
    response = rows.arithmetic(parsed.outcome)
    plan = layout(parsed.intercept, parsed.fixed, rows.levels, rows.numbers)
    coding, matrix = build(plan, rows.levels, rows.numbers, len(rows.places))
    _check_response(parsed.response, response, matrix)
    subject, visit, group, coordinates = repeated(parsed.covariance, rows)
    if parsed.covariance and visit.labels:
        check_visits(parsed.covariance, matrix, response, (subject, visit, group))
    return Frame(
        formula=parsed,
        response=response,
        coding=coding,
        matrix=matrix,
        weights=_weights(weights, rows),
        subject=subject,
        visit=visit,
        group=group,
        coordinates=coordinates,
        random=tuple(_random(term, rows) for term in parsed.random),
        places=rows.places,
        left_out=rows.left_out,
        warnings=(*rows.warnings, *_remarks(parsed, rows, coding)),
    )


def _check_arithmetic(formula: Formula, rows: Rows) -> None:
    """Refuse an expression that has no value in a row."""
    terms: list[Term] = [*formula.fixed, *(term for part in formula.random for term in part.terms)]
    for part in dict.fromkeys(part for term in terms for part in term.parts):
        if not isinstance(part, Name) and not is_factor(part):
            layout(True, [Term((part,))], rows.levels, rows.numbers)
            rows.arithmetic(part)


def _check_response(name: str, response: Array, matrix: Array) -> None:
    """Refuse an outcome about which no error can be told."""
    rows, columns = matrix.shape
    if float(np.ptp(response)) == 0.0:
        remedy = "There is nothing to explain; check the column."
        raise FitError(f"{name} is {response[0] + 0.0:g} in every row.", remedy=remedy)
    if columns == 0:
        raise FitError("The model has no terms.", remedy="Keep the intercept, or add a term.")
    if rows <= columns:
        remedy = "Give more rows, or leave terms out."
        raise FitError(f"{rows} rows cannot tell {columns} coefficients and an error.", remedy=remedy)
    if _is_exact(response, matrix):
        remedy = "Check whether a covariate holds the outcome itself."
        raise FitError(f"The terms explain {name} without any error.", remedy=remedy)


def _is_exact(response: Array, matrix: Array) -> bool:
    """Return whether nothing is left of an outcome beside a matrix; some rows settle that something is."""
    for rows in (4 * matrix.shape[1], len(response)):
        part = response[:rows]
        found = np.linalg.lstsq(matrix[:rows], part, rcond=None)[0]
        if np.linalg.norm(part - matrix[:rows] @ found) > 1e-12 * np.linalg.norm(part):
            return False
    return True


def _weights(name: str | None, rows: Rows) -> Array:
    if name is None:
        return np.ones(len(rows.places))
    weights = rows.numbers[name]
    if (weights <= 0).any():
        first = int(np.flatnonzero(weights <= 0)[0])
        remedy = "Give a weight above 0, or leave it empty to leave the row out."
        raise FitError(f"The weight {name} is {weights[first]:g}.", where=rows.place(first), remedy=remedy)
    return weights


def _random(term: RandomTerm, rows: Rows) -> RandomEffects:
    groups = groups_of(term.group, rows)
    plan = layout(term.intercept, term.terms, rows.levels, rows.numbers)
    columns = plan.matrix({name: one.codes for name, one in rows.levels.items()}, rows.numbers, len(rows.places))
    if plan.factors and not term.correlated:
        remedy = "Write | for ||, or name the effects as columns of numbers."
        raise FitError(f"Effects of {', '.join(plan.factors)} by {term.group} cannot be uncorrelated.", remedy=remedy)
    if len(groups.labels) < 2:
        remedy = "A random effect needs several groups; leave it out."
        raise FitError(f"{term.group} is {groups.labels[0]} in every row.", remedy=remedy)
    effects = len(plan.names) * len(groups.labels)
    if effects >= len(rows.places):
        remedy = "Give more rows in each group, or fewer random effects."
        raise FitError(f"{len(rows.places)} rows cannot tell {effects} random effects of {term.group}.", remedy=remedy)
    return RandomEffects(columns, plan.names, groups.codes, groups.labels, term.group, term.correlated)


def _remarks(formula: Formula, rows: Rows, coding: Design) -> Sequence[str]:
    """Return what a careful reader should know of the coding."""
    found = []
    if coding.dropped:
        told = ", ".join(coding.dropped)
        found.append(f"The data cannot tell {told} from the terms before; dropped.")
    visit = formula.covariance.visit[0] if formula.covariance and formula.covariance.kind != "sp_exp" else ""
    slopes = {name for term in formula.fixed for part in term.parts if isinstance(part, Name) for name in [part.text]}
    if visit in rows.numbers and visit in slopes:
        found.append(
            f"{visit} is a number, so its effect is a straight line; give its levels or write factor({visit})."
        )
    if visit and formula.covariance:
        found += order_remarks(formula.covariance, rows.levels[visit])
    return found
