"""`[[alerts]]` and `[[messages]]`: which answers call somebody, and what people are reminded of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.rule import Rule
from daybreak.core.study.values import Key, Language, RuleText, SignedSpan, Span, Table

Told = Literal["coordinator", "rater", "investigator", "monitor", "administrator"]


class AlertRules(Table):
    """`[[alerts]]`: an answer that must not wait. The rule never knows the arm."""

    when: RuleText
    """A rule over answers: instrument, dot, item or score."""
    tell: tuple[Told, ...] = Field(min_length=1)
    """Roles at the person's site that are told at once."""
    acknowledge_within: Span
    """How long they have to say that they know."""
    then_tell: tuple[Told, ...] = ()
    """Roles that are told if nobody did."""

    @property
    def instruments(self) -> tuple[str, ...]:
        """The instruments whose answers the rule looks at, sorted."""
        return tuple(sorted({name.partition(".")[0] for name in Rule.parse(self.when).names}))

    def fires(self, answers: Mapping[str, object]) -> bool:
        """Return whether these answers call somebody; what was not answered calls nobody."""
        return Rule.parse(self.when).holds(answers)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for name in sorted(Rule.parse(self.when).names):
            if "." not in name:
                yield Fault(("when",), f"'{name}' names no item; write instrument and item, as in {name}.total")
        if not self.acknowledge_within:
            yield Fault(("acknowledge_within",), 'write some time, such as "30min"')


class MessageRules(Table):
    """`[[messages]]`: a reminder. This release checks and keeps them; it sends none."""

    key: Key
    """Name of the message."""
    about: Literal["training", "visit"]
    """What it reminds of."""
    when: Literal["opens", "closes"] = "opens"
    """Which end of the window it is counted from."""
    after: SignedSpan = timedelta(0)
    """How long after that, or before it: `-2h`."""
    channels: tuple[Literal["email", "sms", "push"], ...] = Field(min_length=1)
    """Ways to send it."""
    texts: dict[Language, Annotated[str, Field(max_length=1000)]] = Field(min_length=1)
    """What it says, for each language. Names neither study, drug nor illness: others may see the screen."""
