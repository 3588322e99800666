"""The fixed part of a formula as terms, in the order R gives them.

Rules of `terms.formula` in R: variables in the order they first stand; a term is a set of variables; terms by degree,
then in the order they first stand; what is taken away goes, whoever brought it in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from daybreak.core.errors import FormulaError
from daybreak.stats.formula.syntax import Binary, Call, Name, Node, Number, Unary, inside, names_in, written

TRANSFORMS = ("log", "log2", "log10", "log1p", "sqrt", "exp", "abs", "I")
FACTOR = ("factor", "as.factor")

_Terms = tuple[frozenset[Node], ...]
_NOTHING: frozenset[Node] = frozenset()


@dataclass(frozen=True)
class Term:
    """Variables (or functions of them) whose product is one term, in R's order; the intercept is none of them."""

    parts: tuple[Node, ...]

    @property
    def label(self) -> str:
        """The term as R writes it, such as `arm:visit`."""
        return ":".join(map(written, self.parts))

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the data it needs."""
        return tuple(dict.fromkeys(name for part in self.parts for name in names_in(part)))


def expand(node: Node | None) -> tuple[bool, tuple[Term, ...]]:
    """Return whether there is an intercept, and the terms of a right-hand side.

    Raises:
        FormulaError: a part means nothing there.
    """
    terms = _expanded(node, (_NOTHING,)) if node is not None else (_NOTHING,)
    places = {part: place for place, part in enumerate(_parts(node))} if node is not None else {}
    found = [Term(tuple(sorted(term, key=places.__getitem__))) for term in terms if term]
    return _NOTHING in terms, tuple(sorted(found, key=lambda term: len(term.parts)))


def is_factor(part: Node) -> bool:
    """Return whether a part is a number turned into categories: `factor(day)`."""
    return isinstance(part, Call) and part.function in FACTOR


def _expanded(node: Node, start: _Terms = ()) -> _Terms:
    """Return the terms of a part, added to those of `start` (the intercept is the empty set)."""
    match node:
        case Binary("+", left, right):
            return _plus(_expanded(left, start), right)
        case Binary("-", left, right):
            return _minus(_expanded(left, start), right)
        case Unary("-", operand):
            return _minus(start, operand)
        case Unary("+", operand):
            return _plus(start, operand)
        case _:
            return _plus(start, node)


def _plus(start: _Terms, node: Node) -> _Terms:
    if isinstance(node, Number) and float(node.text) == 0:
        return tuple(term for term in start if term)
    return _once([*start, *_product(node)])


def _minus(start: _Terms, node: Node) -> _Terms:
    if isinstance(node, Number) and float(node.text) == 0:
        return _once([*start, _NOTHING])
    away = _product(node)
    return tuple(term for term in start if term not in away)


def _product(node: Node) -> _Terms:
    """Return the terms of a part without a loose + or -."""
    match node:
        case Binary("*" | ":" | "/" as operator, left, right):
            return _combined(operator, _product(left), _product(right))
        case Binary("^", base, Number(text)) if text.isdigit() and int(text) > 0:
            one = _product(base)
            return reduce(lambda found, _: _once([*found, *_crossed(found, one)]), range(int(text) - 1), one)
        case Call("", (bracketed,)):
            return _expanded(bracketed)
        case Number(text) if float(text) == 1:
            return (_NOTHING,)
        case Name(".") | Number() | Binary() | Unary():
            raise _strange(node)
        case _:
            return (frozenset((_checked(node),)),)


def _combined(operator: str, left: _Terms, right: _Terms) -> _Terms:
    if operator == ":":
        return _once(_crossed(left, right))
    if operator == "*":
        return _once([*left, *right, *_crossed(left, right)])
    whole: frozenset[Node] = frozenset().union(*left)
    return _once([*left, *_crossed((whole,), right)])


def _crossed(left: _Terms, right: _Terms) -> list[frozenset[Node]]:
    return [one | other for one in left for other in right]


def _once(terms: Iterable[frozenset[Node]]) -> _Terms:
    return tuple(dict.fromkeys(terms))


def _parts(node: Node) -> tuple[Node, ...]:
    """Return the variables and functions of a right-hand side in the order they first stand."""
    if isinstance(node, Name) or (isinstance(node, Call) and node.function):
        return (node,)
    return tuple(dict.fromkeys(part for one in inside(node) for part in _parts(one)))


def _checked(node: Node) -> Node:
    """Return a variable, or a function that a fixed term may hold."""
    if not isinstance(node, Call):
        return node
    where = written(node)
    if node.function not in (*TRANSFORMS, *FACTOR):
        known = ", ".join((*TRANSFORMS, FACTOR[0]))
        remedy = f"Known are {known}; work out anything else as a column of the data first."
        raise FormulaError(f"There is no function '{node.function}' for a fixed term.", where=where, remedy=remedy)
    if len(node.arguments) != 1:
        raise FormulaError(f"{node.function}() takes one argument.", where=where, remedy="Give it just one.")
    if node.function in FACTOR and not isinstance(node.arguments[0], Name):
        raise FormulaError("factor() takes the name of one variable.", where=where, remedy="Write factor(day), say.")
    return node


def _strange(node: Node) -> FormulaError:
    if node == Name("."):
        return FormulaError("A dot does not stand for all variables.", where=".", remedy="Name each variable.")
    remedy = "Put arithmetic inside I(), as in I(day^2); write covariance and random parts as us(visit | id), (1 | id)."
    return FormulaError("This part is no term of a model.", where=written(node), remedy=remedy)
