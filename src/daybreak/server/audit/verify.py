"""Checking the trail: does every entry still say what was written, and does the chain hold?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from itertools import chain, pairwise

from daybreak.server.audit.chain import START, entry_hash
from daybreak.server.audit.models import ChainHead, Entry

BATCH = 2_000


@dataclass(frozen=True)
class Fault:
    """One thing wrong with the trail: at which entry, of which kind, and in words."""

    number: int
    kind: str
    says: str


def faults(progress: Callable[[int], None] = lambda _number: None) -> Iterator[Fault]:
    """Yield what is wrong with the trail, in its order. Nothing at all is what one hopes for.

    Entries that are added meanwhile are left for the next time.

    Args:
        progress: called with the number of each entry that was looked at.
    """
    head = ChainHead.objects.first() or ChainHead(number=0, hash=START)
    awaited, previous = 1, START
    entries = Entry.objects.filter(number__lte=head.number).order_by("number", "pk").iterator(chunk_size=BATCH)
    for entry, following in pairwise(chain(entries, [None])):
        if entry is None:
            break
        if entry.number > awaited:
            yield _missing(awaited, entry.number - 1)
        elif entry_hash(entry) != entry.hash:
            yield _changed(entry, following.previous if following else head.hash, head.number)
        elif entry.previous != previous:
            yield Fault(entry.number, "inserted", f"entry {entry.number} does not follow the one before it.")
        awaited, previous = entry.number + 1, entry.hash
        progress(entry.number)
    if awaited <= head.number:
        yield _missing(awaited, head.number)
    elif head.hash != previous:
        yield Fault(head.number, "edited", "the head of the chain is not the hash of its last entry.")
    yield from _past_the_end()


def _past_the_end() -> Iterator[Fault]:
    # The head is read after the entries: one added in between is not past it.
    last = Entry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    if last > head_of_chain()[0]:
        yield Fault(last, "inserted", f"entry {last} is past the end of the chain: it was added by hand.")


def head_of_chain() -> tuple[int, str]:
    """Return number and hash of the last entry; whoever notes them down can prove later that nothing was cut off."""
    head = ChainHead.objects.first()
    return (head.number, head.hash) if head else (0, START)


def _missing(first: int, last: int) -> Fault:
    which = f"entry {first} is" if first == last else f"entries {first} to {last} are"
    return Fault(first, "removed", f"{which} missing: removed from the trail.")


def _changed(entry: Entry, next_previous: str, length: int) -> Fault:
    """Tell what happened to an entry that does not fit its hash."""
    number = entry.number
    moved = copy(entry)
    for place in range(1, length + 2):
        moved.number = place
        if entry_hash(moved) == entry.hash:
            return Fault(number, "reordered", f"entry {number} was reordered: it was written as entry {place}.")
    if next_previous == entry.hash:
        return Fault(number, "edited", f"entry {number} was edited: it no longer fits its hash.")
    return Fault(number, "inserted", f"entry {number} was inserted: it was never part of the chain.")
