"""What was counted before, kept in the user's cache folder so that the same question is answered at once."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np

import daybreak
from daybreak.simulation.tally import Tally

ARRAYS = ("estimate", "squares", "se", "t", "covered", "people")
MADE_BY = ("simulation", "stats", "core/allocation", "core/study")
"""Code that decides the digits; with any change of it what was kept counts no more."""
LIBRARIES = ("daybreak", "numpy", "scipy", "numba")


def user_folder() -> Path:
    """Return where results are kept: under `XDG_CACHE_HOME`, or `.cache` of the user's home."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "daybreak" / "power"


@dataclass(frozen=True)
class Made:
    """What was counted, the seconds it took, and on what."""

    tally: Tally
    seconds: float
    device: str


@dataclass(frozen=True)
class Cache:
    """A folder of results, a file each."""

    folder: Path

    def get(self, key: str) -> Made | None:
        """Return what was kept; nothing if there is none that can be read."""
        try:
            told = json.loads(self._file(key).read_text(encoding="utf-8"))
            return Made(_tally(told["tally"]), float(told["seconds"]), str(told["device"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, made: Made) -> None:
        """Keep a result, whole or not at all.

        Raises:
            OSError: the folder cannot be written, or the disk is full.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"seconds": made.seconds, "device": made.device, "tally": _written(made.tally)})
        with NamedTemporaryFile("w", dir=self.folder, suffix=".part", delete=False, encoding="utf-8") as file:
            part = Path(file.name)
            try:
                file.write(text)
                file.close()
                part.replace(self._file(key))
            except OSError:
                part.unlink(missing_ok=True)
                raise

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}.json"


def key_of(*parts: object) -> str:
    """Return the name of a result: a hash of what was asked, and of the code and the libraries that answer."""
    asked = json.dumps([*parts, code(), libraries()], default=str, sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


@cache
def code() -> str:
    """Return a hash of the code that decides the digits."""
    whole, root = hashlib.sha256(), Path(daybreak.__file__).parent
    for place in MADE_BY:
        for file in sorted((root / place).rglob("*.py")):
            whole.update(file.read_bytes())
    return whole.hexdigest()


@cache
def libraries() -> dict[str, str]:
    """Return the versions of the libraries that decide the digits; one that is not installed is left out."""
    found: dict[str, str] = {}
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[library] = version(library)
    return found


def _written(tally: Tally) -> dict[str, Any]:
    plain = {name: getattr(tally, name) for name in ("trials", "fitted", "refitted", "patterns", "blocks")}
    return {**plain, **{name: getattr(tally, name).tolist() for name in ARRAYS}}


def _tally(told: dict[str, Any]) -> Tally:
    return Tally(
        trials=int(told["trials"]),
        fitted=int(told["fitted"]),
        refitted=int(told["refitted"]),
        patterns=_patterns(told["patterns"]),
        blocks={int(block): _patterns(found) for block, found in told["blocks"].items()},
        **{name: np.array(told[name], dtype=np.float64) for name in ARRAYS},
    )


def _patterns(told: dict[str, int]) -> dict[int, int]:
    return {int(mark): int(count) for mark, count in told.items()}
