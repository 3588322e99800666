"""A year of 154 people in three zones, across changes of clocks and of the study file, with workers that die."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Min

from daybreak.core.participation import Status
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.amendments.actions import Amendment, change_study
from daybreak.server.clock import Hand
from daybreak.server.enrolment.identity import Who, seal_who
from daybreak.server.enrolment.models import Identity, Infusion, Participant, PersonKey
from daybreak.server.enrolment.sealing import new_wrapped_key
from daybreak.server.messages.models import Message
from daybreak.server.messages.planning import plan_all
from daybreak.server.messages.sending import send_due
from daybreak.server.studies.models import Site
from daybreak.server.visits.models import VisitRecord
from tests import people
from tests.live_people import shipped_study_file

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.evidence("property", "issue 4: a simulated year, every message exactly once, every window right"),
]
BEGINS, CHANGED = datetime(2026, 2, 9, 10, 40, tzinfo=UTC), datetime(2026, 8, 3, 9, tzinfo=UTC)
ZONES = ("Europe/Madrid", "America/New_York", "Australia/Sydney")
PEOPLE, ANSWERS, DIES = 154, 0.6, 0.01
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
REPORTS = [f"visit:follow-up-{day}" for day in range(60, 361, 30)]
Letters = Callable[[], list[dict[str, Any]]]
State = Message.State


def enrolled(site: Site, number: int) -> Participant:
    """Store somebody as the enrolment leaves them, infused on a day of the first two weeks."""
    since = BEGINS + (number % 14) * DAY
    user = User.objects.create_user(f"p-{number}")
    life = {"status": Status.INFUSED, "zone": ZONES[number % 3], "enrolled_at": since - DAY}
    person = Participant.objects.create(site=site, study=site.study, user=user, code=f"Y-{number}", **life)
    PersonKey.objects.create(participant=person, wrapped=new_wrapped_key(person))
    who = seal_who(person, Who("Ada", "Year", f"{number}@example.org", "+1 555 0100"))
    Identity.objects.create(participant=person, sealed=who, saved_at=since)
    Infusion.objects.create(participant=person, number=1, ended_at=since, started_at=since - 40 * MINUTE)
    return person


def answer(message: Message, by: User) -> None:
    """Record the self-report that the message is about."""
    key, now = message.about.removeprefix("visit:"), clock.now()
    told = {"mode": "online", "by": by, "recorded_at": now}
    VisitRecord.objects.get_or_create(participant=message.participant, key=key, defaults=told | {"done_at": now})


def moments(hand: Hand) -> Iterator[datetime]:
    """Move the clock from one thing to do to the next, for a year and its last window, planning every six days."""
    planned = BEGINS
    while clock.now() < BEGINS + 405 * DAY:
        if clock.now() >= planned:
            plan_all(clock.now())
            planned += 6 * DAY
        due = Message.objects.filter(state=State.DUE).aggregate(at=Min("next_try_at"))["at"]
        held = Message.objects.filter(state=State.CLAIMED).aggregate(at=Min("claimed_at"))["at"]
        nexts = [planned, due or planned, held + 6 * MINUTE if held else planned]
        hand.move_to(max(min(nexts), clock.now() + MINUTE))
        yield clock.now()


def lived(site: Site, colleague: User, hand: Hand) -> None:
    """Let the year pass: two workers send, one in a hundred dies after a claim, and people answer or do not."""
    chance, seen, changed = Random(154), set[int](), False
    for now in moments(hand):
        if now >= CHANGED and not changed:
            text = shipped_study_file().replace('after = "-3d"', 'after = "-2d"')
            change_study(None, site.study, Amendment(text, "study.toml", None, "closer to the end"))
            plan_all(now)
            changed = True
        due = Message.objects.filter(state=State.DUE, next_try_at__lte=now).values_list("pk", flat=True)
        dead = [key for key in due if chance.random() < DIES]
        claim = {"state": State.CLAIMED, "claimed_at": now, "claimed_by": "dead", "tries": 1}
        Message.objects.filter(pk__in=dead).update(**claim)
        send_due(now, chance.choice(("one", "two")))
        ready = Message.objects.filter(rule="questions-ready", state=State.SENT).exclude(pk__in=seen)
        for message in ready.select_related("participant"):
            seen.add(message.pk)
            if chance.random() < ANSWERS:
                answer(message, colleague)


def test_a_year_passes_and_every_message_was_sent_once_in_its_window(folder: Any, letters: Letters) -> None:
    with clock.standing(BEGINS - 2 * DAY) as hand:
        site = people.site(shipped_study_file(), ZONES[0])
        colleague = people.staff(site.study, Role.COORDINATOR, at=site, name="Cora")
        User.objects.filter(pk=colleague.pk).update(email="cora@example.org")
        for number in range(PEOPLE):
            enrolled(site, number)
        hand.move_to(BEGINS)
        lived(site, colleague, hand)
    sent = list(Message.objects.filter(state=State.SENT).select_related("participant"))
    assert Counter(each["key"] for each in letters()) == Counter(message.key for message in sent)
    assert not Message.objects.exclude(state__in=(State.SENT, State.CANCELLED)).exists()
    _check_each(sent)
    _check_reports(sent)


def _check_each(sent: list[Message]) -> None:
    """Each went at its time, by day where the person is, and before it was of no use."""
    for message in sent:
        assert message.sent_at is not None
        assert message.participant is not None
        assert message.not_after is not None
        assert message.intended_at <= message.sent_at < min(message.not_after, message.intended_at + 15 * MINUTE)
        local = message.sent_at.astimezone(ZoneInfo(message.participant.zone)).time()
        assert message.user_id or time(8) <= local < time(21), message.key


def _check_reports(sent: list[Message]) -> None:
    """Everybody was asked eleven times; whoever did not answer was reminded once more, and Cora was told."""
    by = Counter((message.participant_id, message.about, message.rule) for message in sent)
    done = set(VisitRecord.objects.values_list("participant", "key"))
    for person in Participant.objects.filter(code__startswith="Y-"):
        for about in REPORTS:
            open_ = int((person.pk, about.removeprefix("visit:")) not in done)
            assert by[person.pk, about, "questions-ready"] == 1
            assert by[person.pk, about, "questions-closing"] == open_
            assert by[person.pk, about, "questions-overdue"] == open_
            _check_window(person, about, sent if person.code == "Y-0" else [])


def _check_window(person: Participant, about: str, sent: list[Message]) -> None:
    """The questions came at eight on the local day 55 days and so on after the infusion, whatever the clocks did."""
    zone, day = ZoneInfo(person.zone), int(about.rpartition("-")[2])
    first = person.infusions.get().ended_at.astimezone(zone).date() + (day - 5) * DAY
    for message in sent:
        if (message.participant_id, message.about, message.rule) == (person.pk, about, "questions-ready"):
            assert message.sent_at is not None
            assert message.sent_at.astimezone(zone).replace(second=0) >= datetime.combine(first, time(8), zone)
            assert message.sent_at.astimezone(zone).date() == first
