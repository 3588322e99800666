"""`[[messages]]` and `[quiet_hours]`: what people are reminded of, when, and in which words.

Others may see the screen a message arrives on. So its text names neither illness nor treatment, and holds nothing about
the person: the one thing that can be put in is a link, behind which the PIN is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Hour, Key, Language, SignedSpan, Table

Channel = Literal["email", "sms", "push"]
FIELD = re.compile(r"\{[^{}]*\}?|\}")
LINK = "{link}"
TELLING = re.compile(
    r"depress|depres|suicid|ketamin|quetamin|esketamin|infusi|placebo|antidepres|psychiatr|psiquiatr|"
    r"mental|anxiety|ansiedad|madrs|qids|phq|patient|paciente",
    re.IGNORECASE,
)
"""Beginnings of words that tell a stranger of an illness or a treatment, in the languages that ship."""


class QuietHours(Table):
    """`[quiet_hours]`: when nobody is reminded of anything, by the clock where the person is."""

    begins: Hour = time(21)
    """From when on. The same as `ends` means that no hour is quiet."""
    ends: Hour = time(8)
    """Until when; a message that falls between waits until then."""

    def hold(self, moment: time) -> bool:
        """Return whether the clock shows a quiet hour."""
        if self.begins <= self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends


class MessageRules(Table):
    """`[[messages]]`: a message about training or visits, to the person or to the site's coordinators."""

    key: Key
    """Name of the message."""
    about: Literal["training", "visit"]
    """What it is about."""
    visits: tuple[Key, ...] = ()
    """Which visits it is about; all self-reports if left out."""
    to: Literal["participant", "coordinator"] = "participant"
    """Who gets it: the person, or the coordinators of their site, for what is overdue."""
    when: Literal["opens", "closes"] = "opens"
    """Which end of the window it is counted from."""
    after: SignedSpan = timedelta(0)
    """How long after that, or before it: `-2h`. Whole days keep the hour of the local clock."""
    channels: tuple[Channel, ...] = Field(min_length=1)
    """Ways to send it; a coordinator has `email` only."""
    texts: dict[Language, Annotated[str, Field(max_length=1000)]] = Field(min_length=1)
    """What it says, for each language. Names neither study, drug nor illness; `{link}` becomes a link."""

    def text(self, language: str) -> str:
        """Return the text in `language`, in its main form (`es` for `es-MX`), or else in the first one."""
        texts = self.texts
        return texts.get(language) or texts.get(language.partition("-")[0]) or next(iter(texts.values()))

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse(self._faults())
        return self

    def _faults(self) -> Iterator[Fault]:
        for language, text in self.texts.items():
            yield from _text_faults(("texts", language), text)
        for place, channel in enumerate(self.channels):
            if channel in self.channels[:place]:
                yield Fault(("channels", place), f"'{channel}' stands twice; remove one of them")
            elif self.to == "coordinator" and channel != "email":
                yield Fault(("channels", place), "coordinators are written to by email only")
        if self.about == "training" and self.visits:
            yield Fault(("visits",), "a message about training is about no visit; remove it")


def _text_faults(place: tuple[str, str], text: str) -> Iterator[Fault]:
    for field in FIELD.findall(text):
        if field != LINK:
            yield Fault(place, f"'{field}' cannot be put in: others may see the screen; only {LINK} can")
    if found := TELLING.search(text):
        yield Fault(
            place, f"'{found[0]}' tells of an illness or a treatment, and others may see the screen; leave it out"
        )
