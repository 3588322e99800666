"""Reading the trail: which entries an address asks for, and each as people read it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from daybreak.server.audit.models import Entry, Verification
from daybreak.server.audit.verify import Fault, faults, head_of_chain

HEADS = ("number", "at_utc", "by", "roles", "action", "site", "participant", "what", "reason", "hash")
NAMES = ("person", "action", "who", "first", "last", "q")


@dataclass(frozen=True)
class TrailFilters:
    """Which entries are asked for; days are UTC days, `q` is looked for in what changed and in the reason."""

    person: str = ""
    action: str = ""
    who: str = ""
    first: str = ""
    last: str = ""
    q: str = ""

    @staticmethod
    def read(query: Mapping[str, str]) -> TrailFilters:
        """Return the filters of an address; a day that is none counts as not asked."""
        asked = {name: query.get(name, "").replace("\0", "").strip()[:80] for name in NAMES}
        return TrailFilters(**asked | {name: asked[name] if _day(asked[name]) else "" for name in ("first", "last")})

    @property
    def asked(self) -> dict[str, str]:
        """What the address says."""
        return {name: getattr(self, name) for name in NAMES}

    @property
    def active(self) -> bool:
        """Whether any entry may be left out."""
        return any(self.asked.values())

    def address(self, **more: str | int) -> str:
        """Return the query of an address with these filters and `more`."""
        return "?" + urlencode({name: value for name, value in {**self.asked, **more}.items() if value})


@dataclass(frozen=True)
class Change:
    """One value that changed."""

    row: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Line:
    """One entry as people read it."""

    entry: Entry
    changes: tuple[Change, ...]
    notes: tuple[tuple[str, str], ...]

    @property
    def what(self) -> str:
        """What changed and was noted, in one line."""
        changed = (f"{each.row} {each.field}: {each.old} → {each.new}" for each in self.changes)
        return "; ".join([*changed, *(f"{name}: {value}" for name, value in self.notes)])

    def cells(self) -> tuple[Any, ...]:
        """Return the line's cells under `HEADS`."""
        entry = self.entry
        by = entry.by or ""
        site = entry.site.key if entry.site else ""
        code = entry.participant.code if entry.participant else ""
        at = f"{entry.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return (entry.number, at, by, entry.by_said, entry.action, site, code, self.what, entry.reason, entry.hash)


def entries_found(entries: QuerySet[Entry], filters: TrailFilters) -> QuerySet[Entry]:
    """Return those of `entries` that the filters let through, the last first."""
    wanted = Q()
    if filters.person:
        wanted &= Q(participant__code=filters.person)
    if filters.action:
        wanted &= Q(action=filters.action)
    if filters.who:
        wanted &= Q(by__name__icontains=filters.who) | Q(by_said__icontains=filters.who)
    if first := _day(filters.first):
        wanted &= Q(at__gte=first)
    if last := _day(filters.last):
        wanted &= Q(at__lt=last + timedelta(days=1))
    if filters.q:
        wanted &= Q(body__icontains=filters.q) | Q(reason__icontains=filters.q)
    return entries.filter(wanted).select_related("by", "site", "participant").order_by("-number")


def lines_of(entries: Iterable[Entry]) -> Iterator[Line]:
    """Yield each entry as people read it."""
    for entry in entries:
        body = json.loads(entry.body)
        changes = tuple(
            Change(change["row"], field, _said(old), _said(new))
            for change in body["changes"]
            for field, (old, new) in change["values"].items()
        )
        yield Line(entry, changes, tuple((name, _said(value)) for name, value in body.get("notes", {}).items()))


def check_chain(at: datetime) -> Fault | None:
    """Check the whole chain, keep what was found, and return the first fault or None."""
    number, _ = head_of_chain()
    first = next(faults(), None)
    Verification.objects.create(number=number, at=at, fault=first.says if first else "")
    return first


def last_check() -> Verification | None:
    """Return what the last check of the chain found."""
    return Verification.objects.order_by("-pk").first()


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def _said(value: Any) -> str:
    if value in (None, "", [], {}):
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
