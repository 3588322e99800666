"""The rows a model can use: nothing missing in what it names, and what cannot be used said in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.stats.formula import Formula, Node, is_factor, names_in, worked_out, written
from daybreak.stats.table import Array, Column, Levels, Numbers, Table, is_number

Places = npt.NDArray[np.intp]

_NAMED = 6
_MOSTLY = 0.5  # from this share of numbers on, a column of text is taken for numbers with a slip among them


@dataclass(frozen=True, eq=False)
class Rows:
    """The rows used, as they stand in the data (`places`), and their columns: levels that occur, and numbers."""

    places: Places
    levels: Mapping[str, Levels]
    numbers: Mapping[str, Array]
    left_out: int
    warnings: tuple[str, ...]

    def arithmetic(self, node: Node) -> Array:
        """Return an expression's value in each row.

        Raises:
            FitError: it has none in a row.
        """
        value = np.broadcast_to(worked_out(node, self.numbers), self.places.shape)
        odd = ~np.isfinite(value)
        if odd.any():
            first = int(np.flatnonzero(odd)[0])
            told = ", ".join(f"{name} is {self.numbers[name][first]:g}" for name in names_in(node))
            remedy = "Mend the value, or take the rows out first."
            raise FitError(f"{written(node)} has no value: {told}.", where=self.place(first), remedy=remedy)
        return value

    def place(self, row: int) -> str:
        """Return where a row used stands in the data, in words."""
        return f"row {self.places[row] + 1}"


def usable(formula: Formula, table: Table, weights: str | None) -> Rows:
    """Return the rows in which nothing that the model names is missing.

    Raises:
        FitError: there are none, a variable is not there, or one holds what the model cannot use.
    """
    if table.rows == 0:
        raise FitError("The data have no rows.", remedy="Give a table with one row per person and visit.")
    grouping = _grouping(formula)
    numeric = set(names_in(formula.outcome)) | ({weights} if weights else set())
    if formula.covariance and formula.covariance.kind == "sp_exp":
        numeric |= set(formula.covariance.visit)
    warnings: list[str] = []
    levels: dict[str, Levels] = {}
    numbers: dict[str, Numbers] = {}
    for name in dict.fromkeys((*formula.variables, *([weights] if weights else []))):
        column = table[name]
        if isinstance(column, Numbers):
            numbers[name] = column
        elif name in numeric:
            raise _no_number(column)
        elif name not in grouping:
            warnings += _slips(column)
        if isinstance(column, Levels) or name in grouping:
            levels[name] = table.levels_of(name)
    return _kept(table.rows, levels, numbers, warnings)


def _grouping(formula: Formula) -> set[str]:
    """Return the variables whose values are labels, numbers or not."""
    parts: list[str | None] = [name for term in formula.random for name in term.group.split(":")]
    if formula.covariance:
        parts += [formula.covariance.subject, formula.covariance.group]
        parts += [] if formula.covariance.kind == "sp_exp" else formula.covariance.visit
    terms = [*formula.fixed, *(term for part in formula.random for term in part.terms)]
    turned = [names_in(part)[0] for term in terms for part in term.parts if is_factor(part)]
    return {name for name in (*parts, *turned) if name}


def _kept(rows: int, levels: Mapping[str, Levels], numbers: Mapping[str, Numbers], warnings: list[str]) -> Rows:
    columns: list[Column] = [*numbers.values(), *levels.values()]
    gaps = {column.name: column.missing for column in columns}
    whole = ~np.logical_or.reduce(list(gaps.values()))
    places = np.flatnonzero(whole)
    if len(places) < rows:
        told = ", ".join(f"{name} in {count}" for name, gap in gaps.items() if (count := int(gap.sum())))
        if len(places) == 0:
            remedy = "Fill in the columns, or leave some out of the formula."
            raise FitError(f"No row is complete; missing are {told}.", remedy=remedy)
        warnings.append(f"{rows - len(places)} of {rows} rows were left out; missing are {told}.")
    every = len(places) == rows
    values = {name: column.values if every else column.values[places] for name, column in numbers.items()}
    _finite(values, places)
    used = {name: _occurring(column, places, warnings) for name, column in levels.items()}
    warnings += [line for column in used.values() for line in _doubles(column)]
    return Rows(places, used, values, rows - len(places), tuple(warnings))


def _finite(values: Mapping[str, Array], places: Places) -> None:
    for name, column in values.items():
        if not np.isfinite(column.sum()) and not np.isfinite(column).all():
            row = int(places[np.flatnonzero(~np.isfinite(column))[0]]) + 1
            raise FitError(f"{name} is infinite.", where=f"row {row}", remedy="Mend the value, or leave it empty.")


def _occurring(column: Levels, places: Places, warnings: list[str]) -> Levels:
    """Return a column over the rows used, without the levels that no longer occur."""
    codes = column.codes[places]
    occurs = np.bincount(codes, minlength=len(column.levels)) > 0
    if occurs.all():
        return Levels(column.name, codes, column.levels, column.given)
    lost = [level for level, there in zip(column.levels, occurs, strict=True) if not there]
    more = f" and {len(lost) - _NAMED} more" if len(lost) > _NAMED else ""
    warnings.append(f"No row that can be used has {column.name} {', '.join(lost[:_NAMED])}{more}.")
    order = np.cumsum(occurs) - 1
    kept = tuple(level for level, there in zip(column.levels, occurs, strict=True) if there)
    return Levels(column.name, order[codes], kept, column.given)


def _doubles(column: Levels) -> Iterable[str]:
    """Yield a warning of two levels that are likely one, written twice."""
    seen: dict[str, str] = {}
    for level in column.levels:
        first = seen.setdefault(level.strip().casefold(), level)
        if first != level:
            yield f"{column.name} has both '{first}' and '{level}': are they one, but for spaces or capitals?"
            return


def _no_number(column: Levels) -> FitError:
    """Return what to say of a column that must be numbers and is not; the first text that is none is named."""
    row, text = _first_text(column)
    remedy = "Write a number there or leave it empty."
    if text is None:
        remedy = "Turn it into numbers first, and take it off the variables with levels."
        return FitError(f"{column.name} must be a number, and is taken as categories.", remedy=remedy)
    return FitError(f"{column.name} is '{text}', which is no number.", where=f"row {row}", remedy=remedy)


def _slips(column: Levels) -> Iterable[str]:
    """Return a warning where text is all numbers.

    Raises:
        FitError: most of the text is numbers: the rest is likely a slip, and categories would be a wrong model.
    """
    if column.given:
        return []
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    share = sum(int(count) for level, count in zip(column.levels, counts, strict=True) if is_number(level))
    row, text = _first_text(column)
    if text is None:
        return [f"{column.name} holds numbers written as text; each was taken as a category."] if share else []
    if share >= _MOSTLY * counts.sum():
        remedy = f"Write a number or leave it empty; if {column.name} means categories, say which levels it has."
        raise FitError(f"{column.name} is '{text}', which is no number.", where=f"row {row}", remedy=remedy)
    return []


def _first_text(column: Levels) -> tuple[int, str | None]:
    """Return row and text of the first value that does not read as a number."""
    words = [place for place, level in enumerate(column.levels) if not is_number(level)]
    found = np.flatnonzero(np.isin(column.codes, words))
    return (int(found[0]) + 1, column.levels[column.codes[found[0]]]) if found.size else (0, None)
