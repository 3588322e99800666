"""Reading a rule: words first, then the tree, by plain recursive descent.

rule    = either
either  = both ("or" both)*
both    = denial ("and" denial)*
denial  = "not" denial | chain
chain   = value (sign value)* | value ["not"] "in" "[" known ("," known)* "]"
value   = name | number | text | "yes" | "no" | "(" rule ")"
"""

from __future__ import annotations

import re
from typing import NoReturn

from daybreak.core.errors import StudyFileError
from daybreak.core.rule_parts import COMPARE, Among, Both, Chain, Either, Known, Name, Node, Not

WORD = re.compile(
    r"""\s*(?:
      (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<name>[A-Za-z][\w-]*(?:\.[A-Za-z][\w-]*)*)
    | (?P<sign><=|>=|==|!=|<|>|\(|\)|\[|\]|,)
    )""",
    re.VERBOSE,
)
RESERVED = frozenset({"and", "or", "not", "in"})
TRUTH = {"yes": True, "no": False, "true": True, "false": False}
LONGEST, DEEPEST = 500, 20


class RuleReader:
    """Reads one rule from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        if len(text) > LONGEST:
            self._refuse(f"it is longer than {LONGEST} characters; split it into several rules")
        self.kind, self.word = self._next()

    def rule(self) -> Node:
        """Return the whole rule.

        Raises:
            StudyFileError: it is none.
        """
        tree = self._either()
        if self.kind != "end":
            self._refuse(f"'{self.word}' is not expected here; join conditions with 'and' or 'or'")
        if isinstance(tree, Known):
            self._refuse("it compares nothing; write a condition such as 'age >= 18'")
        return tree

    def _either(self) -> Node:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts = [self._denial()]
        while self._take("and"):
            parts.append(self._denial())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _denial(self) -> Node:
        if not self._take("not"):
            return self._chain()
        self._deeper()
        denied = Not(self._denial())
        self.depth -= 1
        return denied

    def _chain(self) -> Node:
        first = self._value()
        if self._take("in"):
            return Among(first, self._list())
        if self._take("not"):
            if not self._take("in"):
                self._refuse("after a value, 'not' must be followed by 'in'")
            return Not(Among(first, self._list()))
        parts, signs = [first], []
        while self.kind == "sign" and self.word in COMPARE:
            signs.append(self.word)
            self.kind, self.word = self._next()
            parts.append(self._value())
        return Chain(tuple(parts), tuple(signs)) if signs else first

    def _list(self) -> tuple[Known, ...]:
        if not self._take("["):
            self._refuse('after \'in\' write a list such as ["a", "b"]')
        found = [self._known()]
        while self._take(","):
            found.append(self._known())
        if not self._take("]"):
            self._refuse("the list after 'in' needs a ] at its end")
        return tuple(found)

    def _known(self) -> Known:
        value = self._value()
        if not isinstance(value, Known):
            self._refuse("a list after 'in' may hold numbers and texts in quotes only")
        return value

    def _value(self) -> Node:
        kind, word = self.kind, self.word
        if kind == "end":
            self._refuse("it ends too early")
        if word in RESERVED or (kind == "sign" and word != "("):
            self._refuse(f"'{word}' is not expected here; write a name, a number or a text in quotes")
        self.kind, self.word = self._next()
        if kind == "number":
            return Known(float(word))
        if kind == "text":
            return Known(word[1:-1])
        if kind == "name":
            return Known(TRUTH[word]) if word in TRUTH else Name(word)
        self._deeper()
        inside = self._either()
        if not self._take(")"):
            self._refuse("a ( needs its )")
        self.depth -= 1
        return inside

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self._refuse("it is nested too deeply; split it into several rules")

    def _take(self, word: str) -> bool:
        """Pass by `word` if it is the next one, and return whether it was."""
        if self.kind in {"name", "sign"} and self.word == word:
            self.kind, self.word = self._next()
            return True
        return False

    def _next(self) -> tuple[str, str]:
        if not self.text[self.at :].strip():
            return "end", ""
        found = WORD.match(self.text, self.at)
        if found is None:
            rest = self.text[self.at :].strip()
            if rest[0] == "=":
                self._refuse({"=>": "write >= for it", "=<": "write <= for it"}.get(rest[:2], "write == to compare"))
            self._refuse(f"'{rest.split()[0]}' cannot be read; use names, numbers, texts in quotes and < <= > >= == !=")
        self.at = found.end()
        assert found.lastgroup is not None  # noqa: S101  every branch of WORD is named
        return found.lastgroup, found[found.lastgroup]

    def _refuse(self, why: str) -> NoReturn:
        raise StudyFileError(f"the rule '{self.text}' cannot be read: {why}")
