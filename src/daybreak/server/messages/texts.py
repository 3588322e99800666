"""What messages say that no study file writes: a subject and a text a kind, in each language.

As in a study file: no name, no illness, no treatment, no code. `{link}` becomes a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Words = TypeVar("Words")


@dataclass(frozen=True)
class Text:
    """A subject, and what follows."""

    subject: str
    body: str


REMINDER = {
    "en": Text("A short reminder", ""),
    "es": Text("Un breve recordatorio", ""),
}
TEXTS: dict[str, dict[str, Text]] = {
    "reminder": REMINDER,
    "overdue": {"en": Text("Something is overdue at your site", "")},
    "alert": {
        "en": Text(
            "An alert needs somebody now",
            "An alert at your site waits to be acknowledged. Sign in and say that you know: {link}",
        )
    },
    "link": {
        "en": Text("Your personal page", "This link leads to your page: {link}"),
        "es": Text("Su página personal", "Este enlace lleva a su página: {link}"),
    },
}
DRILL = "DRILL, nobody is in danger"
STOP = {
    "en": "No more of these: {link}",
    "es": "No recibir más: {link}",
}


def text_of(kind: str, language: str) -> Text:
    """Return the text of a kind in `language`, in its main form, or else in English."""
    return nearest(TEXTS[kind], language)


def nearest(texts: Mapping[str, Words], language: str) -> Words:
    """Return what stands there for `language`, for its main form, or else for English."""
    return texts.get(language) or texts.get(language.partition("-")[0]) or texts["en"]
