"""A training pack: cues, words, tasks and timing for one target, in an active and a sham reading.

A pack is data. What does not depend on language (tasks, timing, counts, appearance) stands in one table, everything a
person reads in another; `read_pack` joins the two. `docs/packs.md` says how a pack is made, and which of its figures
are published and which reconstructed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from daybreak.core.complaint import complaints
from daybreak.core.cues import same_shape
from daybreak.core.errors import PackError
from daybreak.core.pack_tasks import CueKind, Tasks
from daybreak.core.plan import Appearance, TaskName
from daybreak.core.study import Version


def plain_word(text: str) -> str:
    """Return `text` if it is one composed (NFC) word without spaces.

    Raises:
        ValueError: it is not; the message says what to write.
    """
    if not text or unicodedata.normalize("NFC", text) != text or not text.isalpha():
        raise ValueError(f"'{text}' is not one word in composed letters (NFC); write letters only, no spaces")
    return text


PlainWord = Annotated[str, AfterValidator(plain_word)]


class Table(BaseModel):
    """Base of every table of a pack: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class Pair(Table):
    """What stands at one place in the active and in the sham reading: as many characters and as many bytes."""

    active: PlainWord
    sham: PlainWord

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        if isinstance(value, list) and len(value) == 2:
            return {"active": value[0], "sham": value[1]}
        return value

    @model_validator(mode="after")
    def _matched(self) -> Self:
        if not same_shape(self.active, self.sham):
            raise ValueError(
                f"'{self.active}' and '{self.sham}' differ in length; choose a partner of as many characters and bytes"
            )
        return self

    def reading(self, version: Version) -> str:
        """Return the text of `version`."""
        return self.active if version == "active" else self.sham


class Status(Table):
    """What is known: `evidence` in one paragraph, and which parts are published and which reconstructed."""

    evidence: str
    published: tuple[str, ...]
    reconstructed: tuple[str, ...]


class SideKeys(Table):
    """The physical keys of the two sides, each a `KeyboardEvent.key` in lower case."""

    left: str
    right: str


class Words(Table):
    """All words of one language. Lists that are used together have no word in common.

    `traits` are matched pairs; `lures` are pronounceable and no words; `target_words` and `target_strings` (consonants
    only) are what is judged in the masked task, the same in both versions.
    """

    self_word: Pair
    traits: tuple[Pair, ...] = Field(min_length=8)
    lures: tuple[PlainWord, ...] = Field(min_length=8)
    target_words: tuple[PlainWord, ...] = Field(min_length=8)
    target_strings: tuple[PlainWord, ...] = Field(min_length=8)
    practice_words: tuple[PlainWord, ...] = Field(min_length=4)
    practice_strings: tuple[PlainWord, ...] = Field(min_length=4)
    practice_lures: tuple[PlainWord, ...] = Field(min_length=4)
    names: tuple[PlainWord, ...]

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        seen: dict[str, str] = {}
        for name, word in self._places():
            if word.casefold() in seen:
                raise ValueError(f"'{word}' stands in {seen[word.casefold()]} and again in {name}; remove one of them")
            seen[word.casefold()] = name
        return self

    def _places(self) -> Iterable[tuple[str, str]]:
        yield from (("traits", word) for pair in self.traits for word in (pair.active, pair.sham))
        yield from (("self_word", word) for word in (self.self_word.active, self.self_word.sham))
        for name in sorted(set(Words.model_fields) - {"traits", "self_word"}):
            yield from ((name, word) for word in getattr(self, name))


class Texts(Table):
    """What the person reads before one task. `{word}` and `{other}` become the names of the two keys."""

    title: str
    instruction: str


class Buttons(Table):
    """The labels of the two answers: it is a word, it is none."""

    word: str
    other: str


class Pack(Table):
    """One pack in one language."""

    format: Literal[1]
    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    language: str = Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    title: str
    status: Status
    cue_kinds: tuple[CueKind, ...]
    mask: PlainWord
    appearance: Appearance
    keys: SideKeys
    tasks: Tasks
    words: Words
    buttons: Buttons
    texts: dict[TaskName, Texts]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        unknown = {kind for task in self.tasks.each() for kind in task.cues} - set(self.cue_kinds)
        if unknown:
            raise ValueError(f"tasks use the cue '{min(unknown)}' that is not among cue_kinds; add it there")
        missing = {task.name for task in self.tasks.each()} - set(self.texts)
        if missing:
            raise ValueError(f"texts for '{min(missing)}' are missing; add the table [texts.{min(missing)}]")
        return self


def read_pack(tables: Mapping[str, Any], where: str) -> Pack:
    """Return the pack that `tables`, the language-free part and one language joined, describe.

    Raises:
        PackError: a key is missing, unknown or holds something it may not; `where` names the files.
    """
    try:
        return Pack.model_validate(tables)
    except ValidationError as error:
        raise PackError(f"{complaints(error)}.", where=where, remedy="docs/packs.md describes every key.") from error
