"""The words of the implicit association test that ship: one TOML table per language in this folder."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from daybreak.core.errors import PackError
from daybreak.core.iat_words import ImplicitWords, read_implicit_words


def languages() -> tuple[str, ...]:
    """Return the languages there are words for, sorted."""
    names = (path.name for path in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@lru_cache
def implicit_words(language: str) -> ImplicitWords:
    """Return the shipped words in one language; a regional form (`es-MX`) takes its plain language.

    Raises:
        PackError: there are no words in that language, or the table has a fault.
    """
    plain = language.partition("-")[0]
    if plain not in languages():
        remedy = f"It has: {', '.join(languages())}. docs/iat.md says how to add a language."
        raise PackError(f"the implicit association test has no language '{language}'.", remedy=remedy)
    table = tomllib.loads(files(__name__).joinpath(f"{plain}.toml").read_text(encoding="utf-8"))
    return read_implicit_words(table, f"iat/{plain}.toml")
