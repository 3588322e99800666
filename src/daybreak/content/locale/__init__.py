"""What the player's pages say outside the tasks: one TOML table per language in this folder."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from daybreak.core.errors import PackError
from daybreak.core.player import ImplicitTexts, PlayerTexts, PortraitTexts

FALLBACK = "en"
Texts = TypeVar("Texts", bound=BaseModel)


def languages() -> tuple[str, ...]:
    """Return the languages there is a table for, sorted."""
    names = (path.name for path in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@lru_cache
def player_texts(language: str) -> PlayerTexts:
    """Return the player's sentences in `language`.

    A regional form (`es-MX`) takes its plain language, and a language without a table takes English, so that no session
    is lost for want of a sentence.

    Raises:
        PackError: the table misses a sentence or holds an unknown one.
    """
    return read_texts(language, "player", PlayerTexts)


@lru_cache
def portrait_texts(language: str) -> PortraitTexts:
    """Return the portrait page's sentences in `language`, by the rule of `player_texts`.

    Raises:
        PackError: the table misses a sentence or holds an unknown one.
    """
    return read_texts(language, "portrait", PortraitTexts)


@lru_cache
def implicit_texts(language: str) -> ImplicitTexts:
    """Return what an implicit association test says in `language`, by the rule of `player_texts`.

    Raises:
        PackError: the table misses a sentence or holds an unknown one.
    """
    return read_texts(language, "implicit", ImplicitTexts)


def read_texts(language: str, part: str, model: type[Texts]) -> Texts:
    """Return one part (`player`, `implicit`, `portrait`) of a language's table as `model`.

    Raises:
        PackError: the part misses a sentence or holds an unknown one.
    """
    plain = language.partition("-")[0]
    name = f"{plain if plain in languages() else FALLBACK}.toml"
    table = tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
    try:
        return model.model_validate(table.get(part, {}))
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, detail["loc"])) for detail in error.errors())
        remedy = f"Mend these keys: {keys}."
        raise PackError(f"the part [{part}] is not complete.", where=f"locale/{name}", remedy=remedy) from error
