"""Which rows are of one person, visit and group; and whether a covariance of visits can be told from such rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from daybreak.core.errors import FitError
from daybreak.stats.aliasing import aliasing
from daybreak.stats.formula import CovarianceTerm
from daybreak.stats.rows import Rows
from daybreak.stats.table import Array, Codes, Levels

_UNORDERED = ("us", "cs", "csh")
_ONE_VARIANCE = ("toep", "ar1", "cs", "ad")


class Groups(NamedTuple):
    """Which of `labels` each row belongs to; both are empty where the model has no such grouping."""

    codes: Codes
    labels: tuple[str, ...]


def repeated(term: CovarianceTerm | None, rows: Rows) -> tuple[Groups, Groups, Groups, Array]:
    """Return people, visits, groups and coordinates of a covariance term, after checking that they make sense."""
    count = len(rows.places)
    nobody = Groups(np.empty(0, dtype=np.intp), ())
    if term is None:
        return nobody, nobody, nobody, np.empty((count, 0))
    subject = groups_of(term.subject, rows)
    group = groups_of(term.group, rows) if term.group else Groups(np.zeros(count, dtype=np.intp), ("",))
    _one_group_each(term, subject, group)
    if term.kind == "sp_exp":
        coordinates = np.column_stack([rows.numbers[name] for name in term.visit])
        _, spots = np.unique(coordinates, axis=0, return_inverse=True)
        _no_twins(rows, subject, Groups(spots.reshape(-1), ()), ", ".join(term.visit))
        return subject, nobody, group, coordinates
    visit = groups_of(term.visit[0], rows)
    _no_twins(rows, subject, visit, term.visit[0])
    return subject, visit, group, np.empty((count, 0))


def groups_of(name: str, rows: Rows) -> Groups:
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


def check_visits(term: CovarianceTerm, matrix: Array, response: Array, grouping: tuple[Groups, Groups, Groups]) -> None:
    """Refuse a covariance of people, visits and groups that no data of this shape could tell.

    Raises:
        FitError: there are as many visits as people, a visit has no variance, or no row beyond its own coefficients.
    """
    subject, visit, group = grouping
    size = len(visit.labels)
    cells = group.codes * size + visit.codes
    names = [f"{name} {label}".strip() for name in group.labels for label in visit.labels]
    if term.kind == "us":
        _check_people(term, subject, visit, group)
    if term.kind not in _ONE_VARIANCE and size > 1:
        _check_spread(names, response, cells)
        _check_surplus(names, matrix, cells)


def _check_people(term: CovarianceTerm, subject: Groups, visit: Groups, group: Groups) -> None:
    people = np.bincount(np.unique(subject.codes * len(group.labels) + group.codes) % len(group.labels))
    least = int(people.argmin())
    if people[least] <= len(visit.labels):
        whose = f" of {group.labels[least]}" if term.group else ""
        remedy = "Use a covariance with fewer parameters, such as toeph, ar1h or csh."
        what = f"{people[least]} people{whose} cannot tell an unstructured covariance of {len(visit.labels)} visits."
        raise FitError(what, remedy=remedy)


def _check_spread(names: Sequence[str], response: Array, cells: Codes) -> None:
    """Refuse a visit at which the outcome never changes: its variance would be nil, the likelihood without bound."""
    first = np.zeros(len(names))
    first[cells] = response
    changes = np.bincount(cells, weights=response != first[cells], minlength=len(names))
    rows = np.bincount(cells, minlength=len(names))
    still = np.flatnonzero((changes == 0) & (rows > 1))
    if still.size:
        remedy = "Leave the visit out, or use a covariance with one variance, such as ar1 or cs."
        what = f"The outcome is {first[still[0]] + 0.0:g} in all {rows[still[0]]} rows at {names[still[0]]}."
        raise FitError(what, remedy=remedy)


def _check_surplus(names: Sequence[str], matrix: Array, cells: Codes) -> None:
    """Refuse a visit whose rows are no more than the coefficients that they alone tell: no variance is left over."""
    rows = np.bincount(cells, minlength=len(names))
    for cell in np.flatnonzero((rows > 0) & (rows <= matrix.shape[1])).tolist():
        own = matrix.shape[1] - len(aliasing(matrix[cells != cell]).kept)
        if own >= rows[cell]:
            remedy = "Leave the visit out, or use a covariance with one variance, such as ar1 or cs."
            what = (
                f"At {names[cell]} there are {rows[cell]} rows for {own} coefficients, so its variance cannot be told."
            )
            raise FitError(what, remedy=remedy)


def order_remarks(term: CovarianceTerm, visits: Levels) -> Sequence[str]:
    """Return a warning where the alphabet puts day-12 before day-5 and the covariance goes by the order of visits."""
    if term.kind in _UNORDERED:
        return []
    natural = sorted(visits.levels, key=lambda text: [(len(part), part) for part in re.findall(r"\d+|\D+", text)])
    if visits.given or list(visits.levels) == natural:
        return []
    order, better = ", ".join(visits.levels), ",".join(natural)
    return [f"The covariance takes {visits.name} in the order {order}; if that is not so, give levels: {better}."]
