"""Rules of a study file: who may take part, and which answer raises an alert.

A rule is one line such as `madrs >= 25 and (age < 60 or sex == "female")`. The language knows names (`age`,
`madrs.suicidal_thoughts`), numbers, texts, `yes` and `no`, the comparisons `< <= > >= == !=` (in chains, too), `in` and
`not in` a list, and `and`, `or`, `not`. It can call nothing and reach nothing but the answers it is given.

What was not answered makes a comparison neither true nor false; a rule holds only where it is surely true.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from daybreak.core.rule_parts import Node, comparisons_in, names_in
from daybreak.core.rule_reader import RuleReader


@dataclass(frozen=True)
class Rule:
    """One rule, read. Two rules are equal if they were read from the same text."""

    text: str
    tree: Node

    @staticmethod
    def parse(text: str) -> Rule:
        """Read a rule.

        Raises:
            StudyFileError: the text is no rule; the message shows the place.
        """
        return _parsed(text)

    @property
    def names(self) -> frozenset[str]:
        """The names the rule asks about."""
        return frozenset(names_in(self.tree))

    @property
    def compared(self) -> tuple[tuple[str, object], ...]:
        """Each name with each number, text, yes or no that it is compared to, in the order of the rule."""
        return tuple(comparisons_in(self.tree))

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Return whether the rule is surely true; a missing answer, or None, makes nothing true.

        Args:
            answers: name to number, text, bool or date; a date is compared to a text such as "2026-05-01".
        """
        return self.tree.value(answers) is True


@lru_cache(maxsize=512)
def _parsed(text: str) -> Rule:
    return Rule(text, RuleReader(text).rule())
