"""Alerts: those somebody may read, and those that all staff must see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from daybreak.core.escalation import is_red
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import sites_with
from daybreak.server.safety.delivery import reached
from daybreak.server.safety.models import Alert, Told
from daybreak.server.studies.models import Site, Study

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Waiting:
    """An alert that nobody acknowledged, as the desk's frame shows it; `href` is empty for who may not read it."""

    title: str
    clock: str
    red: bool
    drill: bool
    href: str


def at_sites(sites: QuerySet[Site]) -> Q:
    """Return the condition that an alert is about somebody at `sites`, or is a drill there."""
    return Q(participant__site__in=sites) | Q(site__in=sites)


def readable(user: User, study: Study) -> QuerySet[Alert]:
    """Return the alerts of a study that `user` may read.

    Who watches a site reads all of it. Others, raters above all, read what they were told of and what their own entries
    raised: what people report of themselves must not colour an interview.
    """
    mine = Q(raised_by=user) | Exists(Told.objects.filter(alert=OuterRef("pk"), user=user))
    watched, concerned = sites_with(user, "watch-alerts"), sites_with(user, "see-alerts")
    return Alert.objects.filter(at_sites(watched) | (at_sites(concerned) & mine), study=study)


def waiting_for(user: User, study: Study, now: datetime) -> list[Waiting]:
    """Return the alerts that stand on every page of `user`'s desk, the most pressing first.

    All that `user` may read; and of the others at their sites those that are red, without a word on whom they are
    about: an alert that reached nobody, or that nobody answered in time, is everybody's business.
    """
    held = user.memberships.filter(until=None, study=study)
    here = Site.objects.filter(study=study)
    if not held.filter(site=None).exists():
        here = here.filter(pk__in=held.values("site"))
    alerts = (
        Alert.objects.filter(at_sites(here), study=study, state=Alert.State.OPEN)
        .annotate(readable=Exists(readable(user, study).filter(pk=OuterRef("pk"))), reached=reached())
        .select_related("participant__site", "site")
        .order_by("drill", "due_at", "pk")
    )
    found = [_waiting(alert, now) for alert in alerts]
    return sorted((one for one in found if one.red or one.href), key=lambda one: (one.drill, not one.red))


def _waiting(alert: Alert, now: datetime) -> Waiting:
    readable_here: bool = alert.readable  # type: ignore[attr-defined]  # annotated
    where = alert.participant.code if readable_here and alert.participant else alert.place.name
    return Waiting(
        title=f"{'Drill' if alert.drill else 'Alert'}, {where}",
        clock=clock_says(alert, now),
        red=is_alert_red(alert, now, told=alert.reached),  # type: ignore[attr-defined]  # annotated
        drill=alert.drill,
        href=reverse("desk-alert", args=[alert.pk]) if readable_here else "",
    )


def is_alert_red(alert: Alert, now: datetime, *, told: bool) -> bool:
    """Return whether an alert must be seen by all staff."""
    return alert.state == Alert.State.OPEN and is_red(alert.raised_at, alert.due_at, now, told=told)


def clock_says(alert: Alert, now: datetime) -> str:
    """Return the alert's clock in words: `12 min left`, `1 h 5 min late`."""
    left = alert.due_at - now
    return f"{span_says(left)} left" if left > timedelta() else f"{span_says(-left)} late"


def span_says(span: timedelta) -> str:
    """Return a length of time in the two largest units that say something: `2 d 3 h`, `1 h 5 min`, `12 min`."""
    days, rest = divmod(span, timedelta(days=1))
    hours, rest = divmod(rest, timedelta(hours=1))
    parts = [(days, "d"), (hours, "h"), (rest // MINUTE, "min")]
    first = next((place for place, (number, _) in enumerate(parts) if number), 2)
    said = [f"{number} {unit}" for number, unit in parts[first : first + 2] if number]
    return " ".join(said) or "0 min"
