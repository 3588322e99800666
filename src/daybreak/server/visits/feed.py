"""Calendars for calendar programs (RFC 5545): neutral words, no health, nothing that depends on the arm.

Times are in UTC, dates are dates, so that no time zone has to be described. `SEQUENCE` rises whenever something may
have moved: with each entry of the trail that moves a calendar, and with each minute that a training session slips.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from daybreak.core.calendar import AHEAD, CalendarRules, PersonCalendar, Planned
from daybreak.core.local_time import DAY, LocalTime
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of
from daybreak.server.visits.own_words import is_here, own_title

MOVES = (
    "enrol",
    "record-infusion",
    "correct-infusion",
    "record-visit",
    "correct-visit",
    "correct-details",
    "withdraw",
    "transfer",
)
AN_ENTRY = 100_000
SESSION = timedelta(minutes=20)
APPOINTMENT = timedelta(hours=1)
STAFF_AHEAD = timedelta(days=120)


@dataclass(frozen=True)
class Words:
    """What one event says."""

    summary: str
    location: str = ""


def person_feed(participant: Participant, now: datetime) -> bytes:
    """Return the participant's own calendar, in the active language: sessions, appointments and questions to come."""
    calendar = calendar_of(participant, now)
    feed = _empty(_("My calendar"))
    revision = _revisions([participant.pk]).get(participant.pk, 0)
    for one in calendar.planned:
        if one.state in AHEAD or (one.state == "cancelled" and one.closes > now):
            site = participant.site.name
            here = site if one.kind != "session" and is_here(one) else ""
            words = Words(own_title(one, calendar, site), here)
            feed.add_component(_event(participant, one, words, calendar, revision))
    return bytes(feed.to_ical())


def site_feed(site: Site, now: datetime) -> bytes:
    """Return the appointments to come at a site, by code; a fixed number of queries, however many people there are."""
    people = list(
        Participant.objects.filter(site=site, enrolled_at__isnull=False)
        .select_related("study", "site")
        .prefetch_related(*CALENDAR_ROWS)
        .order_by("code")
    )
    rules, revisions = CalendarRules.of(file_of(site.study)), _revisions([person.pk for person in people])
    feed = _empty(site.name)
    for person in people:
        calendar = calendar_of(person, now, rules)
        for one in calendar.planned:
            if one.kind != "session" and one.state in AHEAD and one.opens < now + STAFF_AHEAD:
                words = Words(f"{person.code}, {_neutral(one)}", site.name if is_here(one) else "")
                feed.add_component(_event(person, one, words, calendar, revisions.get(person.pk, 0)))
    return bytes(feed.to_ical())


def _empty(name: str) -> Calendar:
    feed = Calendar()
    feed.add("prodid", "-//daybreak//calendar//EN")
    feed.add("version", "2.0")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", name)
    return feed


def _revisions(people: list[int]) -> dict[int, int]:
    """Return how often the calendar of each person was moved by what was entered."""
    moved = Entry.objects.filter(participant_id__in=people, action__in=MOVES).values_list("participant_id")
    return dict(moved.annotate(times=Count("pk")).order_by())


def _event(participant: Participant, one: Planned, words: Words, calendar: PersonCalendar, revision: int) -> Event:
    event = Event()
    name = f"{participant.study.key}/{participant.code}/{one.key}"
    event.add("uid", f"{uuid.uuid5(uuid.NAMESPACE_URL, name)}@daybreak")
    event.add("dtstamp", calendar.now)
    event.add("sequence", revision * AN_ENTRY + _slipped(one, calendar.place))
    event.add("summary", words.summary)
    if words.location:
        event.add("location", words.location)
    if one.state == "cancelled":
        event.add("status", "CANCELLED")
    for key, value in _times(one, calendar.place):
        event.add(key, value)
    return event


def _times(one: Planned, place: LocalTime) -> Iterator[tuple[str, object]]:
    """Yield when: a session from its opening, what is counted in hours at its best time, all else on its best day."""
    if one.kind == "session":
        yield from (("dtstart", one.opens), ("dtend", one.opens + SESSION))
        yield "description", _("Open until %(time)s.") % {"time": _hour(one.closes, place)}
    elif one.visit and not one.visit.in_days:
        yield from (("dtstart", one.target), ("dtend", one.target + APPOINTMENT))
        span = {"first": _hour(one.opens, place), "last": _hour(one.closes, place)}
        yield "description", _("Between %(first)s and %(last)s.") % span
    else:
        day = place.date_of(one.target)
        yield from (("dtstart", day), ("dtend", day + DAY))
        last = place.date_of(one.closes - timedelta(minutes=1))
        span = {"first": date_format(place.date_of(one.opens)), "last": date_format(last)}
        yield "description", _("Any day from %(first)s to %(last)s.") % span


def _slipped(one: Planned, place: LocalTime) -> int:
    if one.on is None:
        return 0
    return max(0, min(AN_ENTRY - 1, (one.opens - place.at(one.on)) // timedelta(minutes=1)))


def _hour(moment: datetime, place: LocalTime) -> str:
    return date_format(place.local(moment), "TIME_FORMAT")


def _neutral(one: Planned) -> str:
    return f"appointment {one.number}" if one.visit is None else f"day {one.visit.day}"
