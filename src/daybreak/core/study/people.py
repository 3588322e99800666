"""`[[eligibility]]` and `[[consents]]`: who may take part, and what they agree to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.rule import Rule
from daybreak.core.study.values import Key, Language, Real, RuleText, Table, Whole, YesNo


class Criterion(Table):
    """`[[eligibility]]`: one question of the screening, and the rule its answer must meet."""

    key: Key
    """Name of the question; rules use it."""
    ask: str = Field(max_length=300)
    """The question, as staff read it."""
    kind: Literal["yes-no", "whole", "real", "choice", "date"]
    """What answers it."""
    choices: tuple[Key, ...] = ()
    """The answers to choose from, for the kind `choice`."""
    least: Real | None = None
    """Smallest number that can be typed, for `whole` and `real`."""
    most: Real | None = None
    """Largest number that can be typed, for `whole` and `real`."""
    rule: RuleText = Field("", min_length=0)
    """What must hold for a person to be eligible; empty where the answer is only needed for something else."""
    says: str = Field("", min_length=0, max_length=300)
    """What staff read if the rule does not hold."""

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Return whether the rule holds for these answers; one without a rule always does."""
        return not self.rule or Rule.parse(self.rule).holds(answers)

    @property
    def levels(self) -> tuple[str, ...]:
        """The answers that people can be sorted by; none for a number or a date."""
        return ("yes", "no") if self.kind == "yes-no" else self.choices

    @model_validator(mode="after")
    def _whole_question(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.kind == "choice" and len(set(self.choices)) < 2:
            yield Fault(("choices",), 'write at least two different choices, such as ["moderate", "severe"]')
        if self.kind != "choice" and self.choices:
            yield Fault(("choices",), f"the kind '{self.kind}' has no choices; remove them, or write kind = \"choice\"")
        if self.kind not in {"whole", "real"}:
            for name in ("least", "most"):
                if getattr(self, name) is not None:
                    yield Fault((name,), f"the kind '{self.kind}' has no {name}; remove it")
        if self.least is not None and self.most is not None and self.most < self.least:
            yield Fault(("most",), f"write {self.least:g} or more: it may not lie below least")
        if self.rule and not self.says:
            yield Fault(("says",), "add what staff read if the rule does not hold")


class ConsentText(Table):
    """`[[consents]]`: one version of one document in one language."""

    key: Key
    """Which document: most studies have one, `main`."""
    version: Whole = Field(ge=1, le=1000)
    """Its version, from 1."""
    title: str = Field(max_length=200)
    """What people read."""
    language: Language = "en"
    """Language of this text."""
    effective: date | None = None
    """From which day this version is signed; the first version may leave it out."""
    reconsent: YesNo = False
    """Whether those who signed an earlier version are asked again."""
    paragraphs: tuple[str, ...] = Field(min_length=1)
    """The text."""
