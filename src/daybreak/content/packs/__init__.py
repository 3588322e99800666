"""The training packs that ship: one folder each, with `pack.toml` and one table of words per language."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from daybreak.core.errors import PackError
from daybreak.core.pack import Pack, read_pack

SHIPPED = files("daybreak.content.packs")


def languages(name: str) -> tuple[str, ...]:
    """Return the languages the pack `name` has, sorted; none if there is no such pack."""
    folder = SHIPPED / name
    if not (folder / "pack.toml").is_file():
        return ()
    found = (file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    return tuple(sorted(set(found) - {"pack"}))


@lru_cache(maxsize=16)
def load_pack(name: str, language: str) -> Pack:
    """Return a shipped pack in one language; a regional form (`es-MX`) without words of its own takes `es`.

    Raises:
        PackError: there is no such pack, it does not have that language, or it has a fault.
    """
    known = languages(name)
    if not known:
        names = sorted(folder.name for folder in SHIPPED.iterdir() if languages(folder.name))
        raise PackError(f"there is no training pack '{name}'.", remedy=f"Shipped are: {', '.join(names)}.")
    found = language if language in known else language.partition("-")[0]
    if found not in known:
        remedy = f"It has: {', '.join(known)}. docs/packs.md says how to add a language."
        raise PackError(f"the training pack has no language '{language}'.", where=name, remedy=remedy)
    return read_pack({**_table(name, "pack"), **_table(name, found)}, f"{name}/pack.toml and {found}.toml")


def _table(name: str, part: str) -> dict[str, Any]:
    try:
        return tomllib.loads((SHIPPED / name / f"{part}.toml").read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"this is not valid TOML: {error}.", where=f"{name}/{part}.toml", remedy="Mend it.") from error
