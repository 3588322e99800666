"""`[[instruments]]`: how the forms of an instrument are shown and entered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.study.values import Key, Share, Table, YesNo
from daybreak.core.study.visits import unknown_instrument


class InstrumentRules(Table):
    """`[[instruments]]`: what holds for all forms of one instrument. One that is not named has the usual values."""

    key: Key
    """Which instrument."""
    wording: Literal["any", "required"] = "any"
    """`required` opens no form before the site added the wording it may use; `any` shows our own prompts until then."""
    double_entry: YesNo = False
    """Whether somebody else types it in once more, and differences are settled."""
    prior_scores: Literal["hidden", "shown"] = "hidden"
    """Whether raters see the scores of other visits."""
    second_rater: Share = Field(0.0)
    """Share of interviews that a second rater rates as well."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        instrument = INSTRUMENTS.get(self.key)
        if instrument is None:
            yield Fault(("key",), unknown_instrument(self.key))
            return
        if not instrument.items:
            yield Fault(("key",), f"'{self.key}' is a task and has no form; remove this table")
        if self.double_entry and instrument.by == "participant":
            yield Fault(("double_entry",), f"people answer '{self.key}' themselves, once; remove it")
        if self.second_rater and instrument.by != "rater":
            yield Fault(("second_rater",), f"'{self.key}' is not rated in an interview; remove it")
