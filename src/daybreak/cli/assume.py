"""What a command asks of a design in place of what the study file assumes: `--assume effect=0.5`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.simulation.design import Changes

HELP = "Assume otherwise: effect, spread or dropout=FACTOR, dose or fade=SHARE, ratio=2:1:1."
MOST_PEOPLE = 100_000
"""More are not simulated."""
NUMBERS = ("effect", "spread", "dropout", "dose", "fade")


def changes_of(texts: Iterable[str]) -> Changes:
    """Return what is asked by texts such as `effect=0.5` or `ratio=2:1:1`.

    Raises:
        CommandError: a text is not of that form, names nothing that can be asked, or names it twice.
    """
    found: Changes = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name in found:
            raise CommandError(f"--assume {name} stands twice.", remedy="Take one of them away.")
        found.update(_change(name.strip(), value.strip(), text))
    return found


def _change(name: str, value: str, text: str) -> Changes:
    try:
        if name == "ratio":
            return {"ratio": tuple(int(share) for share in value.split(":"))}
        number = float(value)
    except ValueError as error:
        remedy = "Write a number, as in effect=0.5, or ratio=2:1:1."
        raise CommandError(f"--assume {text} cannot be read.", remedy=remedy) from error
    if name not in NUMBERS:
        known = ", ".join((*NUMBERS, "ratio"))
        raise CommandError(f"--assume cannot change '{name}'.", remedy=f"What can be changed: {known}.")
    made: Changes = {}
    made[name] = number  # type: ignore[literal-required]  # one of NUMBERS
    return made
