"""Checking the trail: does every entry still say what was written, and does the chain hold?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from daybreak.server.audit.chain import START, entry_hash
from daybreak.server.audit.models import ChainHead, Entry


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the trail; `number` is the entry it was found at."""

    number: int
    says: str


def faults() -> Iterator[Fault]:
    """Yield what is wrong with the trail, in its order. Nothing at all is what one hopes for."""
    awaited, previous = 1, START
    for entry in Entry.objects.order_by("number", "pk").iterator():
        if entry.number > awaited:
            lost = (
                f"entry {awaited} is" if entry.number == awaited + 1 else f"entries {awaited} to {entry.number - 1} are"
            )
            yield Fault(awaited, f"{lost} missing: removed from the trail.")
        elif entry_hash(entry) != entry.hash:
            yield Fault(entry.number, f"entry {entry.number} was edited: it no longer fits its hash.")
        elif entry.previous != previous:
            yield Fault(entry.number, f"entry {entry.number} does not follow the one before it: inserted or reordered.")
        awaited, previous = entry.number + 1, entry.hash
    yield from _end(awaited - 1, previous)


def _end(number: int, last: str) -> Iterator[Fault]:
    head = ChainHead.objects.first()
    if (head.number, head.hash) != (number, last) if head else number > 0:
        says = "the trail does not end where its head says: entries were removed from its end, or added to it by hand."
        yield Fault(number, says)
