"""Reading adverse events: of a person, of sites with filters that stand in the address, and the clocks of reports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

from django.db.models import Prefetch, Q, QuerySet

from daybreak.core.harms import REPORTS, ReportKind, owed_reports
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.harms.facts import harm_of
from daybreak.server.harms.models import AdverseEvent, Report
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of

SHOWN = {
    "": "all",
    "serious": "serious",
    "open": "not over",
    "unjudged": "not judged yet",
    "due": "report due",
    "overdue": "report overdue",
    "struck": "struck",
}
ClockState = Literal["due", "overdue", "sent"]


@dataclass(frozen=True)
class HarmFilters:
    """Which events an address asks for; anything unknown in it counts as not asked."""

    shown: str = ""
    site: str = ""
    person: str = ""

    @staticmethod
    def read(query: Mapping[str, str]) -> HarmFilters:
        """Return the filters of an address."""
        shown = query.get("shown", "")
        asked = (query.get(name, "").replace("\0", "").strip()[:40] for name in ("site", "person"))
        return HarmFilters(shown if shown in SHOWN else "", *asked)

    @property
    def asked(self) -> dict[str, str]:
        """What the address says."""
        return {"shown": self.shown, "site": self.site, "person": self.person}

    def address(self, page: int) -> str:
        """Return the query of the address of another page of the same list."""
        return "?" + urlencode({name: value for name, value in {**self.asked, "page": page}.items() if value})

    @property
    def active(self) -> bool:
        """Whether anything may be left out."""
        return any(self.asked.values())


@dataclass(frozen=True)
class ReportClock:
    """One report that an event needs: by when, and whether it was sent."""

    event: AdverseEvent
    kind: ReportKind
    due_at: datetime
    state: ClockState
    report: Report | None = None

    @property
    def says(self) -> str:
        """What report it is."""
        return REPORTS[self.kind]

    @property
    def was_late(self) -> bool:
        """Whether it was sent after its time."""
        return self.report is not None and self.report.sent_at > self.due_at


def events_of(participant: Participant) -> QuerySet[AdverseEvent]:
    """Return the person's events, struck ones too, the newest first."""
    return _with_reports(AdverseEvent.objects.filter(participant=participant)).order_by("-number")


def events_found(sites: Iterable[Site], filters: HarmFilters, now: datetime) -> QuerySet[AdverseEvent]:
    """Return the events of people of `sites` that the filters let through; those recorded last come first."""
    found = AdverseEvent.objects.filter(participant__site__in=sites)
    found = found.exclude(struck_at=None) if filters.shown == "struck" else found.filter(struck_at=None)
    if filters.shown == "serious":
        found = found.exclude(criteria=[])
    elif filters.shown == "open":
        found = found.filter(outcome__in=("ongoing", "recovering", "unknown"))
    elif filters.shown == "unjudged":
        found = found.filter(Q(expectedness="") | Q(drug="") | Q(training=""))
    elif filters.shown in ("due", "overdue"):
        found = found.filter(pk__in={one.event.pk for one in open_clocks(sites, now) if filters.shown in _counts(one)})
    if filters.site:
        found = found.filter(participant__site__key=filters.site)
    if filters.person:
        found = found.filter(participant__code=filters.person)
    return _with_reports(found).order_by("-recorded_at", "-pk")


def open_clocks(sites: Iterable[Site], now: datetime) -> list[ReportClock]:
    """Return the reports not sent yet on serious events of people of `sites`, the most pressing first."""
    serious = (
        AdverseEvent.objects.filter(participant__site__in=sites, struck_at=None).exclude(criteria=[]).order_by("pk")
    )
    clocks = (clock for event in _with_reports(serious) for clock in clocks_of(event, now))
    return sorted((one for one in clocks if one.state != "sent"), key=lambda one: (one.due_at, one.event.pk))


def clocks_of(event: AdverseEvent, now: datetime) -> tuple[ReportClock, ...]:
    """Return every report that an event needs, sent ones too; none for a struck event."""
    if event.struck_at is not None or event.serious_at is None:
        return ()
    rules = file_of(event.participant.study).harms
    sent = {report.kind: report for report in event.reports.all() if report.taken_back_at is None}
    owed = owed_reports(harm_of(event), rules, event.serious_at)
    return tuple(_clock(event, one.kind, one.due_at, sent.get(one.kind), now) for one in owed)


def offered_side_effects(participant: Participant) -> Iterator[tuple[Infusion, str, str, str]]:
    """Yield the side effects of the person's infusions that no event was made from: infusion, key, what, severity."""
    taken = set(AdverseEvent.objects.filter(participant=participant).values_list("taken_from", flat=True))
    for infusion in participant.infusions.order_by("number"):
        for effect in infusion.side_effects:
            key = side_effect_key(infusion, effect["what"])
            if key not in taken:
                taken.add(key)
                yield infusion, key, effect["what"], effect["severity"]


def side_effect_key(infusion: Infusion, what: str) -> str:
    """Return the name of a side effect, the same however often the infusion's record is corrected."""
    return f"infusion:{infusion.number}:{what.strip().casefold()}"


def _clock(
    event: AdverseEvent, kind: ReportKind, due_at: datetime, report: Report | None, now: datetime
) -> ReportClock:
    state: ClockState = "sent" if report else "overdue" if now > due_at else "due"
    return ReportClock(event, kind, due_at, state, report)


def _counts(clock: ReportClock) -> tuple[str, ...]:
    return ("due", "overdue") if clock.state == "overdue" else (clock.state,)


def _with_reports(events: QuerySet[AdverseEvent]) -> QuerySet[AdverseEvent]:
    reports = Prefetch("reports", Report.objects.select_related("recorded_by").order_by("recorded_at", "pk"))
    return events.select_related("participant__site", "participant__study", "recorded_by").prefetch_related(reports)
