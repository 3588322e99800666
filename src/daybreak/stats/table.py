"""A data frame of any make (polars, pandas, Arrow, or a mapping of sequences) as columns of numbers and of levels."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError

Array: TypeAlias = npt.NDArray[np.float64]
Codes: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Numbers:
    """A column of numbers; what is missing is NaN."""

    name: str
    values: Array

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Where nothing is known."""
        return np.isnan(self.values)


@dataclass(frozen=True)
class Levels:
    """A column of categories: the place of each row's level, -1 where it is missing. The first level is the reference.

    `given` says whether the caller or the data's type set the levels, rather than their alphabet.
    """

    name: str
    codes: Codes
    levels: tuple[str, ...]
    given: bool = False

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Where nothing is known."""
        return self.codes < 0


Column: TypeAlias = Numbers | Levels


class Table:
    """The columns of a data frame, each read when it is first asked for."""

    def __init__(self, source: Mapping[str, Any] | nw.DataFrame[Any], levels: Levelling) -> None:
        self._source = source
        self._levels = {name: tuple(map(label, order)) for name, order in levels.items()}
        self._read: dict[str, Column] = {}
        for name in self._levels:
            self._known(name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._source.columns if isinstance(self._source, nw.DataFrame) else self._source)

    @cached_property
    def rows(self) -> int:
        """The number of rows."""
        if isinstance(self._source, nw.DataFrame):
            return len(self._source)
        lengths = {name: len(values) for name, values in self._source.items()}
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} {length}" for name, length in lengths.items())
            raise FitError(f"The columns differ in length: {told}.", remedy="Give each row a value in every column.")
        return next(iter(lengths.values()), 0)

    def __getitem__(self, name: str) -> Column:
        """Return a column: numbers as numbers; text, categories, truth values, and what has levels as levels.

        Raises:
            FitError: there is no such column, it is of a kind no model takes, or a value is no level given.
        """
        if name not in self._read:
            self._known(name)
            self._read[name] = self._column(name)
        return self._read[name]

    def levels_of(self, name: str) -> Levels:
        """Return a column as levels, numbers in their order.

        Raises:
            FitError: as for `table[name]`.
        """
        column = self[name]
        if isinstance(column, Levels):
            return column
        raw = self._values(name)
        if raw.dtype.kind in "fO":
            raw = column.values
        known = ~column.missing
        values, codes = np.unique(raw[known], return_inverse=True)
        found = np.full(self.rows, -1, dtype=np.intp)
        found[known] = codes
        return Levels(name, found, tuple(map(label, values.tolist())))

    def _column(self, name: str) -> Column:
        raw = self._values(name)
        order = self._levels.get(name) or self._categories(name)
        if raw.dtype.kind in "iuf" and not order:
            return Numbers(name, raw.astype(np.float64, copy=False))
        if raw.dtype.kind in "Mm":
            raise _strange(name, "dates or times")
        values = raw.tolist()
        if raw.dtype.kind == "O" and not order and _all_numbers(values):
            return Numbers(name, np.array([np.nan if value is None else float(value) for value in values]))
        for kinds, what in ((list | dict | tuple | set, "lists"), (date | time | timedelta, "dates or times")):
            if any(isinstance(value, kinds) for value in values[:50]):
                raise _strange(name, what)
        return self._levelled(name, values, order)

    def _levelled(self, name: str, values: list[object], order: tuple[str, ...]) -> Levels:
        texts = _texts(values)
        present = set(texts)
        present.discard("")
        if name in self._levels and len(set(order)) < len(order):
            raise FitError(f"The levels given for {name} name one twice.", where=name, remedy="Name each level once.")
        levels = order or tuple(sorted(present))
        places = {level: place for place, level in enumerate(levels)}
        places[""] = -1
        if not present <= places.keys():
            odd = next(text for text in texts if text not in places)
            remedy = f"Levels are {', '.join(levels)}; add it to them, or leave the row out."
            raise FitError(
                f"{name} is '{odd}', which is no level given.", where=f"row {texts.index(odd) + 1}", remedy=remedy
            )
        codes = np.fromiter(map(places.__getitem__, texts), dtype=np.intp, count=len(texts))
        return Levels(name, codes, levels, bool(order))

    def _values(self, name: str) -> npt.NDArray[np.generic]:
        if isinstance(self._source, nw.DataFrame):
            return _series_values(name, self._source[name])
        values = self._source[name]
        if isinstance(values, np.ndarray):
            return values
        kinds = set(map(type, values))
        plain = (bool(kinds) and kinds <= {int, float}) or kinds == {bool}
        return np.asarray(values, dtype=None if plain else object)

    def _categories(self, name: str) -> tuple[str, ...]:
        """Return the order a data frame's type gives; polars' and Arrow's categories have one by chance only."""
        if not isinstance(self._source, nw.DataFrame):
            return ()
        series = self._source[name]
        chosen = isinstance(series.dtype, nw.Enum) or (
            isinstance(series.dtype, nw.Categorical) and series.implementation.is_pandas_like()
        )
        return tuple(map(label, series.cat.get_categories().to_list())) if chosen else ()

    def _known(self, name: str) -> None:
        if name not in self.names:
            near = difflib.get_close_matches(name, self.names, n=3, cutoff=0.5)
            remedy = f"Did you mean {' or '.join(near)}?" if near else f"It has {', '.join(self.names[:12])}."
            raise FitError(f"The data have no column '{name}'.", remedy=remedy)


