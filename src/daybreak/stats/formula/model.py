"""A whole formula: outcome, fixed terms, and how rows of one person hang together.

Two families are read, as R's mmrm and lme4 write them: `change ~ arm * visit + us(visit | id)` (a covariance between
visits) and `y ~ arm * day + (1 + day | id)` (random effects). They do not mix.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from daybreak.core.errors import FormulaError
from daybreak.stats.formula.syntax import Binary, Call, Name, Node, Unary, names_in, read, written
from daybreak.stats.formula.terms import Term, expand

KINDS = ("us", "toep", "toeph", "ar1", "ar1h", "cs", "csh", "ad", "adh", "sp_exp")


@dataclass(frozen=True)
class CovarianceTerm:
    """How the rows of one person covary: `us(visit | arm / id)` has kind us, visit, group arm and subject id.

    `visit` holds one variable, or for `sp_exp` the coordinates.
    """

    kind: str
    visit: tuple[str, ...]
    subject: str
    group: str | None

    @property
    def label(self) -> str:
        """The term as R writes it."""
        nested = f"{self.group}/{self.subject}" if self.group else self.subject
        return f"{self.kind}({', '.join(self.visit)} | {nested})"


@dataclass(frozen=True)
class RandomTerm:
    """Random effects of one grouping: `(1 + day | id)`. A nested group is written `site:id`."""

    intercept: bool
    terms: tuple[Term, ...]
    group: str
    correlated: bool

    @property
    def slopes(self) -> tuple[str, ...]:
        """The terms whose effects vary by group, as R writes them."""
        return tuple(term.label for term in self.terms)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the data it needs."""
        inside = (name for term in self.terms for name in term.variables)
        return tuple(dict.fromkeys((*inside, *self.group.split(":"))))


@dataclass(frozen=True)
class Formula:
    """A formula that was read; `fixed` holds its terms in R's order, the intercept apart."""

    text: str
    outcome: Node
    intercept: bool
    fixed: tuple[Term, ...]
    covariance: CovarianceTerm | None = None
    random: tuple[RandomTerm, ...] = ()

    @property
    def response(self) -> str:
        """The outcome as R writes it."""
        return written(self.outcome)

    @property
    def variables(self) -> tuple[str, ...]:
        """Every variable of the data that the model needs, the outcome's first."""
        found = [*names_in(self.outcome), *(name for term in self.fixed for name in term.variables)]
        if self.covariance:
            grouping = (self.covariance.subject, *([self.covariance.group] if self.covariance.group else []))
            found += [*self.covariance.visit, *grouping]
        return tuple(dict.fromkeys([*found, *(name for term in self.random for name in term.variables)]))


@lru_cache(maxsize=256)
def parse(text: str) -> Formula:
    """Return what a formula says.

    Raises:
        FormulaError: it cannot be read, or asks for what no model here has.
    """
    tree = read(text)
    if not (isinstance(tree, Binary) and tree.operator == "~") or _tildes(tree) > 1:
        remedy = "Write it as `outcome ~ baseline + arm * visit`."
        raise FormulaError("A formula has one ~ between outcome and terms.", where=text.strip(), remedy=remedy)
    covariances: list[CovarianceTerm] = []
    random: list[RandomTerm] = []
    fixed: Node | None = None
    for sign, part in _summands(tree.right):
        if isinstance(part, Call) and (part.function in KINDS or _has_bar(part)):
            _no_minus(sign, part)
            if part.function == "":
                random.extend(_random(part))
            else:
                covariances.append(_covariance(part))
        else:
            fixed = Binary(sign, fixed, part) if fixed is not None else _signed(sign, part)
    _one_family(covariances, random)
    intercept, terms = expand(fixed)
    _outcome_apart(tree.left, terms)
    covariance = covariances[0] if covariances else None
    return Formula(text.strip(), tree.left, intercept, terms, covariance, tuple(random))


def _signed(sign: str, part: Node) -> Node:
    return part if sign == "+" else Unary(sign, part)


