"""The words of the implicit association test in one language: pack content, read from a table.

No word stands in two categories, and none may be one that a training pack pairs with the self, or the test would ask
for what was practised; a test holds the shipped lists to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from daybreak.core.complaint import complaints
from daybreak.core.errors import PackError
from daybreak.core.pack import PlainWord, SideKeys, Table
from daybreak.core.plan import Appearance

CategoryKey = Literal["self", "other", "good", "bad"]
TARGETS: tuple[CategoryKey, CategoryKey] = ("self", "other")
ATTRIBUTES: tuple[CategoryKey, CategoryKey] = ("good", "bad")


class CategoryWords(Table):
    """The label of a category and the words that stand for it."""

    label: str
    words: tuple[PlainWord, ...] = Field(min_length=4)


class Categories(Table):
    """The four categories; `own` is written `self` in the file."""

    own: CategoryWords = Field(alias="self")
    other: CategoryWords
    good: CategoryWords
    bad: CategoryWords

    def each(self) -> dict[CategoryKey, CategoryWords]:
        """Return the categories by key."""
        return {"self": self.own, "other": self.other, "good": self.good, "bad": self.bad}


class ImplicitWords(Table):
    """All that a person reads in the test's steps, and how it looks."""

    language: str = Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")
    appearance: Appearance
    keys: SideKeys
    categories: Categories

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        seen: dict[str, str] = {}
        for key, category in self.categories.each().items():
            for word in category.words:
                if word.casefold() in seen:
                    place = seen[word.casefold()]
                    raise ValueError(f"'{word}' stands in {place} and again in {key}; remove one of them")
                seen[word.casefold()] = key
        return self

    def category(self, key: CategoryKey) -> CategoryWords:
        """Return one category."""
        return self.categories.each()[key]


def read_implicit_words(table: Mapping[str, Any], where: str) -> ImplicitWords:
    """Return the words of one language from a table.

    Raises:
        PackError: a key is missing, unknown or holds something it may not; `where` names the file.
    """
    try:
        return ImplicitWords.model_validate(table)
    except ValidationError as error:
        raise PackError(f"{complaints(error)}.", where=where, remedy="docs/iat.md describes every key.") from error
