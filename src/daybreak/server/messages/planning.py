"""Keeping messages in step with calendars: moved visits, changed study files, people who left or refused a channel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from daybreak.core.calendar import CalendarRules
from daybreak.core.participation import ALLOCATED, Status
from daybreak.core.reminders import MessagePlan, Reminder, reminders
from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.actions.intending import Wish, keep
from daybreak.server.messages.gateways.chosen import has_channel
from daybreak.server.messages.models import CHANNELS, Message
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.actions.recording import visit_rules
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of
from daybreak.server.write_turn import write_turn

AHEAD = timedelta(days=7)
"""How far ahead messages are kept; what comes later is planned when its time is near."""
PLANNED = ("reminder", "overdue")
"""Kinds that follow from calendars; every other kind is left alone here."""
PERSON_ROWS = (*CALENDAR_ROWS, "refused_channels", "push_places")
"""What to prefetch for a list of people."""
NO_ADDRESS = "no address"
State = Message.State
OPEN = (State.DUE, State.CANCELLED)


@dataclass(frozen=True)
class Rules:
    """What a study file says, read once for all its people, and the channels this server has."""

    calendar: CalendarRules
    plan: MessagePlan
    channels: frozenset[str]

    @staticmethod
    def of(study: Study) -> Rules:
        """Return the rules in effect now."""
        file = file_of(study)
        channels = frozenset(each for each in CHANNELS if has_channel(each))
        return Rules(CalendarRules.of(file), MessagePlan.of(file), channels)


@dataclass(frozen=True)
class Meant:
    """A reminder, and who gets it: a coordinator, or (None) the person themself."""

    reminder: Reminder
    user: User | None

    def key(self, participant: Participant) -> str:
        """Return the message's key."""
        tail = f":{self.user.pk}" if self.user else ""
        return f"{participant.pk}:{self.reminder.key}{tail}"


@dataclass(frozen=True)
class Change:
    """New values for a row, as long as it is in this state."""

    row: int
    state: State
    fields: Mapping[str, Any]


def plan_all(now: datetime, _worker: str = "") -> int:
    """Bring the messages of all studies into step with `now`; return how many changed."""
    return sum(plan_study(study, now) for study in Study.objects.order_by("pk"))


def plan_study(study: Study, now: datetime) -> int:
    """Bring the messages of one study into step; return how many changed."""
    rules = Rules.of(study)
    told = coordinators(study)
    stored: dict[int, dict[str, Message]] = {}
    # What was sent long ago is not read again and again.
    kept = Message.objects.filter(participant__study=study, kind__in=PLANNED)
    for message in kept.filter(Q(state=State.DUE) | Q(not_after__gt=now)):
        stored.setdefault(message.participant_id or 0, {})[message.key] = message
    return sum(
        _keep_in_step(person, meant_for(person, rules, told, now), stored.get(person.pk, {}), now)
        for person in _people(study)
    )


def plan_person(participant: Participant, now: datetime) -> int:
    """Bring the messages of one person into step, at once; return how many changed."""
    meant = meant_for(participant, Rules.of(participant.study), coordinators(participant.study), now)
    kept = Message.objects.filter(participant=participant, kind__in=PLANNED)
    return _keep_in_step(participant, meant, {each.key: each for each in kept}, now)


def meant_for(
    participant: Participant, rules: Rules, told: Mapping[int | None, list[User]], now: datetime
) -> dict[str, Meant]:
    """Return, by their keys, all messages that are meant for, or about, a person and are still of use.

    Args:
        participant: with `PERSON_ROWS` prefetched, where there are many.
        rules: of their study.
        told: coordinators by site; None stands for all sites.
        now: the time.
    """
    if participant.status not in ALLOCATED or participant.status == Status.COMPLETED:
        return {}
    closed = {each.channel for each in participant.refused_channels.all()}
    closed |= set() if participant.push_places.all() else {"push"}
    calendar = calendar_of(participant, now, rules.calendar)
    meant = [
        Meant(each, user)
        for each in reminders(rules.plan, calendar)
        if each.not_after > now and each.channel in rules.channels
        for user in ([None] if each.to == "participant" else _told_at(participant, told))
        if user or each.channel not in closed
    ]
    return {each.key(participant): each for each in meant}


