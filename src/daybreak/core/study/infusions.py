"""`[infusions]`: one infusion or a course of them, and which one the training hangs on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Span, Table, Whole

Origin = Literal["infusion", "first-infusion", "last-infusion", "enrolment"]
"""What a visit is counted from; `infusion` is the one the training hangs on, and with `each` the first."""


def _training_after(value: Any) -> Any:
    if value in {"first", "last", "each"} or (isinstance(value, int) and value >= 1 and value is not True):
        return value
    raise ValueError('write "first", "last", "each", or the number of an infusion')


TrainingAfter = Annotated[
    Literal["first", "last", "each"] | int,
    PlainValidator(_training_after),
    WithJsonSchema({"anyOf": [{"enum": ["first", "last", "each"]}, {"type": "integer", "minimum": 1}]}),
]


class InfusionRules(Table):
    """`[infusions]`: how many, how far apart, and after which the training begins.

    One infusion is published (Price and colleagues 2022); ordinary clinics give a course of 6 to 12 (NCT06526078).
    """

    count: Whole = Field(1, ge=1, le=60)
    """How many infusions are planned for each person."""
    first_within: Span = timedelta(days=14)
    """How long after enrolment the first infusion may be. Reconstructed."""
    every: Span | None = None
    """From one infusion to the next; needed for a course."""
    window: tuple[Span, Span] = (timedelta(0), timedelta(0))
    """How much earlier, and how much later, than planned a later infusion may be."""
    training_after: TrainingAfter = "first"
    """The infusion that the training hangs on: `first`, `last`, `each`, or its number."""

    @property
    def with_training(self) -> tuple[int, ...]:
        """Numbers, from 1, of the infusions that training follows."""
        named = {"first": (1,), "last": (self.count,), "each": tuple(range(1, self.count + 1))}
        return (self.training_after,) if isinstance(self.training_after, int) else named[self.training_after]

    def number(self, origin: Origin) -> int | None:
        """Return the number of the infusion that `origin` means; None for the enrolment."""
        found = {"infusion": self.with_training[0], "first-infusion": 1, "last-infusion": self.count}
        return found.get(origin)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        if self.count > 1 and not self.every:
            yield Fault(("every",), 'a course needs the time from one infusion to the next, such as "3d"')
        if self.count == 1 and self.every is not None:
            yield Fault(("every",), "there is only one infusion; remove it, or raise count")
        if self.every and self.window[0] + self.window[1] >= self.every:
            yield Fault(("window",), "the windows of two infusions overlap; keep both parts together below every")
        if isinstance(self.training_after, int) and self.training_after > self.count:
            says = f"there is no infusion {self.training_after}; write a number from 1 to {self.count}, "
            yield Fault(("training_after",), says + '"first", "last" or "each"')
