"""What is imputed: a table of people by visits, checked and laid out for the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.stats.results import Array

Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]
RULES = ("MAR", "J2R", "CIR", "CR")


@dataclass(frozen=True)
class Outcomes:
    """A continuous outcome of people over visits, and since when each person's own arm no longer tells their future.

    Attributes:
        values: shape (people, visits), NaN where missing.
        arms: each person's arm.
        reference: the arm that the rules refer to, and that others are held against.
        visits: names of the visits in their order.
        covariates: baseline values, numbers or names, one a person, none missing; each has a slope at every visit.
        rule_from: the place (from 0) of the first visit at which the person's rule holds, or None for never. Where it
            is not given at all: the first visit after the last value.
        people: names of the people. Draws follow the order of the names, so that rows may come in any order.
    """

    values: Array
    arms: Sequence[str]
    reference: str
    visits: Sequence[str] = ()
    covariates: Mapping[str, Sequence[object]] = field(default_factory=dict)
    rule_from: Sequence[int | None] | None = None
    people: Sequence[str] = ()


@dataclass(frozen=True)
class Layout:
    """Outcomes in the form the model works on; n people, T visits, K columns.

    `seen` marks values, `modelled` those that the model learns from (values after a rule sets in tell of another
    course), `first` the visit from which the rule holds (T for never). `own` codes the person's arm, `referred` the
    same person in the reference arm. `order` says which row of the outcomes each row was.
    """

    values: Array
    seen: Mask
    modelled: Mask
    first: Places
    own: Array
    referred: Array
    codes: Places
    arms: tuple[str, ...]
    visits: tuple[str, ...]
    people: tuple[str, ...]
    order: Places

    @property
    def after(self) -> Mask:
        """Missing cells at which the rule holds, shape (n, T)."""
        return ~self.seen & (np.arange(len(self.visits)) >= self.first[:, None])


def lay_out(outcomes: Outcomes) -> Layout:
    """Check outcomes and return their layout, people in the order of their names.

    Raises:
        FitError: shapes that do not fit, no such reference, a covariate with a gap, or columns that tell the same.
    """
    values = _numbers(outcomes.values, "outcome")
    arms, visits, people = _names(outcomes, values)
    order = np.array(sorted(range(len(people)), key=lambda place: people[place]), dtype=np.intp)
    if not outcomes.people:
        order = np.arange(len(people), dtype=np.intp)
    levels = (outcomes.reference, *sorted(set(arms) - {outcomes.reference}))
    codes = np.array([levels.index(arm) for arm in arms], dtype=np.intp)
    own = _design(codes, len(levels), outcomes.covariates, people)
    referred = own.copy()
    referred[:, 1 : len(levels)] = 0.0
    seen = np.isfinite(values)
    first = _first(seen, outcomes.rule_from)
    modelled = seen & (np.arange(values.shape[1]) < first[:, None])
    return Layout(
        values=values[order],
        seen=seen[order],
        modelled=modelled[order],
        first=first[order],
        own=own[order],
        referred=referred[order],
        codes=codes[order],
        arms=levels,
        visits=visits,
        people=tuple(people[place] for place in order),
        order=order,
    )


def rules_of(rule: str | Sequence[str], layout: Layout) -> npt.NDArray[np.str_]:
    """Return each person's rule, in the layout's order.

    Raises:
        FitError: a rule that is none, or not one for each person.
    """
    given = [rule] * len(layout.people) if isinstance(rule, str) else [str(each) for each in rule]
    if len(given) != len(layout.people):
        raise FitError("There is not one rule for each person.", remedy="Give one rule, or as many as people.")
    if strange := sorted(set(given) - set(RULES)):
        raise FitError(f"There is no rule {strange[0]}.", remedy=f"Choose one of {', '.join(RULES)}.")
    return np.array(given)[layout.order]


def _names(outcomes: Outcomes, values: Array) -> tuple[list[str], tuple[str, ...], list[str]]:
    if values.ndim != 2 or not values.size:
        raise FitError(
            "The outcome is no table of people by visits.", remedy="Give one row a person, one column a visit."
        )
    n, t = values.shape
    arms = [str(arm) for arm in outcomes.arms]
    visits = tuple(str(visit) for visit in outcomes.visits) or tuple(str(place + 1) for place in range(t))
    people = [str(person) for person in outcomes.people] or [str(place + 1) for place in range(n)]
    if len(arms) != n or len(people) != n or len(visits) != t:
        raise FitError(
            "Arms, people or visits do not fit the table.", remedy=f"The table has {n} rows and {t} columns."
        )
    if len(set(people)) < n:
        raise FitError("Two rows have the same person.", remedy="Give one row a person.")
    if outcomes.reference not in arms:
        raise FitError(
            f"Nobody is in the reference {outcomes.reference!r}.", remedy=f"Arms: {', '.join(sorted(set(arms)))}."
        )
    return arms, visits, people


def _design(codes: Places, levels: int, covariates: Mapping[str, Sequence[object]], people: Sequence[str]) -> Array:
    """Return intercept, one column for each other arm, and covariates about their mean in units of their spread."""
    columns = [np.ones(len(codes)), *((codes == level).astype(float) for level in range(1, levels))]
    names = ["intercept", *("arm" for _ in range(1, levels))]
    for name, given in covariates.items():
        for column in _covariate(name, given, people):
            names.append(name)
            columns.append(column)
            if np.linalg.matrix_rank(np.column_stack(columns)) < len(columns):
                raise FitError("A covariate tells nothing that others do not.", where=name, remedy="Leave it out.")
    return np.column_stack(columns)


def _covariate(name: str, given: Sequence[object], people: Sequence[str]) -> list[Array]:
    if len(given) != len(people):
        raise FitError("There is not one value for each person.", where=name, remedy="Give as many values as people.")
    texts = any(isinstance(each, str) for each in given)
    gaps = [person for person, each in zip(people, given, strict=True) if each is None or str(each) == "nan"]
    if gaps:
        raise FitError(f"A covariate is missing for {gaps[0]}.", where=name, remedy="Leave the person or it out.")
    if texts:
        kinds = sorted({str(each) for each in given})
        raw = [np.array([float(str(each) == kind) for each in given]) for kind in kinds[1:]]
    else:
        raw = [_numbers(given, name)]
    return [(column - column.mean()) / (column.std() or 1.0) for column in raw]


def _numbers(given: object, name: str) -> Array:
    try:
        numbers = np.array(given, dtype=float)
    except (TypeError, ValueError) as error:
        raise FitError("Not everything here is a number.", where=name, remedy="Give numbers.") from error
    if np.isinf(numbers).any():
        raise FitError("A value is endless.", where=name, remedy="Give numbers, or NaN where an outcome is missing.")
    return numbers


def _first(seen: Mask, given: Sequence[int | None] | None) -> Places:
    """Return from which visit on the rule holds; T for never."""
    n, t = seen.shape
    if given is None:
        return np.where(seen.any(axis=1), t - seen[:, ::-1].argmax(axis=1), 0).astype(np.intp)
    if len(given) != n:
        raise FitError("There is not one start of the rule for each person.", remedy="Give as many as people.")
    places = [t if each is None else int(each) for each in given]
    if any(not 0 <= place <= t for place in places):
        raise FitError(f"A rule starts outside the {t} visits.", remedy="Count visits from 0; None is for never.")
    return np.array(places, dtype=np.intp)
