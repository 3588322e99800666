"""Trying an analysis: its result, or one sentence why these data do not allow it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from daybreak.core.errors import DaybreakError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Refusal:
    """An analysis that could not be done: which, and why."""

    what: str
    why: str

    def sentence(self) -> str:
        """Return both as one text for the report."""
        return f"{self.what}: {self.why[:1].lower()}{self.why[1:]}" if self.what else self.why


def attempt(what: str, run: Callable[[], Result]) -> Result | Refusal:
    """Return what `run` returns, or the refusal that a mistake or gap in the data makes of it."""
    try:
        return run()
    except DaybreakError as error:
        return Refusal(what, error.sentence())
