"""Finding messages for staff: by site and state, never with a text or an address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from daybreak.server.accounts.models import Membership
from daybreak.server.enrolment.models import Participant
from daybreak.server.messages.models import CHANNELS, Message
from daybreak.server.studies.models import Site

STATES = {
    "": "every state",
    "due": "due",
    "sent": "sent",
    "failed": "failed",
    "unknown": "unknown",
    "cancelled": "not sent any more",
}
KINDS = {
    "": "every kind",
    "reminder": "reminders",
    "overdue": "overdue, to coordinators",
    "alert": "alerts, to staff",
    "link": "personal links",
}
CHANNEL_NAMES = {"": "every way", "email": "e-mail", "sms": "text message", "push": "push", "page": "page of the desk"}
DUE = (Message.State.DUE, Message.State.CLAIMED)


@dataclass(frozen=True)
class MessageFilters:
    """What somebody wants to see of the list."""

    state: str = ""
    kind: str = ""
    channel: str = ""
    site: str = ""

    @staticmethod
    def read(given: Mapping[str, str]) -> MessageFilters:
        """Return the filters of a query string; what makes no sense filters nothing."""
        known: dict[str, Collection[str]] = {"state": STATES, "kind": KINDS, "channel": CHANNELS}
        chosen = {name: given[name] for name, values in known.items() if given.get(name) in values}
        return MessageFilters(**chosen, site=given.get("site", ""))

    def address(self, page: int) -> str:
        """Return the query string of one page of this list."""
        return f"?{urlencode(asdict(self) | {'page': page})}"


def messages_found(sites: QuerySet[Site], filters: MessageFilters) -> QuerySet[Message]:
    """Return the messages about people at `sites` that the filters let through, the latest first.

    A drill is about nobody: what was sent of it stands where those work whom it was sent to.
    """
    found = Message.objects.filter(_about_people_at(sites) | _drills_told_at(sites))
    found = found.select_related("participant__site", "user")
    if filters.state:
        found = found.filter(state__in=DUE if filters.state == "due" else (filters.state,))
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.channel:
        found = found.filter(channel=filters.channel)
    if filters.site:
        here = sites.filter(key=filters.site)
        found = found.filter(_about_people_at(here) | _drills_told_at(here))
    return found.order_by("-intended_at", "-pk")


def messages_about(participant: Participant) -> QuerySet[Message]:
    """Return all messages to or about one person, the latest first."""
    found = Message.objects.filter(participant=participant).select_related("participant__site", "user")
    return found.order_by("-intended_at", "-pk")


def in_trouble(sites: QuerySet[Site]) -> int:
    """Return how many messages about people at `sites` failed, or went nobody knows where."""
    lost = (Message.State.FAILED, Message.State.UNKNOWN)
    return Message.objects.filter(participant__site__in=sites, state__in=lost).count()


def _about_people_at(sites: QuerySet[Site]) -> Q:
    return Q(participant__site__in=sites)


def _drills_told_at(sites: QuerySet[Site]) -> Q:
    here = Q(site__in=sites) | Q(site=None, study__in=sites.values("study"))
    told = Membership.objects.filter(here, until=None).values("user")
    return Q(participant=None, drill=True, user__in=told)
