"""One training session from close up: its sittings, chains, device checks, rounds and refresh gaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from daybreak.core.records import AnyRecord, MomentRecord, Records, RoundRecord, StepRecord
from daybreak.server.console.gaps import Histogram, histogram
from daybreak.server.training.chain import first_broken
from daybreak.server.training.models import DeviceCheck, Sitting, TrainingSession


@dataclass(frozen=True)
class SittingRow:
    """One page load; `broken_at` is the first chunk of the chain that does not fit, or None."""

    opened_at: datetime
    last_heard_at: datetime
    first_round: int
    held: bool
    chunks: int
    records: int
    broken_at: int | None
    checks: list[DeviceCheck]
    moments: str


@dataclass
class RoundRow:
    """One round of the plan as it was played, over all sittings."""

    number: int
    begun: int = 0
    ended: int = 0
    statuses: Counter[str] = field(default_factory=Counter)

    @property
    def steps(self) -> int:
        """How many presentations."""
        return self.statuses.total()


@dataclass(frozen=True)
class Timing:
    """What the refresh log says in all."""

    statuses: Mapping[str, int]
    gaps: int
    longest: float
    histogram: Histogram

    @property
    def steps(self) -> int:
        """How many presentations."""
        return sum(self.statuses.values())


@dataclass(frozen=True)
class Detail:
    """All of one session's page."""

    sittings: list[SittingRow]
    rounds: list[RoundRow]
    timing: Timing


def session_detail(session: TrainingSession, now: datetime) -> Detail:
    """Return what the stored chunks say about `session`."""
    playing = session.holder_id if session.held_until and session.held_until > now else None
    rows, records = [], []
    for sitting in session.sittings.order_by("opened_at", "pk").prefetch_related("chunks", "device_checks"):
        own = [record for chunk in sitting.chunks.all() for record in Records.validate_json(chunk.body)]
        rows.append(_sitting_row(sitting, own, held=sitting.pk == playing))
        records.append(own)
    outline = getattr(session, "outline", None)
    rounds = _rounds(records, outline.rounds if outline else [])
    return Detail(rows, rounds, _timing(record for own in records for record in own))


def _sitting_row(sitting: Sitting, records: list[AnyRecord], *, held: bool) -> SittingRow:
    chunks = list(sitting.chunks.all())
    moments = Counter(record.event for record in records if isinstance(record, MomentRecord))
    return SittingRow(
        opened_at=sitting.opened_at,
        last_heard_at=sitting.last_heard_at,
        first_round=sitting.first_round + 1,
        held=held,
        chunks=len(chunks),
        records=len(records),
        broken_at=first_broken(sitting, chunks),
        checks=list(sitting.device_checks.all()),
        moments=", ".join(f"{event} × {count}" for event, count in sorted(moments.items())),
    )


def _rounds(sittings: Iterable[list[AnyRecord]], names: list[str]) -> list[RoundRow]:
    """Return the rounds that were begun, in the plan's order; steps belong to the round that began before them."""
    rows: dict[str, RoundRow] = {}
    for records in sittings:
        for name, record in _with_round(records):
            row = rows.setdefault(name, RoundRow(names.index(name) + 1 if name in names else 0))
            if isinstance(record, StepRecord):
                row.statuses[record.status] += 1
            elif isinstance(record, RoundRecord):
                row.begun += record.event == "start"
                row.ended += record.event == "end"
    return sorted(rows.values(), key=lambda row: row.number)


def _with_round(records: Iterable[AnyRecord]) -> Iterator[tuple[str, AnyRecord]]:
    current = ""
    for record in records:
        if isinstance(record, RoundRecord):
            current = record.round
        if current:
            yield current, record


def _timing(records: Iterable[AnyRecord]) -> Timing:
    steps = [record for record in records if isinstance(record, StepRecord)]
    found = Counter(step.status for step in steps)
    gaps = [(gap, gap * step.refresh_hz / 1000) for step in steps for gap in step.gaps_ms]
    return Timing(
        statuses={status: found[status] for status in ("ok", "long", "missed", "hidden")} if steps else {},
        gaps=len(gaps),
        longest=max((gap for gap, _ in gaps), default=0.0),
        histogram=histogram(refreshes for _, refreshes in gaps),
    )
