"""The three tasks of a training pack: how many rounds and steps, which cues, how long everything lasts.

Durations are written `"500ms"`, `"16.7ms"` or `"1 refresh"`. All shipped figures are reconstructed unless the pack's
status says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from daybreak.core.plan import FacesTiming, MaskedWordsTiming, Milliseconds, TaskName, VisibleWordsTiming

CueKind = Literal["self-word", "first-name", "fact", "portrait"]


def read_duration(text: Any) -> Any:
    """Return `"500ms"` or `"1 refresh"` as the table a `Duration` is made of; anything but text stays as it is.

    Raises:
        ValueError: the text is not of that form.
    """
    if not isinstance(text, str):
        return text
    found = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?) ?ms|(\d{1,4}) refresh(?:es)?", text)
    if found is None:
        raise ValueError(f"'{text}' is no duration; write for instance '500ms' or '1 refresh'")
    return {"ms": float(found[1])} if found[1] else {"refreshes": int(found[2])}


def read_durations(table: Any) -> Any:
    """Return a table of timings with every duration read."""
    return {key: read_duration(text) for key, text in table.items()} if isinstance(table, Mapping) else table


Span = Annotated[Milliseconds, BeforeValidator(read_duration)]
Weight = Annotated[int, Field(ge=1, le=100)]


class TaskBase(BaseModel):
    """What all tasks share. `cues` weighs the kinds of cues against each other.

    `answer_usually` is a guess at how long an answer takes; only the expected length of a session depends on it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)
    name: TaskName
    rounds: int = Field(ge=1, le=20)
    steps: int = Field(ge=2, le=200, multiple_of=2, description="per round")
    practice_steps: int = Field(ge=0, le=20, multiple_of=2)
    repeats_at_most: int = Field(ge=0, le=10)
    rest_at_least: Span
    answer_usually: Span


class MaskedWords(TaskBase):
    """Cue and trait flash behind a mask; a visible string is judged: a word or none."""

    name: Literal["masked-words"] = "masked-words"
    cues: dict[Literal["self-word", "first-name", "fact"], Weight] = Field(min_length=1)
    timing: Annotated[MaskedWordsTiming, BeforeValidator(read_durations)]
    timing_visible: Annotated[MaskedWordsTiming, BeforeValidator(read_durations)]


class VisibleWords(TaskBase):
    """A cue, then a readable trait or a lure to judge: a word or none."""

    name: Literal["visible-words"] = "visible-words"
    cues: dict[Literal["self-word", "first-name", "fact"], Weight] = Field(min_length=1)
    timing: Annotated[VisibleWordsTiming, BeforeValidator(read_durations)]


class Faces(TaskBase):
    """A cue in one of four fields is tapped; a face answers.

    `others` is how many other people give cues, `strangers` how many people answer in one session.
    """

    name: Literal["faces"] = "faces"
    cues: dict[Literal["portrait", "first-name"], Weight] = Field(min_length=1)
    others: int = Field(ge=2, le=40)
    strangers: int = Field(ge=3, le=100)
    timing: Annotated[FacesTiming, BeforeValidator(read_durations)]

    @property
    def people(self) -> int:
        """How many drawn or photographed identities the task needs: others, strangers, and one stand-in."""
        return self.others + self.strangers + 1


class Tasks(BaseModel):
    """The tasks of a session, which alternate round by round in this order."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    masked_words: MaskedWords = Field(alias="masked-words")
    visible_words: VisibleWords = Field(alias="visible-words")
    faces: Faces

    @model_validator(mode="after")
    def _as_many_rounds(self) -> Self:
        if len({task.rounds for task in self.each()}) > 1:
            raise ValueError("the tasks differ in rounds; give all three the same number, since they alternate")
        return self

    def each(self) -> tuple[MaskedWords, VisibleWords, Faces]:
        """Return the three tasks in the order they are played."""
        return self.masked_words, self.visible_words, self.faces
