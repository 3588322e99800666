"""`[harms]`: by when a serious adverse event is reported, and to whom; the defaults are those of ICH E2A."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Span, Table

Relatedness = Literal["unrelated", "unlikely", "possible", "probable", "definite"]


class HarmRules(Table):
    """`[harms]`: clocks of reports on serious adverse events, all counted from when the site knew."""

    report_within: Span = timedelta(hours=24)
    """How soon the sponsor is told of a serious event."""
    fatal_within: Span = timedelta(days=7)
    """How soon the authority is told of a death or a danger to life that is unexpected and related."""
    complete_within: Span = timedelta(days=8)
    """How long after that the report must be complete."""
    unexpected_within: Span = timedelta(days=15)
    """How soon the authority is told of any other serious event that is unexpected and related."""
    related: tuple[Relatedness, ...] = Field(default=("possible", "probable", "definite"), min_length=1)
    """Which judgements count as related; what was not judged yet always does."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for name in ("report_within", "fatal_within", "complete_within", "unexpected_within"):
            if not getattr(self, name):
                yield Fault((name,), 'write some time, such as "24h"')
        if self.fatal_within > self.unexpected_within:
            yield Fault(("fatal_within",), "a death cannot wait longer than other events; write less")
        if "unrelated" in self.related:
            yield Fault(("related",), "'unrelated' cannot count as related; take it out")
