"""From rows of data to rows of a model's matrix, coded and named as R does with treatment contrasts.

The rules are those of R's `terms.formula` and `model.matrix`: a factor has a column for each level but the first
where a term before it holds the rest of its term, and one for each level where none does; without an intercept the
first factor has them all; in a product the first variable runs fastest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from daybreak.core.errors import FitError
from daybreak.stats.aliasing import Aliasing, aliasing
from daybreak.stats.formula import Name, Node, Term, is_factor, names_in, worked_out, written
from daybreak.stats.table import Array, Codes, Levels, label


@dataclass(frozen=True)
class Categories:
    """A variable of a term with its levels from `start` on (0: all of them; 1: without the reference)."""

    variable: str
    text: str
    levels: tuple[str, ...]
    start: int

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(self.text + level for level in self.levels[self.start :])


@dataclass(frozen=True)
class Block:
    """One term: its factors in order, its numbers, and where its columns stand."""

    label: str
    categories: tuple[Categories, ...]
    numbers: tuple[Node, ...]
    names: tuple[str, ...]
    first: int


@dataclass(frozen=True)
class Layout:
    """The columns of every term before any is dropped."""

    intercept: bool
    blocks: tuple[Block, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all columns."""
        inside = (name for block in self.blocks for name in block.names)
        return (*(["(Intercept)"] if self.intercept else []), *inside)

    @cached_property
    def factors(self) -> Mapping[str, tuple[str, ...]]:
        """The levels of every categorical variable."""
        return {part.variable: part.levels for block in self.blocks for part in block.categories}

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """The numeric variables."""
        inside = (name for block in self.blocks for node in block.numbers for name in names_in(node))
        return tuple(dict.fromkeys(inside))

    def matrix(self, codes: Mapping[str, Codes], numbers: Mapping[str, Array], rows: int) -> Array:
        """Return the matrix of rows whose levels and numbers are given by variable."""
        matrix = np.zeros((rows, len(self.names)))
        if self.intercept:
            matrix[:, 0] = 1.0
        every = np.arange(rows)
        for block in self.blocks:
            # of a product of factors one column at most is not nil in a row
            place = np.full(rows, block.first)
            held = np.ones(rows, dtype=np.bool_)
            stride = 1
            for part in block.categories:
                code = codes[part.variable] - part.start
                held &= code >= 0
                place += stride * code
                stride *= len(part.levels) - part.start
            value = np.ones(rows)
            for node in block.numbers:
                value = value * worked_out(node, numbers)
            matrix[every[held], place[held]] = value[held]
        return matrix


