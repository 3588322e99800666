"""Whom an analysis compares: arms after unblinding, letters of the safety board, or nobody, all pooled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from daybreak.core.study import AnalysisRules

Kind = Literal["arms", "letters", "pooled"]


@dataclass(frozen=True)
class Grouping:
    """The groups in the order of the study file (arms) or the alphabet."""

    kind: Kind
    names: tuple[str, ...]

    @property
    def compares(self) -> bool:
        """Whether there is more than one group."""
        return len(self.names) > 1

    def contrasts(self, rules: AnalysisRules) -> tuple[str, ...]:
        """Return the differences to be judged: as planned between arms, all pairs of letters, none where pooled."""
        if self.kind == "arms":
            return tuple(text for text, pair in zip(rules.contrasts, rules.pairs, strict=True) if self._has(pair))
        if self.kind == "letters":
            return tuple(f"{one} - {other}" for one, other in combinations(self.names, 2))
        return ()

    def formula(self, rules: AnalysisRules) -> str:
        """Return the planned formula; without the arm where there is only one group."""
        return rules.formula if self.compares else without_arm(rules.formula)

    def _has(self, pair: tuple[str, str]) -> bool:
        return set(pair) <= set(self.names)


def without_arm(formula: str) -> str:
    """Return a formula without any term of `arm`: `a + arm * b` becomes `a + b`, `us(v | arm / id)` `us(v | id)`."""
    text = re.sub(r"\|\s*arm\s*/\s*", "| ", formula)
    text = re.sub(r"\barm\s*[*:]\s*", "", text)
    text = re.sub(r"\s*[*:]\s*arm\b", "", text)
    text = re.sub(r"\s*\+\s*arm\b(?!\s*[*:])", "", text)
    return re.sub(r"~\s*arm\s*(\+|$)\s*", lambda found: "~ " if found[1] else "~ 1", text)