Levelling: TypeAlias = Mapping[str, Sequence[object]]


def read_table(data: Any, *, levels: Levelling | None = None) -> Table:
    """Return the columns of a data frame.

    Args:
        data: a polars or pandas data frame, an Arrow table, or a mapping of names to sequences.
        levels: for any column the order of its levels, the reference first; makes numbers categories too. Where it is
            silent, the order of an enumeration or of pandas categories holds, else that of the alphabet (as in R's C
            locale).

    Raises:
        FitError: the data are none of these, or `levels` names a column they lack.
    """
    if isinstance(data, Table):
        return data
    if isinstance(data, Mapping):
        return Table(data, levels or {})
    try:
        source = nw.from_native(data, eager_only=True)
    except TypeError:
        remedy = "Give a polars or pandas data frame, an Arrow table, or a mapping of column names to lists."
        raise FitError(f"Data of type {type(data).__name__} cannot be read.", remedy=remedy) from None
    return Table(source, levels or {})


def label(value: object) -> str:
    """Return how a value is written as a level: numbers without needless digits, truth as TRUE and FALSE (as in R)."""
    if isinstance(value, bool | np.bool_):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | np.floating):
        return f"{value:.15g}"
    return str(value)


def is_number(text: str) -> bool:
    """Return whether a text reads as a number."""
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _texts(values: list[object]) -> list[str]:
    """Return each value as its level is written; nothing known is the empty text."""
    kinds = set(map(type, values))
    if kinds <= {str}:
        return values  # type: ignore[return-value]  # each of them is text
    written = {value: "" if value is None or value != value else label(value) for value in set(values)}  # noqa: PLR0124
    return list(map(written.__getitem__, values))


def _all_numbers(values: list[object]) -> bool:
    kinds = set(map(type, values))
    return not any(issubclass(kind, bool | np.bool_ | str) for kind in kinds) and all(
        value is None or _is_float(value) for value in values
    )


def _is_float(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]  # asked in order to see
    except (TypeError, ValueError):
        return False
    return True


def _series_values(name: str, series: nw.Series[Any]) -> npt.NDArray[np.generic]:
    if series.dtype.is_temporal():
        raise _strange(name, "dates or times")
    if series.dtype.is_nested():
        raise _strange(name, "lists")
    if series.dtype.is_numeric() and not series.dtype.is_integer():
        series = series.cast(nw.Float64)
    raw = np.asarray(series.to_numpy())
    if raw.dtype.kind == "O" and series.null_count():
        raw = raw.copy()
        raw[series.is_null().to_numpy()] = None  # pandas has several things for nothing
    return raw


def _strange(name: str, what: str) -> FitError:
    return FitError(
        f"Column '{name}' holds {what}.", remedy="Make it numbers or text first, such as days since the start."
    )