@dataclass(frozen=True)
class Design:
    """How rows are coded (`results.Coding`): the columns kept, and what R names them."""

    layout: Layout
    aliasing: Aliasing
    covariates: Mapping[str, float]
    codes: Mapping[str, Codes]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns kept."""
        return tuple(self.layout.names[place] for place in self.aliasing.kept)

    @cached_property
    def dropped(self) -> tuple[str, ...]:
        """Names of the columns that said nothing new."""
        return tuple(self.layout.names[place] for place in self.aliasing.dropped)

    @property
    def kept(self) -> tuple[int, ...]:
        """Places of the columns kept among all, in the order of `names`."""
        return self.aliasing.kept

    @property
    def null(self) -> Array:
        """A basis, shape (P, P - p), of the directions the data leave open; see `results.Coding`."""
        return self.aliasing.null

    @property
    def factors(self) -> Mapping[str, tuple[str, ...]]:
        """Each categorical variable with its levels, the reference first."""
        return self.layout.factors

    @cached_property
    def blocks(self) -> Mapping[str, tuple[int, ...]]:
        """Each term with the places of the columns it kept."""
        places = {whole: kept for kept, whole in enumerate(self.aliasing.kept)}
        spans = {block.label: range(block.first, block.first + len(block.names)) for block in self.layout.blocks}
        start = {"(Intercept)": range(1)} if self.layout.intercept else {}
        return {name: tuple(places[at] for at in span if at in places) for name, span in {**start, **spans}.items()}

    def whole(self, rows: Mapping[str, Sequence[object]]) -> Array:
        """Return rows over *all* columns, those dropped too: what `estimable` asks for.

        Raises:
            FitError: a variable is missing, or a value is no level of its factor.
        """
        needed = [*self.layout.factors, *(name for name in self.layout.numbers if name not in self.layout.factors)]
        lacking = [name for name in needed if name not in rows]
        if lacking:
            remedy = "Say a value for each variable of the model."
            raise FitError(f"No value is given for {', '.join(lacking)}.", remedy=remedy)
        codes = {name: _coded(name, rows[name], levels) for name, levels in self.layout.factors.items()}
        numbers = {name: _numeric(name, rows[name]) for name in self.layout.numbers}
        return self.layout.matrix(codes, numbers, max(map(len, rows.values()), default=1))

    def code(self, rows: Mapping[str, Sequence[object]]) -> Array:
        """Return the rows of the matrix over the columns kept, shape (m, p).

        Raises:
            FitError: a variable is missing, or a value is no level of its factor.
        """
        whole = self.whole(rows)
        return whole if self.aliasing.whole else whole[:, self.aliasing.kept]

    def estimable(self, rows: Array) -> npt.NDArray[np.bool_]:
        """Return for each row of `whole` whether the columns dropped leave it estimable, shape (m,)."""
        return self.aliasing.estimable(rows)

    def counts(self, factors: Sequence[str]) -> Array:
        """Return in how many of the rows used each combination of levels stands; one axis a factor, as levels go.

        Raises:
            FitError: one of them is no factor of the model.
        """
        odd = [name for name in factors if name not in self.factors]
        if odd:
            known = ", ".join(self.factors) or "none"
            raise FitError(f"{odd[0]} is no factor of the model.", remedy=f"Factors are: {known}.")
        sizes = tuple(len(self.factors[name]) for name in factors)
        places = np.zeros(len(next(iter(self.codes.values()), ())), dtype=np.intp)
        for name, size in zip(factors, sizes, strict=True):
            places = places * size + self.codes[name]
        return np.bincount(places, minlength=int(np.prod(sizes))).reshape(sizes).astype(np.float64)


def layout(
    intercept: bool, terms: Sequence[Term], levels: Mapping[str, Levels], numbers: Mapping[str, Array]
) -> Layout:
    """Return the columns that terms take, given the variables that have levels and those that are numbers.

    Raises:
        FitError: a factor has one level only, or text stands in arithmetic.
    """
    blocks: list[Block] = []
    first = int(intercept)
    all_levels = not intercept
    for place, term in enumerate(terms):
        categories: list[Categories] = []
        numeric: list[Node] = []
        for part in term.parts:
            variable = names_in(part)[0] if names_in(part) else ""
            if is_factor(part) or (isinstance(part, Name) and variable not in numbers):
                start = 0 if all_levels else _start(part, term, terms[:place])
                all_levels = False
                categories.append(_categories(written(part), levels[variable], start))
            else:
                numeric.append(_checked(part, numbers))
        names = _names(term, categories, numeric)
        blocks.append(Block(term.label, tuple(categories), tuple(numeric), names, first))
        first += len(names)
    return Layout(intercept, tuple(blocks))


def build(plan: Layout, levels: Mapping[str, Levels], numbers: Mapping[str, Array], rows: int) -> tuple[Design, Array]:
    """Return the coding of the data by a layout, and their matrix over the columns kept."""
    codes = {name: column.codes for name, column in levels.items()}
    matrix = plan.matrix(codes, numbers, rows)
    kept = aliasing(matrix)
    means = {name: float(numbers[name].mean()) for name in plan.numbers if name not in plan.factors}
    design = Design(plan, kept, means, {name: codes[name] for name in plan.factors})
    return design, matrix if kept.whole else np.ascontiguousarray(matrix[:, kept.kept])


def _start(part: Node, term: Term, before: Sequence[Term]) -> int:
    """Return 1 where a term before holds the rest of this one (R's `TermCode`), else 0."""
    rest = set(term.parts) - {part}
    return int(not rest or any(rest <= set(one.parts) for one in before))


def _categories(text: str, column: Levels, start: int) -> Categories:
    if len(column.levels) < 2:
        held = f"'{column.levels[0]}'" if column.levels else "missing"
        remedy = "Leave it out of the formula, or give data with two levels of it."
        raise FitError(f"{column.name} is {held} in every row that can be used.", remedy=remedy)
    return Categories(column.name, text, column.levels, start)


def _checked(part: Node, numbers: Mapping[str, Array]) -> Node:
    """Return a part that is arithmetic on numbers."""
    text = [name for name in names_in(part) if name not in numbers]
    if text:
        remedy = f"Use {text[0]} by itself, or mend the column so that it holds numbers only."
        raise FitError(f"{text[0]} holds categories, so {written(part)} has no value.", remedy=remedy)
    return part


def _names(term: Term, categories: Sequence[Categories], numbers: Sequence[Node]) -> tuple[str, ...]:
    """Return the names of a term's columns: its parts in order, the first running fastest."""
    by_text = {part.text: part.names for part in categories}
    names = [""]
    for part in term.parts:
        own = (written(part),) if part in numbers else by_text[written(part)]
        names = [f"{before}:{name}" if before else name for name in own for before in names]
    return tuple(names)


def _coded(name: str, values: Sequence[object], levels: tuple[str, ...]) -> Codes:
    places = {level: place for place, level in enumerate(levels)}
    texts = [label(value) for value in values]
    odd = next((text for text in texts if text not in places), None)
    if odd is not None:
        near = f"Its levels are {', '.join(levels)}."
        raise FitError(f"{name} has no level '{odd}'.", remedy=near)
    return np.array([places[text] for text in texts], dtype=np.intp)


def _numeric(name: str, values: Sequence[object]) -> Array:
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise FitError(f"{name} takes a number.", remedy=f"Give a number for {name}.") from None
    if not np.isfinite(found).all():
        raise FitError(f"{name} takes a finite number.", remedy=f"Give a number for {name}.")
    return found
