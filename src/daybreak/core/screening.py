"""Who may take part, judged from the answers to the study file's questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daybreak.core.rule import Rule
from daybreak.core.study import Criterion

BIRTH = "date-of-birth"
"""A question of this key is kept with the person's name, sealed, and not with the other answers."""
VISIBLE_ONLY = "photosensitive-epilepsy"
"""A yes to the question of this key means that words are shown visibly only."""


@dataclass(frozen=True)
class Verdict:
    """What the answers say: questions still open, and criteria that surely do not hold, both in the file's order."""

    missing: tuple[str, ...]
    failed: tuple[str, ...]

    @property
    def is_eligible(self) -> bool:
        """Whether everything was answered and every rule holds."""
        return not self.missing and not self.failed


def judge(criteria: Iterable[Criterion], answers: Mapping[str, object]) -> Verdict:
    """Return what these answers say about these criteria; an answer of None counts as none."""
    asked = tuple(criteria)
    missing = tuple(criterion.key for criterion in asked if answers.get(criterion.key) is None)
    return Verdict(missing, tuple(criterion.key for criterion in asked if _surely_fails(criterion, answers)))


def _surely_fails(criterion: Criterion, answers: Mapping[str, object]) -> bool:
    if not criterion.rule or criterion.holds(answers):
        return False
    return all(answers.get(name) is not None for name in Rule.parse(criterion.rule).names)
