"""The table of training sessions: its rows, filters and order. All of it is free of version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce, NullIf

from daybreak.server.console.table import Column, known, sortable, typed
from daybreak.server.studies.models import Site
from daybreak.server.training.models import DeviceCheck, TrainingSession

STATUSES = ("ok", "long", "missed", "hidden")
STATES = (
    ("", "any"),
    ("begun", "begun"),
    ("completed", "completed"),
    ("partial", "partial"),
    ("planned", "opened, not begun"),
    ("held", "playing now"),
)
SCREENS = (("", "any"), ("ok", "ok"), ("warn", "warned"), ("visible-only", "visible words only"), ("stop", "stopped"))
SORTS = {
    "person": ("participant__code", "number"),
    "state": ("state", "participant__code", "number"),
    "dose": ("dose_share", "participant__code", "number"),
    "rounds": ("rounds_done", "participant__code", "number"),
    "exact": ("exact", "participant__code", "number"),
    "refresh": ("refresh_hz", "participant__code", "number"),
    "jitter": ("jitter_ms", "participant__code", "number"),
    "screen": ("verdict", "participant__code", "number"),
    "heard": ("last_heard_at", "participant__code", "number"),
}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown in it counts as not asked."""

    person: str = ""
    state: str = ""
    screen: str = ""
    sort: str = "-heard"

    @staticmethod
    def read(query: Mapping[str, str]) -> Filters:
        """Return the filters of an address."""
        sort = query.get("sort", "")
        return Filters(
            person=typed(query.get("person", "")),
            state=known(query.get("state", ""), dict(STATES)),
            screen=known(query.get("screen", ""), dict(SCREENS)),
            sort=sort if sort.removeprefix("-") in SORTS else "-heard",
        )

    @property
    def active(self) -> bool:
        """Whether any row may be left out."""
        return bool(self.person or self.state or self.screen)

    @property
    def asked(self) -> dict[str, str]:
        """What the address asks for."""
        return {"person": self.person, "state": self.state, "screen": self.screen, "sort": self.sort}


def session_rows(sites: QuerySet[Site], filters: Filters, now: datetime) -> QuerySet[TrainingSession]:
    """Return the sessions of people at `sites` with their timing quality, filtered and sorted; one query when read."""
    last_check = DeviceCheck.objects.filter(sitting__session=OuterRef("pk")).order_by("-checked_at", "-pk")
    counts = {f"n_{status}": Coalesce(Sum(f"sittings__steps_{status}"), 0) for status in STATUSES}
    rows = (
        TrainingSession.objects.filter(participant__site__in=sites)
        .select_related("participant")
        .annotate(**counts)
        .annotate(
            exact=Cast(F("n_ok"), FloatField()) * 100 / NullIf(sum((F(f"n_{s}") for s in STATUSES[1:]), F("n_ok")), 0),
            dose_share=Cast(F("valid_exposures"), FloatField()) / NullIf(F("planned_exposures"), 0),
            refresh_hz=Subquery(last_check.values("refresh_hz")[:1]),
            jitter_ms=Subquery(last_check.values("jitter_ms")[:1]),
            verdict=Subquery(last_check.values("verdict")[:1]),
        )
    )
    return _sorted(_filtered(rows, filters, now), filters.sort)


def columns(filters: Filters) -> list[Column]:
    """Return the heads of the table."""
    return [
        sortable("Person, session", "person", filters.asked),
        sortable("State", "state", filters.asked),
        sortable("Dose", "dose", filters.asked, numeric=True),
        sortable("Rounds", "rounds", filters.asked, numeric=True),
        sortable("Exact %", "exact", filters.asked, numeric=True),
        *(Column(label, numeric=True) for label in ("Long", "Missed", "Hidden")),
        sortable("Hz", "refresh", filters.asked, numeric=True),
        sortable("Jitter ms", "jitter", filters.asked, numeric=True),
        sortable("Screen", "screen", filters.asked),
        sortable("Last heard", "heard", filters.asked),
    ]


def held(now: datetime) -> Q:
    """Return the condition that somebody plays a session right now."""
    return Q(holder__isnull=False, held_until__gt=now)


def _filtered(rows: QuerySet[TrainingSession], filters: Filters, now: datetime) -> QuerySet[TrainingSession]:
    if filters.person:
        rows = rows.filter(participant__code=filters.person)
    if filters.state == "held":
        rows = rows.filter(held(now))
    elif filters.state:
        rows = rows.filter(state=filters.state)
    return rows.filter(Q(verdict=filters.screen)) if filters.screen else rows


def _sorted(rows: QuerySet[TrainingSession], sort: str) -> QuerySet[TrainingSession]:
    first, *rest = SORTS[sort.removeprefix("-")]
    # Sessions without a value come last either way, on every database.
    order = F(first).desc(nulls_last=True) if sort.startswith("-") else F(first).asc(nulls_last=True)
    return rows.order_by(order, *rest)
