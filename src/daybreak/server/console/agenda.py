"""What is due and overdue for many people at once: a fixed number of queries, however many there are.

Something is due while its window is open and nothing is recorded. `Outlook` says until when it is overdue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet

from daybreak.core.calendar import CalendarRules, Planned
from daybreak.core.consent import owed
from daybreak.core.local_time import LocalTime
from daybreak.core.participation import ALLOCATED, Status
from daybreak.core.study import StudyFile, VisitRules
from daybreak.server.console.members import Member, members_at
from daybreak.server.console.outlook import Outlook
from daybreak.server.enrolment.models import Consent, Participant
from daybreak.server.studies.models import Site

Kind = Literal["visit", "self-report", "session", "infusion", "consent"]
State = Literal["overdue", "due", "upcoming"]
KINDS: dict[str, str] = {
    "visit": "visits",
    "self-report": "self-reports",
    "session": "training sessions",
    "infusion": "infusions",
    "consent": "consents",
}
SIGNING = (Status.ELIGIBLE, Status.CONSENTED, *sorted(ALLOCATED - {Status.COMPLETED}))


@dataclass(frozen=True)
class Item:
    """One thing to be done for one person; a consent has no window."""

    code: str
    site: str
    kind: Kind
    key: str
    title: str
    state: State
    place: LocalTime
    opens: datetime | None = None
    target: datetime | None = None
    closes: datetime | None = None
    visit: VisitRules | None = None


def agenda(sites: QuerySet[Site], file: StudyFile, now: datetime, ahead: timedelta = timedelta()) -> list[Item]:
    """Return what is due and overdue at `sites`, and what opens within `ahead`; what closes first stands first."""
    outlook = Outlook(CalendarRules.of(file), now, ahead)
    items = [item for member in members_at(sites) for item in _items(member, outlook)]
    dated = sorted(items, key=lambda item: (item.closes or now, item.code, item.key))
    return [*dated, *_consents(sites, file, now)]


def _items(member: Member, outlook: Outlook) -> Iterator[Item]:
    calendar = outlook.calendar_of(member.past, member.place)
    for one in calendar.planned if calendar else ():
        overdue = calendar is not None and outlook.is_overdue(one, calendar)
        if not (overdue or one.state == "due" or outlook.is_ahead(one)):
            continue
        yield Item(
            code=member.code,
            site=member.site,
            kind=_kind(one),
            key=one.key,
            title=one.title,
            state="overdue" if overdue else "due" if one.state == "due" else "upcoming",
            place=member.place,
            opens=one.opens,
            target=one.target,
            closes=one.closes,
            visit=one.visit,
        )


def _kind(one: Planned) -> Kind:
    if one.kind == "visit":
        return "self-report" if one.visit and one.visit.by == "participant" else "visit"
    return one.kind


def _consents(sites: QuerySet[Site], file: StudyFile, now: datetime) -> Iterator[Item]:
    """Yield the documents that people have to sign, the first time or again; two queries."""
    people = Participant.objects.filter(site__in=sites, status__in=SIGNING).exclude(withdrawals__scope="data")
    signed: dict[int, dict[str, int]] = {}
    consents = Consent.objects.filter(participant__in=people).values_list("participant", "key").annotate(Max("version"))
    for person, key, version in consents.order_by():
        signed.setdefault(person, {})[key] = version
    rows = people.order_by("code").values_list("pk", "code", "site__name", "site__zone", "enrolled_at")
    for person, code, site, zone, enrolled_at in rows:
        place = LocalTime.of(ZoneInfo(zone))
        day, mine = place.date_of(now), signed.get(person, {})
        for each in owed(file.consents, day, mine, enrolled=enrolled_at is not None):
            title = f"Consent '{each.key}', version {each.version}{', again' if each.signed else ''}"
            yield Item(code, site, "consent", f"consent-{each.key}", title, "due", place)
