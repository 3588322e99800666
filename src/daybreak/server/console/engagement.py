"""Who may be about to drop out, at one's sites: the rule of `core/engagement.py` over what is stored.

A fixed number of queries, however many people there are. Nothing of an answer is read but when it was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, QuerySet, Sum

from daybreak.core.calendar import CalendarRules, person_calendar
from daybreak.core.engagement import LEVELS, Engagement, engagement_of
from daybreak.core.study import StudyFile
from daybreak.server.assessments.models import Answer
from daybreak.server.console.members import Member, members_at
from daybreak.server.console.said import said_date, said_span
from daybreak.server.console.table import known, typed
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from daybreak.server.training.models import TrainingSession

LEVELS_SAID = {"": "call or watch", "call": "call", "watch": "watch", "steady": "steady", "any": "everybody"}


@dataclass(frozen=True)
class Filters:
    """What the address asks for; anything unknown in it counts as not asked."""

    level: str = ""
    site: str = ""

    @staticmethod
    def read(query: Mapping[str, str]) -> Filters:
        """Return the filters of an address."""
        return Filters(level=known(query.get("level", ""), LEVELS_SAID), site=typed(query.get("site", "")))

    @property
    def asked(self) -> dict[str, str]:
        """What the address asks for."""
        return {"level": self.level, "site": self.site}

    def keeps(self, level: str) -> bool:
        """Return whether somebody of this level is asked for."""
        return self.level == "any" or (level == self.level if self.level else level != "steady")


@dataclass(frozen=True)
class Seen:
    """One person, and what is seen of them."""

    member: Member
    engagement: Engagement


@dataclass(frozen=True)
class Row:
    """One person as the page says it."""

    code: str
    site: str
    level: str
    reasons: tuple[str, ...]
    advice: tuple[str, ...]
    contact: str
    quiet: str
    waiting: tuple[str, ...]


def seen_at(sites: QuerySet[Site], file: StudyFile, now: datetime) -> list[Seen]:
    """Return everybody at `sites` whose follow-up goes on; whom to call first stands first."""
    rules = CalendarRules.of(file)
    doses, heard = _doses(sites), _heard(sites)
    found = []
    for member in members_at(sites):
        past = member.past
        if past.follow_up_ended is None or past.follow_up_ended > now:
            planned = person_calendar(rules, past, member.place, now).planned
            seen = engagement_of(planned, now, dose=doses.get(member.pk), heard=heard.get(member.pk))
            found.append(Seen(member, seen))
    return sorted(found, key=_most_pressing)


def counted(everybody: list[Seen]) -> list[tuple[str, int]]:
    """Return how many people have which level, the most pressing first."""
    return [(level, sum(one.engagement.level == level for one in everybody)) for level in reversed(LEVELS)]


def rows(people: list[Seen]) -> Iterator[Row]:
    """Yield the lines of the page."""
    for one in people:
        seen, place = one.engagement, one.member.place
        yield Row(
            code=one.member.code,
            site=one.member.site,
            level=seen.level,
            reasons=tuple(reason.says for reason in seen.reasons),
            advice=tuple(dict.fromkeys(reason.advice for reason in seen.reasons)),
            contact=said_date(seen.last_contact, place) if seen.last_contact else "",
            quiet=_ago(seen.quiet_days),
            waiting=tuple(f"{each.title}, {said_span(each.opens, each.closes, place)}" for each in seen.waiting),
        )


def _ago(days: int | None) -> str:
    if days is None:
        return ""
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _most_pressing(one: Seen) -> tuple[int, int, str]:
    return -one.engagement.weight, -(one.engagement.quiet_days or 0), one.member.code


def _doses(sites: QuerySet[Site]) -> dict[int, float]:
    """Return the delivered share of each person's finished sessions."""
    over = TrainingSession.objects.filter(participant__site__in=sites, completed_at__isnull=False)
    sums = over.values_list("participant").annotate(Sum("valid_exposures"), Sum("planned_exposures")).order_by()
    return {person: valid / planned for person, valid, planned in sums if planned}


def _heard(sites: QuerySet[Site]) -> dict[int, datetime]:
    """Return when each person last played or saved an answer of their own, be it handed in or not."""
    people = Participant.objects.filter(site__in=sites)
    played = TrainingSession.objects.filter(participant__in=people, last_heard_at__isnull=False)
    own = Answer.objects.filter(form__participant__in=people, form__by=None)
    rows = [
        *played.values_list("participant").annotate(Max("last_heard_at")).order_by(),
        *own.values_list("form__participant").annotate(Max("given_at")).order_by(),
    ]
    latest: dict[int, datetime] = {}
    for person, at in rows:
        latest[person] = max(at, latest.get(person, at))
    return latest
