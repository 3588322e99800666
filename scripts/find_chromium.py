"""Print the path of a Chromium for the browser tests; exit with status 1 and a sentence if there is none.

With --both also that of a headless shell, which some tests step refresh by refresh.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HEADLESS_SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell", "headless_shell")
UNPACKED = Path(__file__).parent.parent / ".venv" / "chromium" / "unpacked"


def candidates(names: tuple[str, ...], setting: str) -> Iterator[str]:
    """Yield paths to try, best first: the one that is set, those found on PATH, one unpacked by the set-up."""
    if chosen := os.environ.get(setting):
        yield chosen
    for name in names:
        if found := shutil.which(name):
            yield found
    yield from (str(path) for path in UNPACKED.glob("chromium"))


def find(names: tuple[str, ...], setting: str) -> str | None:
    """Return the first candidate that is an executable file, or None."""
    return next((path for path in candidates(names, setting) if os.access(path, os.X_OK)), None)


def chromium() -> str | None:
    """Return the path of a full Chromium, or None. `DAYBREAK_CHROMIUM` overrides the search."""
    return find(NAMES, "DAYBREAK_CHROMIUM")


def headless_shell() -> str | None:
    """Return the path of chromium-headless-shell, or None. `DAYBREAK_HEADLESS_SHELL` overrides the search."""
    return find(HEADLESS_SHELL_NAMES, "DAYBREAK_HEADLESS_SHELL")


if __name__ == "__main__":
    found = [chromium(), headless_shell()] if "--both" in sys.argv else [chromium()]
    if None in found:
        sys.exit("No Chromium found: install it or set DAYBREAK_CHROMIUM to its path.")
    print(*found, sep="\n")
