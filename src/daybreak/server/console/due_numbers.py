"""The numbers of the overview: how much is due, each with the address of the list that has exactly as many rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from daybreak.core.study import StudyFile
from daybreak.server.console.agenda import Item, agenda
from daybreak.server.console.navigation import open_path
from daybreak.server.console.table import address
from daybreak.server.harms.queries import open_clocks
from daybreak.server.review.models import DataQuery
from daybreak.server.studies.models import Site
from daybreak.server.visits.models import Deviation

HARMS = "/desk/harms/"
COUNTED = (
    ("visit", "overdue", "visits overdue"),
    ("visit", "due", "visits due"),
    ("self-report", "overdue", "self-reports overdue"),
    ("self-report", "due", "self-reports due"),
    ("session", "due", "training sessions open"),
    ("infusion", "overdue", "infusions overdue"),
    ("infusion", "due", "infusions due"),
    ("consent", "due", "consents to sign"),
)


@dataclass(frozen=True)
class Number:
    """One number, what it counts, how pressing it is, and where its rows are (empty for who may not see them)."""

    count: int
    says: str
    look: str
    href: str


def due_numbers(sites: QuerySet[Site], file: StudyFile, rights: frozenset[str], now: datetime) -> list[Number]:
    """Return the numbers for `sites`; a fixed number of queries."""
    items = seen_by(agenda(sites, file, now), rights)
    counts = Counter((item.kind, item.state) for item in items)
    page = open_path(reverse("desk-due"), rights)
    numbers = [
        Number(
            counts[kind, state],  # type: ignore[index]  # both are written above
            says,
            "late" if state == "overdue" else "now",
            page and page + address({"kind": kind, "state": state}),
        )
        for kind, state, says in COUNTED
        if kind != "session" or "see-training" in rights
    ]
    return [*numbers, *_reports(sites, rights, now), *_open_questions(sites, rights)]


def seen_by(items: Iterable[Item], rights: frozenset[str]) -> list[Item]:
    """Return what someone with `rights` is told of: who rates hears nothing of training."""
    return [item for item in items if item.kind != "session" or "see-training" in rights]


def _reports(sites: QuerySet[Site], rights: frozenset[str], now: datetime) -> list[Number]:
    if "see-harms" not in rights:
        return []
    clocks = open_clocks(sites, now)
    counts = {state: {one.event.pk for one in clocks if one.state == state} for state in ("due", "overdue")}
    both = len(counts["due"] | counts["overdue"])
    return [
        Number(
            len(counts["overdue"]),
            "serious events with a report overdue",
            "late",
            _with_query(HARMS, "shown=overdue", rights),
        ),
        Number(both, "serious events to report", "now", _with_query(HARMS, "shown=due", rights)),
    ]


def _open_questions(sites: QuerySet[Site], rights: frozenset[str]) -> list[Number]:
    queries = DataQuery.objects.filter(participant__site__in=sites, state=DataQuery.State.OPEN).count()
    deviations = Deviation.objects.filter(participant__site__in=sites, explanation="", lapsed_at=None).count()
    return [
        Number(queries, "data queries to answer", "now", _with_query("/desk/queries/", "state=open", rights)),
        Number(deviations, "deviations to explain", "now", _with_query("/desk/deviations/", "state=open", rights)),
    ]


def _with_query(path: str, query: str, rights: frozenset[str]) -> str:
    page = open_path(path, rights)
    return f"{page}?{query}" if page else ""
