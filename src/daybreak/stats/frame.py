"""What a model is fitted to: matrix, outcome, people, visits, groups and weights of the rows it can use."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.stats.design import Design, build, layout
from daybreak.stats.formula import CovarianceTerm, Formula, Name, RandomTerm, Term, is_factor, parse
from daybreak.stats.rows import Rows, usable
from daybreak.stats.table import Array, Codes, Levelling, Levels, read_table

_UNORDERED = ("us", "cs", "csh")


class Groups(NamedTuple):
    """Which of `labels` each row belongs to; both are empty where the model has no such grouping."""

    codes: Codes
    labels: tuple[str, ...]


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
    subject, visit, group, coordinates = _repeated(parsed.covariance, rows)
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
        raise FitError(f"{name} is {response[0]:g} in every row.", remedy=remedy)
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


def _repeated(term: CovarianceTerm | None, rows: Rows) -> tuple[Groups, Groups, Groups, Array]:
    """Return people, visits, groups and coordinates of a covariance term, after checking that they make sense."""
    count = len(rows.places)
    nobody = Groups(np.empty(0, dtype=np.intp), ())
    if term is None:
        return nobody, nobody, nobody, np.empty((count, 0))
    subject = _groups(term.subject, rows)
    group = _groups(term.group, rows) if term.group else Groups(np.zeros(count, dtype=np.intp), ("",))
    _one_group_each(term, subject, group)
    if term.kind == "sp_exp":
        coordinates = np.column_stack([rows.numbers[name] for name in term.visit])
        _, spots = np.unique(coordinates, axis=0, return_inverse=True)
        _no_twins(rows, subject, Groups(spots.reshape(-1), ()), ", ".join(term.visit))
        return subject, nobody, group, coordinates
    visit = _groups(term.visit[0], rows)
    _no_twins(rows, subject, visit, term.visit[0])
    return subject, visit, group, np.empty((count, 0))


def _groups(name: str, rows: Rows) -> Groups:
    """Return the groups of `id`, or of the pairs of `site:id`."""
    first, *others = name.split(":")
    found = Groups(rows.levels[first].codes, rows.levels[first].levels)
    for other in others:
        inner = rows.levels[other]
        pairs, codes = np.unique(found.codes * len(inner.levels) + inner.codes, return_inverse=True)
        outer, place = np.divmod(pairs, len(inner.levels))
        labels = [f"{found.labels[one]}:{inner.levels[two]}" for one, two in zip(outer, place, strict=True)]
        found = Groups(codes.reshape(-1), tuple(labels))
    return found


def _one_group_each(term: CovarianceTerm, subject: Groups, group: Groups) -> None:
    pairs = np.unique(subject.codes * len(group.labels) + group.codes)
    if len(pairs) > len(subject.labels):
        people = pairs // len(group.labels)
        twice = int(people[np.flatnonzero(np.diff(people) == 0)[0]])
        remedy = f"Give each {term.subject} one {term.group}."
        raise FitError(f"{term.subject} {subject.labels[twice]} is in more than one {term.group}.", remedy=remedy)


def _no_twins(rows: Rows, subject: Groups, visit: Groups, name: str) -> None:
    """Refuse two rows of one person at one visit."""
    keys = subject.codes * (int(visit.codes.max()) + 1) + visit.codes
    order = np.argsort(keys, kind="stable")
    same = np.flatnonzero(np.diff(keys[order]) == 0)
    if same.size:
        first, second = int(order[same[0]]), int(order[same[0] + 1])
        person = subject.labels[subject.codes[first]]
        at = f" {visit.labels[visit.codes[first]]}" if visit.labels else ""
        where = f"rows {rows.places[first] + 1} and {rows.places[second] + 1}"
        remedy = "Keep one row for each person and visit."
        raise FitError(f"{person} has two rows for {name}{at}.", where=where, remedy=remedy)


def _random(term: RandomTerm, rows: Rows) -> RandomEffects:
    groups = _groups(term.group, rows)
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
    if visit and formula.covariance and formula.covariance.kind not in _UNORDERED:
        found += _by_chance(rows.levels[visit])
    return found


def _by_chance(visits: Levels) -> Sequence[str]:
    """Return a warning where the alphabet puts day-12 before day-5 and the covariance goes by the order of visits."""
    natural = sorted(visits.levels, key=lambda text: [(len(part), part) for part in re.findall(r"\d+|\D+", text)])
    if visits.given or list(visits.levels) == natural:
        return []
    order, better = ", ".join(visits.levels), ",".join(natural)
    return [f"The covariance takes {visits.name} in the order {order}; if that is not so, give levels: {better}."]
