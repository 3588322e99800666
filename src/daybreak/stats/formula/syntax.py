"""The text of a formula as a tree: R's operators, in R's order of binding, and R's way of writing it out again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from daybreak.core.errors import FormulaError


@dataclass(frozen=True)
class Name:
    """A variable of the data."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number, as it was typed."""

    text: str


@dataclass(frozen=True)
class Call:
    """A function with what stands in its brackets; plain brackets are a function without a name."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Binary:
    """Two parts with an operator between them."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Unary:
    """A sign before a part."""

    operator: str
    operand: Node


Node: TypeAlias = Name | Number | Call | Binary | Unary

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<name>(?:[^\W\d_]|\.(?!\d))[\w.]*)
      | `(?P<quoted>[^`]+)`
      | (?P<operator>\|\||\*\*|[-+*/:^|~(),])
    )""",
    re.VERBOSE,
)
_BINDING = {"~": 1, "|": 2, "||": 2, "+": 3, "-": 3, "*": 4, "/": 4, ":": 5, "^": 7}
_SIGN = 6  # a sign binds tighter than `:` and looser than `^`, as in R
_PLAIN = re.compile(r"(?:[^\W\d_]|\.(?!\d))[\w.]*")


def read(text: str) -> Node:
    """Return the tree of a formula's text.

    Raises:
        FormulaError: the text breaks off, or holds something that is no part of a formula.
    """
    return _Reader(text).whole()


def written(node: Node) -> str:
    """Return a part as R would print it: the name of a column comes from this."""
    match node:
        case Name(text):
            return text if _PLAIN.fullmatch(text) else f"`{text}`"
        case Number(text):
            return f"{float(text):.15g}"
        case Call(function, arguments):
            return f"{function}({', '.join(map(written, arguments))})"
        case Unary(operator, operand):
            return f"{operator}{written(operand)}"
    space = "" if node.operator in "/:^" else " "
    return f"{written(node.left)}{space}{node.operator}{space}{written(node.right)}"


def names_in(node: Node) -> tuple[str, ...]:
    """Return the variables of a part, each once, in the order they stand."""
    if isinstance(node, Name):
        return (node.text,)
    return tuple(dict.fromkeys(name for part in inside(node) for name in names_in(part)))


def inside(node: Node) -> tuple[Node, ...]:
    """Return the parts that a part is made of."""
    match node:
        case Call(_, arguments):
            return arguments
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case _:
            return ()


class _Reader:
    """Reads one formula from left to right, by the binding of its operators."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0

    def whole(self) -> Node:
        if not self.tokens:
            raise FormulaError("The formula is empty.", remedy="Write it as `outcome ~ baseline + arm * visit`.")
        node = self.part(0)
        if self.at < len(self.tokens):
            word = self.tokens[self.at][1]
            remedy = "Close each bracket once." if word == ")" else "Put an operator such as + between two parts."
            raise FormulaError(f"The formula cannot go on with '{word}'.", where=self._before(), remedy=remedy)
        return node

    def part(self, binding: int) -> Node:
        node = self._first()
        while (operator := self._operator()) and _BINDING.get(operator, 0) > binding:
            self.at += 1
            # `^` is the one operator that groups from the right
            node = Binary(operator, node, self.part(_BINDING[operator] - (operator == "^")))
        return node

    def _first(self) -> Node:
        if self.at == len(self.tokens):
            raise FormulaError("The formula breaks off.", where=self._before(), remedy="Add what is missing.")
        kind, word = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Number(word)
        if kind in ("name", "quoted"):
            called = kind == "name" and self._operator() == "("
            return Call(word, self._arguments()) if called else Name(word)
        if word == "(":
            self.at -= 1
            return Call("", self._arguments())
        if word in "+-":
            return Unary(word, self.part(_SIGN))
        if word == "~":
            raise FormulaError(
                "The formula has no outcome before the ~.", remedy="Write the outcome first: `change ~ ...`."
            )
        where = self._before()
        raise FormulaError(f"'{word}' stands where a variable is due.", where=where, remedy="Take it out or add one.")

    def _arguments(self) -> tuple[Node, ...]:
        self.at += 1
        found = [self.part(0)]
        while self._operator() == ",":
            self.at += 1
            found.append(self.part(0))
        if self._operator() != ")":
            raise FormulaError("A bracket is not closed.", where=self._before(), remedy="Add the missing ).")
        self.at += 1
        return tuple(found)

    def _operator(self) -> str:
        """Return the operator that stands next, or nothing."""
        kind, word = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return word if kind == "operator" else ""

    def _before(self) -> str:
        return "".join(word for _, word in self.tokens[: self.at]) or self.text


def _tokens(text: str) -> list[tuple[str, str]]:
    found = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            odd = text[at:].strip()[0]
            remedy = "Put a name with other signs than letters, digits, _ and . between backticks: `my name`."
            raise FormulaError(f"'{odd}' is no part of a formula.", where=text[:at].strip(), remedy=remedy)
        word = match[match.lastgroup]
        found.append((match.lastgroup, "^" if word == "**" else word))
        at = match.end()
    return found
