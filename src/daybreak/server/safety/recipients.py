"""Who holds the roles of an alert's line at its site now."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from daybreak.server.accounts.models import Membership, User
from daybreak.server.safety.models import Alert


def held_roles(alert: Alert) -> frozenset[str]:
    """Return the roles that somebody who can sign in holds at the alert's site."""
    return frozenset(_memberships(alert).values_list("role", flat=True))


def holders(alert: Alert, roles: Collection[str]) -> list[User]:
    """Return who holds one of `roles` at the alert's site, each once, the oldest account first."""
    held = _memberships(alert).filter(role__in=roles)
    return list(User.objects.filter(pk__in=held.values("user")).order_by("pk"))


def _memberships(alert: Alert) -> QuerySet[Membership]:
    here = Q(site=alert.place) | Q(site=None)
    return Membership.objects.filter(here, study=alert.study_id, until=None, user__is_active=True)
