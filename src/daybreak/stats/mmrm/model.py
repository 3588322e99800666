"""A frame laid out for the likelihood: people by visit, pattern by pattern, and labels for what is told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from daybreak.core.errors import FormulaError
from daybreak.stats.frame import Frame
from daybreak.stats.grouping import Groups
from daybreak.stats.mmrm.covariance import structure
from daybreak.stats.mmrm.family import ByDistance, ByVisit, Family
from daybreak.stats.mmrm.people import Codes, People, Rows, arrange
from daybreak.stats.mmrm.spatial import Exponential
from daybreak.stats.mmrm.start import check_pairs, moments
from daybreak.stats.results import Array


@dataclass(frozen=True, eq=False)
class Model:
    """Rows by code, people by visit, the covariance with its data, and labels.

    Where people have coordinates instead of visits, the labels are those of two observations at distance 1.
    """

    rows: Rows
    people: People
    family: Family
    kind: str
    names: tuple[str, ...]
    visits: tuple[str, ...]
    groups: tuple[str, ...]


def laid_out(frame: Frame) -> Model:
    """Return a frame laid out.

    Raises:
        FitError: it has no covariance term, or its rows cannot tell that covariance.
    """
    term = frame.formula.covariance
    if term is None:
        raise FormulaError(
            "The formula names no covariance between visits.",
            where=frame.formula.text,
            remedy="Add one, such as us(visit | id).",
        )
    subject = np.unique(frame.subject.codes, return_inverse=True)[1].reshape(-1)
    group, groups = compact(frame.group)
    spots = term.kind == "sp_exp"
    slot, visits = (within(subject, frame.coordinates), ("distance 0", "distance 1")) if spots else compact(frame.visit)
    rows = Rows(
        response=frame.response,
        matrix=frame.matrix,
        subject=subject,
        slot=slot,
        group=group,
        weights=frame.weights,
        slots=int(slot.max()) + 1,
        groups=len(groups),
        coordinates=frame.coordinates if spots else None,
    )
    people = arrange(rows)
    family = (
        ByDistance(people, len(groups), Exponential()) if spots else by_visit(people, rows, term.kind, visits, groups)
    )
    return Model(rows, people, family, term.kind, frame.coding.names, visits, groups)


def by_visit(people: People, rows: Rows, kind: str, visits: tuple[str, ...], groups: tuple[str, ...]) -> ByVisit:
    """Return the covariance over visits of a kind.

    Raises:
        FitError: two visits were never kept by one person, and the covariance is unstructured.
    """
    of_person = np.zeros(rows.subjects, dtype=np.intp)
    of_person[rows.subject] = rows.group
    members = [np.flatnonzero(of_person == group) for group in range(len(groups))]
    if kind == "us":
        for name, each in zip(groups, members, strict=True):
            check_pairs(people, each, visits, name)
    near = moments(people, np.arange(rows.subjects))
    return ByVisit(people, structure(kind, near), tuple(moments(people, each) for each in members))


def compact(groups: Groups) -> tuple[Codes, tuple[str, ...]]:
    """Return codes without gaps, and the labels that occur."""
    used, codes = np.unique(groups.codes, return_inverse=True)
    return codes.reshape(-1), tuple(groups.labels[place] for place in used)


def within(subject: Codes, coordinates: Array) -> Codes:
    """Return each row's place among those of its person, ordered by coordinates."""
    order = np.lexsort((*coordinates.T[::-1], subject))
    ranked = subject[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    sizes = np.diff(np.append(starts, len(ranked)))
    found = np.empty(len(subject), dtype=np.intp)
    found[order] = np.arange(len(ranked)) - np.repeat(starts, sizes)
    return found
