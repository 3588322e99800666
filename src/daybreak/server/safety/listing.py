"""The list of alerts: filters from the address, rows with their clocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from daybreak.server.accounts.models import User
from daybreak.server.safety.delivery import reached
from daybreak.server.safety.models import Alert
from daybreak.server.safety.queries import at_sites, clock_says, is_alert_red, readable
from daybreak.server.studies.models import Site, Study

STATES = {"": "not closed", "open": "open", "acknowledged": "acknowledged", "closed": "closed", "all": "all"}
KINDS = {"": "all", "person": "about people", "drill": "drills"}


@dataclass(frozen=True)
class Row:
    """One alert in a list; `look` is `red`, `open`, `acknowledged` or `closed`."""

    pk: int
    title: str
    site: str
    says: str
    drill: bool
    raised_at: datetime
    state: str
    look: str
    clock: str


def filtered(alerts: QuerySet[Alert], asked: Mapping[str, str], sites: QuerySet[Site]) -> QuerySet[Alert]:
    """Return the alerts that the address asks for, the newest first; an unknown wish counts as none."""
    state, kind, site = asked["state"], asked["kind"], asked["site"]
    if state == "":
        alerts = alerts.exclude(state=Alert.State.CLOSED)
    elif state != "all":
        alerts = alerts.filter(state=state)
    if kind:
        alerts = alerts.filter(drill=kind == "drill")
    if site:
        alerts = alerts.filter(at_sites(sites.filter(key=site)))
    if asked["person"]:
        alerts = alerts.filter(Q(participant__code__icontains=asked["person"]))
    return with_places(alerts).order_by("-raised_at", "-pk")


def with_places(alerts: QuerySet[Alert]) -> QuerySet[Alert]:
    """Return the alerts with their people and sites, and whether a message about each reached somebody."""
    return alerts.annotate(reached=reached()).select_related("participant__site", "site", "study")


def row_of(alert: Alert, now: datetime) -> Row:
    """Return one row; `alert` comes from `with_places`."""
    red = is_alert_red(alert, now, told=alert.reached)  # type: ignore[attr-defined]  # annotated
    return Row(
        pk=alert.pk,
        title=alert.participant.code if alert.participant else "Drill",
        site=alert.place.name,
        says=alert.says,
        drill=alert.drill,
        raised_at=alert.raised_at,
        state=alert.state,
        look="red" if red else alert.state,
        clock=clock_says(alert, now) if alert.state == Alert.State.OPEN else "",
    )


def open_rows(user: User, study: Study, now: datetime) -> list[Row]:
    """Return the alerts that `user` may read and that are not closed, those that nobody acknowledged first."""
    alerts = with_places(readable(user, study).exclude(state=Alert.State.CLOSED))
    return [row_of(alert, now) for alert in alerts.order_by("drill", "-state", "due_at", "pk")]
