"""An instrument: its items, what it asks when, and the scores its answers give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from daybreak.core.instruments.item import Item, Value
from daybreak.core.rule import Rule

Respondent = Literal["rater", "staff", "participant"]
Answers = Mapping[str, Value]
Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class Band:
    """A range of a score with a name, from `least` to below the next band."""

    least: int
    name: str


@dataclass(frozen=True)
class Score:
    """A number worked out from answers; `of` gives None where too much is missing."""

    name: str
    of: Callable[[Answers], float | None]
    least: float
    most: float
    better: Better = "lower"
    bands: tuple[Band, ...] = ()
    remission: int | None = None
    """The score up to which an illness counts as gone, where a source defines it."""

    def band(self, value: float) -> str | None:
        """Return the name of the band a value lies in, or None if the score has none."""
        below = [band.name for band in self.bands if band.least <= value]
        return below[-1] if below else None


@dataclass(frozen=True)
class Licence:
    """Who owns an instrument's wording, what its use asks for, and where that is said."""

    owner: str
    status: str
    source: str


OURS = Licence("daybreak", "our own questions; free to use under this project's licence", "this repository")


@dataclass(frozen=True)
class Instrument:
    """A questionnaire, scale or task: its name as people say it, who fills it in, and what it asks.

    A task such as the implicit association test has no items: the player keeps its steps.
    """

    key: str
    title: str
    by: Respondent
    items: tuple[Item, ...] = ()
    scores: tuple[Score, ...] = ()
    recalls: tuple[str, ...] = ()
    """Over which time it may ask, such as `7d`; the first is meant where the study file says nothing."""
    licence: Licence = OURS
    version: str = "1"
    owned_wording: bool = field(default=True, kw_only=True)
    """Whether a validated wording exists that belongs to somebody, so that ours must be marked."""

    def item(self, key: str) -> Item:
        """Return an item.

        Raises:
            KeyError: there is none of that key.
        """
        return next_of(self.items, key)

    def has(self, key: str) -> bool:
        """Whether there is an item of that key."""
        return any(item.key == key for item in self.items)

    def asked(self, answers: Answers) -> tuple[Item, ...]:
        """Return the items that these answers lead to, in order; a rule that does not surely hold skips its item.

        A rule looks at earlier items only, and an answer to a skipped one leads nowhere.
        """
        found: list[Item] = []
        said: dict[str, object] = {}
        for item in self.items:
            if not item.when or Rule.parse(item.when).holds(said):
                found.append(item)
                said[item.key] = answers.get(item.key)
        return tuple(found)

    def missing(self, answers: Answers) -> tuple[str, ...]:
        """Return the keys of the items that are asked and needed, and have no answer."""
        return tuple(item.key for item in self.asked(answers) if item.required and item.key not in answers)

    def scores_of(self, answers: Answers) -> dict[str, float | None]:
        """Return each score by name; None where too much is missing to have one."""
        kept = {item.key: answers[item.key] for item in self.asked(answers) if item.key in answers}
        return {score.name: score.of(kept) for score in self.scores}

    def band(self, value: float | None) -> str | None:
        """Return the band of the first score, such as `moderate`; None where there is none."""
        return self.scores[0].band(value) if self.scores and value is not None else None

    @property
    def names(self) -> tuple[str, ...]:
        """What rules may ask for after the instrument's name: items, then scores."""
        return (*(item.key for item in self.items), *(score.name for score in self.scores))


def named(instrument: Instrument, answers: Answers) -> dict[str, object]:
    """Return answers and scores under the names rules use, such as `madrs.total`; None where there is no score."""
    values = {**plain(answers), **instrument.scores_of(answers)}
    return {f"{instrument.key}.{name}": value for name, value in values.items()}


def next_of(items: tuple[Item, ...], key: str) -> Item:
    """Return the item of a key, or raise KeyError."""
    found = {item.key: item for item in items}
    return found[key]


def plain(answers: Answers) -> dict[str, object]:
    """Return answers as rules compare them."""
    return dict(answers)