def coordinators(study: Study) -> dict[int | None, list[User]]:
    """Return the coordinators of a study by site; under None those of all sites."""
    found: dict[int | None, list[User]] = {}
    held = User.objects.filter(memberships__study=study, memberships__role=Role.COORDINATOR, memberships__until=None)
    for user in held.filter(is_active=True).distinct().order_by("pk").prefetch_related("memberships"):
        for one in user.memberships.all():
            if one.until is None and one.role == Role.COORDINATOR and one.study_id == study.pk:
                found.setdefault(one.site_id, []).append(user)
    return found


def _told_at(participant: Participant, told: Mapping[int | None, list[User]]) -> list[User]:
    everybody = (*told.get(participant.site_id, ()), *told.get(None, ()))
    return list({user.pk: user for user in everybody}.values())


def _people(study: Study) -> QuerySet[Participant]:
    """Return everybody who may get a message, or has one that is due still."""
    due = Message.objects.filter(state=State.DUE, kind__in=PLANNED).values("participant")
    people = Participant.objects.filter(Q(status__in=ALLOCATED - {Status.COMPLETED}) | Q(pk__in=due), study=study)
    return people.select_related("study", "site").prefetch_related(*PERSON_ROWS).order_by("pk")


def _keep_in_step(
    participant: Participant, meant: Mapping[str, Meant], stored: Mapping[str, Message], now: datetime
) -> int:
    changes = list(_changes(participant, meant, stored, now))
    if not changes:
        return 0
    with write_turn():
        return sum(_apply(change) for change in changes)


def _changes(
    participant: Participant, meant: Mapping[str, Meant], stored: Mapping[str, Message], now: datetime
) -> Iterator[Wish | Change]:
    """Yield what is to be made, and what is to change."""
    for key, each in meant.items():
        row, reminder = stored.get(key), each.reminder
        if row is None:
            if reminder.at <= now + AHEAD:
                yield _wish(participant, key, each)
        elif row.state in OPEN and (_may_return(row) or _moved(row, reminder)):
            yield Change(row.pk, State(row.state), _due(reminder.at, reminder.not_after))
    for key, row in stored.items():
        if row.state == State.DUE and key not in meant:
            late = row.not_after is not None and row.not_after <= now
            says = "too late" if late else "not meant"
            yield Change(row.pk, State.DUE, {"state": State.CANCELLED, "last_error": says})


def _apply(change: Wish | Change) -> int:
    if isinstance(change, Wish):
        message, made = keep(change)
        if made:
            return 1
        # It was let go once, and its visit moved since; what was sent stays sent.
        change = Change(message.pk, State.CANCELLED, _due(change.at, change.not_after))
    return Message.objects.filter(pk=change.row, state=change.state).update(**change.fields)


def _due(at: datetime, not_after: datetime | None) -> dict[str, Any]:
    return {"state": State.DUE, "last_error": "", "intended_at": at, "next_try_at": at, "not_after": not_after}


def _may_return(row: Message) -> bool:
    """Return whether a message that was let go is meant again; one that had nowhere to go waits until it moves."""
    return row.state == State.CANCELLED and row.last_error != NO_ADDRESS


def _moved(row: Message, reminder: Reminder) -> bool:
    return row.intended_at != reminder.at or row.not_after != reminder.not_after


def _wish(participant: Participant, key: str, each: Meant) -> Wish:
    reminder = each.reminder
    return Wish(
        key=key,
        participant=participant,
        user=each.user,
        kind="overdue" if each.user else "reminder",
        about=reminder.about,
        rule=reminder.rule,
        channel=reminder.channel,
        at=reminder.at,
        not_after=reminder.not_after,
        path="/desk/due/" if each.user else _leads_to(participant, reminder.about),
    )


def _leads_to(participant: Participant, about: str) -> str:
    """Return the page a person's reminder leads to: the questions themselves where they answer them alone."""
    what, _, key = about.partition(":")
    rules = visit_rules(participant, key) if what == "visit" else None
    return reverse("own-forms", args=[key]) if rules and rules.by == "participant" else "/today/"
