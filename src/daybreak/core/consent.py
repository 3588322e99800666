"""Which consent texts a person has to sign: the versions in force, and who is asked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from daybreak.core.study import ConsentText


@dataclass(frozen=True)
class Owed:
    """A document that a person has to sign now; `signed` is the version they signed before, 0 for none."""

    key: str
    version: int
    signed: int = 0


def versions_in_force(texts: Iterable[ConsentText], day: date) -> dict[str, int]:
    """Return the version of each document that is signed on `day`, in the file's order."""
    found: dict[str, int] = {}
    for text in texts:
        if text.effective is None or text.effective <= day:
            found[text.key] = max(text.version, found.get(text.key, 0))
    return found


def owed(texts: Iterable[ConsentText], day: date, signed: Mapping[str, int], *, enrolled: bool) -> tuple[Owed, ...]:
    """Return what is to be signed on `day`.

    Args:
        texts: all versions of all documents.
        day: the day where the person's site is.
        signed: the highest version signed of each document.
        enrolled: then a newer version is owed only if the file asks for it again, here or in a version in between.
    """
    everything = tuple(texts)
    return tuple(
        Owed(key, version, signed.get(key, 0))
        for key, version in versions_in_force(everything, day).items()
        if signed.get(key, 0) < version
        and (not enrolled or key not in signed or _asks_again(everything, key, signed[key], version))
    )


def _asks_again(texts: Iterable[ConsentText], key: str, before: int, now: int) -> bool:
    return any(text.reconsent for text in texts if text.key == key and before < text.version <= now)


def text_in(texts: Iterable[ConsentText], owing: Owed, language: str) -> ConsentText | None:
    """Return the text to sign in this language, or in its plain form for a regional one; None if there is none."""
    fitting = {text.language: text for text in texts if (text.key, text.version) == (owing.key, owing.version)}
    return fitting.get(language) or fitting.get(language.partition("-")[0])


def text_sha256(text: ConsentText) -> str:
    """Return the SHA-256, in hex, of the text as it is shown: document, version, language, title and paragraphs."""
    shown = [text.key, text.version, text.language, text.title, *text.paragraphs]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()
