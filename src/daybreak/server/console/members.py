"""Everybody whose time in the study is not over, and what has happened to them so far, gathered in a few queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from daybreak.core.calendar import Infused, Past
from daybreak.core.local_time import LocalTime
from daybreak.core.participation import ALLOCATED, Scope, Status, ended_by_scope
from daybreak.server.enrolment.models import Infusion, Participant, Withdrawal, ZoneChange
from daybreak.server.studies.models import Site
from daybreak.server.training.calendar import OVER
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.models import VisitRecord


@dataclass
class Member:
    """Someone who is enrolled; rows are put in as they are read."""

    pk: int
    code: str
    site: str
    zone: str
    enrolled_at: datetime | None
    infusions: dict[int, Infused] = field(default_factory=dict)
    visits: dict[str, datetime] = field(default_factory=dict)
    sessions: dict[tuple[int, int], datetime] = field(default_factory=dict)
    changes: list[tuple[datetime, str, str]] = field(default_factory=list)
    left: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def place(self) -> LocalTime:
        """Their local time: the zone of now, and those before it."""
        first = self.changes[0][1] if self.changes else self.zone
        return LocalTime.of(ZoneInfo(first), [(since, ZoneInfo(zone)) for since, _, zone in self.changes])

    @property
    def past(self) -> Past:
        """What has happened, as calendars take it."""
        ended = ended_by_scope(self.left)
        return Past(
            enrolled_at=self.enrolled_at,
            infusions=self.infusions,
            visits=self.visits,
            sessions=self.sessions,
            training_ended=ended.get(Scope.TRAINING),
            follow_up_ended=ended.get(Scope.FOLLOW_UP),
        )


def members_at(sites: QuerySet[Site]) -> Iterable[Member]:
    """Return everybody at `sites` who was enrolled and has not completed the study; six queries."""
    people = Participant.objects.filter(site__in=sites, status__in=ALLOCATED - {Status.COMPLETED})
    rows = people.order_by("pk").values_list("pk", "code", "site__name", "zone", "enrolled_at")
    members = {row[0]: Member(*row) for row in rows}
    _left_and_moved(members, people)
    _took_part(members, people)
    return members.values()


def _left_and_moved(members: Mapping[int, Member], people: QuerySet[Participant]) -> None:
    changes = ZoneChange.objects.filter(participant__in=people).order_by("since")
    for pk, since, before, zone in changes.values_list("participant", "since", "before", "zone"):
        members[pk].changes.append((since, before, zone))
    left = Withdrawal.objects.filter(participant__in=people)
    for pk, scope, at in left.values_list("participant", "scope", "at"):
        members[pk].left.append((scope, at))


def _took_part(members: Mapping[int, Member], people: QuerySet[Participant]) -> None:
    infusions = Infusion.objects.filter(participant__in=people)
    for pk, number, ended, started in infusions.values_list("participant", "number", "ended_at", "started_at"):
        members[pk].infusions[number] = Infused(ended, started)
    sessions = TrainingSession.objects.filter(participant__in=people, state__in=OVER)
    for pk, course, number, at in sessions.values_list("participant", "infusion__number", "number", "completed_at"):
        if at:
            members[pk].sessions[course, number] = at
    visits = VisitRecord.objects.filter(participant__in=people)
    for pk, key, at in visits.values_list("participant", "key", "done_at"):
        members[pk].visits[key] = at
