"""The list of what is due: which items the address asks for, and what each row says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from daybreak.server.console.agenda import KINDS, Item
from daybreak.server.console.navigation import open_path
from daybreak.server.console.said import said_date, said_distance, said_span
from daybreak.server.console.table import known, typed

STATES = {"": "any", "due": "due", "overdue": "overdue"}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown in it counts as not asked."""

    kind: str = ""
    state: str = ""
    site: str = ""

    @staticmethod
    def read(query: Mapping[str, str]) -> Filters:
        """Return the filters of an address."""
        return Filters(
            kind=known(query.get("kind", ""), KINDS),
            state=known(query.get("state", ""), STATES),
            site=typed(query.get("site", "")),
        )

    @property
    def asked(self) -> dict[str, str]:
        """What the address asks for."""
        return {"kind": self.kind, "state": self.state, "site": self.site}

    def keep(self, items: Iterable[Item]) -> list[Item]:
        """Return those of `items` that are asked for; sites are chosen before."""
        return [
            item
            for item in items
            if (not self.kind or item.kind == self.kind) and (not self.state or item.state == self.state)
        ]


@dataclass(frozen=True)
class Row:
    """One item as it is read; `href` leads to where it is recorded, if one may."""

    code: str
    site: str
    title: str
    kind: str
    window: str
    best: str
    modes: str
    state: str
    says: str
    href: str


def due_rows(items: Iterable[Item], rights: frozenset[str], now: datetime) -> Iterator[Row]:
    """Yield the rows of `items`."""
    for item in items:
        dated = item.opens is not None and item.closes is not None
        yield Row(
            code=item.code,
            site=item.site,
            title=item.title,
            kind=item.kind,
            window=said_span(item.opens, item.closes, item.place) if item.opens and item.closes else "",
            best=said_date(item.target, item.place) if item.target else "",
            modes=", ".join(item.visit.mode) if item.visit else "",
            state=item.state,
            says=_says(item, now) if dated else "",
            href=open_path(f"/desk/people/{item.code}/{page}", rights) if (page := _page(item, rights)) else "",
        )


def _says(item: Item, now: datetime) -> str:
    if item.opens and item.state == "upcoming":
        return f"opens in {said_distance(item.opens - now)}"
    if item.closes is None:
        return ""
    return (
        f"closed {said_distance(now - item.closes)} ago"
        if item.closes <= now
        else (f"closes in {said_distance(item.closes - now)}")
    )


def _page(item: Item, rights: frozenset[str]) -> str:
    """Return the page, below the person's own, on which an item is recorded now; empty if it cannot be."""
    if item.kind in ("visit", "self-report"):
        can = "record-visit" in rights and item.state != "upcoming"
        return f"visits/{item.key.removeprefix('visit-')}/" if can else ""
    return {"infusion": "infusions/new/", "consent": "consent/"}.get(item.kind, "")