def _tildes(node: Node) -> int:
    if isinstance(node, Binary):
        return (node.operator == "~") + _tildes(node.left) + _tildes(node.right)
    return 0


def _summands(node: Node, sign: str = "+") -> Iterator[tuple[str, Node]]:
    """Yield the parts of a sum with their signs."""
    if isinstance(node, Binary) and node.operator in "+-":
        yield from _summands(node.left, sign)
        yield node.operator, node.right
    else:
        yield sign, node


def _has_bar(call: Call) -> bool:
    return any(isinstance(part, Binary) and part.operator in ("|", "||") for part in call.arguments)


def _no_minus(sign: str, part: Call) -> None:
    if sign == "-":
        where = f"- {written(part)}"
        raise FormulaError("This part can be added only.", where=where, remedy="Put a + before it, or leave it out.")


def _one_family(covariances: list[CovarianceTerm], random: list[RandomTerm]) -> None:
    if len(covariances) > 1:
        where = " + ".join(term.label for term in covariances)
        raise FormulaError("A model has one covariance term.", where=where, remedy="Keep one of them.")
    if covariances and random:
        remedy = "Keep the one or the other: us(visit | id) already covers what (1 | id) would."
        raise FormulaError("Covariance terms and random effects do not mix.", where=covariances[0].label, remedy=remedy)


def _outcome_apart(outcome: Node, terms: tuple[Term, ...]) -> None:
    if not names_in(outcome):
        raise FormulaError("The outcome names no variable.", where=written(outcome), remedy="Name it before the ~.")
    if any(part == outcome for term in terms for part in term.parts):
        remedy = "Take it out of the right-hand side."
        raise FormulaError("The outcome stands on both sides of the ~.", where=written(outcome), remedy=remedy)


def _covariance(call: Call) -> CovarianceTerm:
    where = written(call)
    *front, last = call.arguments
    if not (isinstance(last, Binary) and last.operator == "|"):
        remedy = f"Write {call.function}(visit | id) or {call.function}(visit | arm / id)."
        raise FormulaError("A covariance term names visit and person with a | between.", where=where, remedy=remedy)
    visits = tuple(_name(part, where) for part in (*front, last.left))
    if call.function not in KINDS:
        known = ", ".join(KINDS)
        raise FormulaError(f"There is no covariance '{call.function}'.", where=where, remedy=f"Known are {known}.")
    if len(visits) > 1 and call.function != "sp_exp":
        raise FormulaError("Only sp_exp takes several coordinates.", where=where, remedy="Name one visit variable.")
    if isinstance(last.right, Binary) and last.right.operator == "/":
        return CovarianceTerm(call.function, visits, _name(last.right.right, where), _name(last.right.left, where))
    return CovarianceTerm(call.function, visits, _name(last.right, where), None)


def _random(call: Call) -> Iterator[RandomTerm]:
    where = written(call)
    bar = call.arguments[0]
    if len(call.arguments) != 1 or not isinstance(bar, Binary):
        raise FormulaError("A random part has one |.", where=where, remedy="Write (1 + day | id).")
    intercept, terms = expand(bar.left)
    if not intercept and not terms:
        raise FormulaError("This random part has no effects.", where=where, remedy="Write (1 | id) or (1 + day | id).")
    for group in _groups(bar.right, where):
        yield RandomTerm(intercept, terms, group, bar.operator == "|")


def _groups(node: Node, where: str) -> tuple[str, ...]:
    """Return the groupings: `site/id` is `site` and `site:id`."""
    if isinstance(node, Binary) and node.operator == "/":
        outer = _groups(node.left, where)
        return (*outer, f"{outer[-1]}:{_name(node.right, where)}")
    if isinstance(node, Binary) and node.operator == ":":
        (left,), (right,) = _groups(node.left, where), _groups(node.right, where)
        return (f"{left}:{right}",)
    return (_name(node, where),)


def _name(node: Node, where: str) -> str:
    if isinstance(node, Name):
        return node.text
    raise FormulaError(f"'{written(node)}' must be the name of one variable.", where=where, remedy="Name a column.")
