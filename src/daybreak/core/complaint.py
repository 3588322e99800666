"""Saying what is wrong with a value that a file holds, in the words of the file's reader.

pydantic finds most mistakes; its messages are exchanged for ours, which say what to write. A check of ours that looks
at several keys at once raises `FaultsError`, so that each fault keeps the place it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

Place = tuple[int | str, ...]
"""Where a value stands in a file: keys, and places in lists counted from 0."""

DATE = "write a date such as 2026-05-01, without quotes"

BAD_NAME = "[key]"
"""What pydantic adds to the place of a name in a table of names that is wrong itself."""

KINDS = {
    "missing": "add it",
    "extra_forbidden": "there is no such key here; remove it or mend its spelling",
    "int_type": "write a whole number, without quotes",
    "float_type": "write a number, without quotes",
    "bool_type": "write true or false, without quotes",
    "string_type": "write a text in quotes",
    "string_too_short": "write something between the quotes",
    "tuple_type": "write a list in square brackets",
    "dict_type": "write a table of keys and values",
    "model_type": "write a table of keys and values",
    "date_type": DATE,
    "date_from_datetime_parsing": DATE,
    "date_from_datetime_inexact": DATE,
    "finite_number": "write a finite number",
}
"""Type of a pydantic error -> what to do."""

LIMITS = {
    "greater_than_equal": ("ge", "write {} or more"),
    "greater_than": ("gt", "write more than {}"),
    "less_than_equal": ("le", "write {} or less"),
    "less_than": ("lt", "write less than {}"),
    "too_short": ("min_length", "write {} or more entries"),
    "too_long": ("max_length", "write {} entries or fewer"),
    "string_too_long": ("max_length", "write {} characters or fewer"),
    "literal_error": ("expected", "write {}"),
    "enum": ("expected", "write {}"),
    "multiple_of": ("multiple_of", "write a multiple of {}"),
}
"""Type of a pydantic error -> the key of its context, and what to do."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands, and one clause that says what to do."""

    place: Place
    says: str
    missing: bool = False

    def sentence(self) -> str:
        """Return the fault as one clause: `arms[2].ratio: write 1 or more`."""
        place = key_path(self.place)
        missing = " is missing" if self.missing else ""
        return f"{place}{missing}: {self.says}" if place else self.says


class FaultsError(ValueError):
    """Raised by a check of several keys inside a table; places are counted from that table."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.sentence() for fault in self.faults))


def refuse(faults: Iterable[Fault]) -> None:
    """Do nothing if there are no faults.

    Raises:
        FaultsError: there are some.
    """
    found = tuple(faults)
    if found:
        raise FaultsError(found)


def key_path(parts: Iterable[int | str]) -> str:
    """Return a place in the file as its reader writes it: `arms[2].version`, counted from 1."""
    path = ""
    for part in parts:
        path += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def faults_of(error: ValidationError) -> Iterator[Fault]:
    """Yield every fault that pydantic or a check of ours found.

    A list whose entries were all refused is no shorter than it should be, so that complaint is left out.
    """
    details = error.errors()
    around = {detail["loc"][:depth] for detail in details for depth in range(len(detail["loc"]))}
    for detail in details:
        if not (detail["type"] == "too_short" and detail["loc"] in around):
            yield from _faults(detail)


def complaints(error: ValidationError) -> str:
    """Return all faults as one line."""
    return "; ".join(fault.sentence() for fault in faults_of(error))


def _faults(detail: ErrorDetails) -> Iterator[Fault]:
    kind, context = detail["type"], detail.get("ctx", {})
    place = tuple(part for part in detail["loc"] if part != BAD_NAME)
    raised = context.get("error")
    if isinstance(raised, FaultsError):
        yield from (Fault((*place, *fault.place), fault.says) for fault in raised.faults)
    elif kind in KINDS:
        yield Fault(place, KINDS[kind], missing=kind == "missing")
    elif kind in LIMITS:
        key, says = LIMITS[kind]
        limit = context[key]
        yield Fault(place, says.format(f"{limit:,g}" if isinstance(limit, float) else limit))
    else:
        yield Fault(place, detail["msg"].removeprefix("Value error, "))
