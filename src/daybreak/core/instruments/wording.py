"""The words of an instrument that a site may use, apart from its structure, which is ours."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from daybreak.core.errors import DaybreakError
from daybreak.core.instruments.instrument import Instrument
from daybreak.core.instruments.item import in_language


class WordingError(DaybreakError):
    """A questionnaire that cannot be taken as an instrument's wording; `where` names the item."""

    code = "wording"


@dataclass(frozen=True)
class Wording:
    """An instrument's words in one language: prompts by item, labels by item and value; `licence` says who allows them.

    An empty licence means that nobody said so.
    """

    instrument: str
    language: str
    prompts: Mapping[str, str]
    labels: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    licence: str = ""
    version: str = "1"

    def prompt(self, item: str) -> str:
        """Return what is asked."""
        return self.prompts[item]

    def choice(self, item: str, value: int) -> str:
        """Return what an answer says."""
        return self.labels[item][value]

    @property
    def sha256(self) -> str:
        """The checksum of everything in it, which tells it from any other."""
        return hashlib.sha256(json.dumps(self._facts(), sort_keys=True).encode()).hexdigest()

    def _facts(self) -> list[object]:
        labels = {item: {str(value): text for value, text in texts.items()} for item, texts in self.labels.items()}
        return [self.instrument, self.language, self.version, self.licence, dict(self.prompts), labels]


def own_wording(instrument: Instrument, language: str) -> Wording:
    """Return our own prompts as a wording; where a validated one exists, this is not it."""
    return Wording(
        instrument.key,
        language,
        {item.key: item.asks(language) for item in instrument.items},
        {
            item.key: {choice.value: in_language(choice.label, language) for choice in item.choices}
            for item in instrument.items
            if item.choices
        },
        version=instrument.version,
    )
