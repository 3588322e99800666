"""Items of an instrument, what answers them, and reading what was answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from daybreak.core.errors import DaybreakError

Kind = Literal["choice", "whole", "text", "yes-no", "date"]
Value = int | str | bool | date
Text = Mapping[str, str]
"""Language to text; English is always there."""

LONGEST_TEXT = 2000
WHOLE = r"\s*[+-]?[0-9]{1,9}\s*"
YES, NO = "yes", "no"


class AnswerError(DaybreakError):
    """An answer that the item cannot hold; `where` names the item."""

    code = "answer"


@dataclass(frozen=True)
class Choice:
    """One of the answers to choose from, with the number it counts as."""

    value: int
    label: Text


@dataclass(frozen=True)
class Item:
    """One question of an instrument, in our own words, or one rating of an interview."""

    key: str
    prompt: Text
    kind: Kind = "choice"
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    when: str = ""
    """A rule over the items of the same instrument; without one the item is always asked."""
    required: bool = True
    hint: Text = field(default_factory=dict)

    def asks(self, language: str) -> str:
        """Return the prompt in a language, or in English where there is none."""
        return in_language(self.prompt, language)

    def read(self, value: object) -> Value:
        """Return an answer as it is stored.

        Args:
            value: as sent by a form (text) or read from JSON.

        Raises:
            AnswerError: it is no answer to this item, or out of its range.
        """
        if self.kind == "text":
            return self._text(value)
        if self.kind == "yes-no":
            return self._yes_no(value)
        if self.kind == "date":
            return self._date(value)
        return self._number(value)

    def _number(self, value: object) -> int:
        number = int(value) if isinstance(value, str) and re.fullmatch(WHOLE, value) else value
        if not isinstance(number, int) or isinstance(number, bool):
            raise self._refused(f"needs {self._range()}")
        allowed = {choice.value for choice in self.choices}
        if self.kind == "choice" and number not in allowed:
            raise self._refused(f"needs {self._range()}, not {number}")
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise self._refused(f"needs {self._range()}, not {number}")
        return number

    def _text(self, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise self._refused("needs some words")
        if len(value) > LONGEST_TEXT:
            raise self._refused(f"takes {LONGEST_TEXT} letters at most, not {len(value)}")
        return value.strip()

    def _yes_no(self, value: object) -> bool:
        known = {YES: True, NO: False, True: True, False: False}
        if not isinstance(value, str | bool) or value not in known:
            raise self._refused("needs yes or no")
        return known[value]

    def _date(self, value: object) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise self._refused("needs a date such as 2026-05-01") from None

    def _range(self) -> str:
        if self.kind == "choice":
            return f"one of {', '.join(str(choice.value) for choice in self.choices)}"
        least = "" if self.least is None else f" from {self.least}"
        return f"a whole number{least}{'' if self.most is None else f' to {self.most}'}"

    def _refused(self, what: str) -> AnswerError:
        return AnswerError(f"The answer {what}.", where=self.key, remedy="Choose or type another.")


def in_language(text: Text, language: str) -> str:
    """Return a text in a language, else in that language's main form, else in English."""
    return text.get(language) or text.get(language.partition("-")[0]) or text["en"]


def choices(*labels: Text, first: int = 0) -> tuple[Choice, ...]:
    """Return choices that count from `first` upward."""
    return tuple(Choice(number, label) for number, label in enumerate(labels, first))
