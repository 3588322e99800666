"""Staff and sites as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Count, Max, Q, QuerySet

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import Invitation, Membership, User
from daybreak.server.accounts.rights import RIGHTS, rights_given_by
from daybreak.server.staffing.places import SITES, managed_memberships, managed_sites, said_place
from daybreak.server.studies.models import Site, Study


@dataclass(frozen=True)
class Colleague:
    """A row of the staff list."""

    user: User
    roles: list[str]
    state: str
    seen: object


@dataclass(frozen=True)
class RightsAt:
    """What somebody may do at one place, in words."""

    place: str
    roles: list[str]
    says: list[str]


def colleagues(viewer: User, study: Study) -> list[Colleague]:
    """Return everybody whose roles in the study `viewer` may see, by name; those who hold none now come last."""
    managed = managed_memberships(viewer, study).select_related("site").order_by("role")
    people = User.objects.filter(pk__in=managed.values("user")).annotate(seen=Max("web_sessions__seen_at"))
    held: dict[int, list[str]] = {}
    for one in managed.filter(until=None):
        held.setdefault(one.user_id, []).append(f"{one.role}, {said_place(one.site)}")
    safe = set(_with_factor(people).values_list("pk", flat=True))
    rows = [
        Colleague(
            person, held.get(person.pk, []), said_state(person, bool(held.get(person.pk)), person.pk in safe), seen
        )
        for person in people
        for seen in [getattr(person, "seen", None)]
    ]
    return sorted(rows, key=lambda row: (not row.roles, (row.user.name or str(row.user.email)).lower()))


def said_state(person: User, works_here: bool, has_factor: bool) -> str:
    """Return how things stand with an account."""
    if not person.is_active:
        return said_invitation(open_link(person))
    if not works_here:
        return "no role now"
    return "active" if has_factor else "no second factor yet"


def said_invitation(link: Invitation | None) -> str:
    """Return how things stand with an invitation."""
    if link is None:
        return "invitation withdrawn"
    if link.expires_at <= clock.now():
        return "invitation too old"
    return f"invited until {link.expires_at:%-d %b %Y}"


def open_link(person: User) -> Invitation | None:
    """Return the newest invitation that was neither accepted nor withdrawn."""
    return person.invitations.filter(accepted_at=None, withdrawn_at=None).order_by("-created_at").first()


def has_factor(person: User) -> bool:
    """Return whether someone has set up a second factor."""
    return _with_factor(User.objects.filter(pk=person.pk)).exists()


def rights_in_words(memberships: Iterable[Membership]) -> list[RightsAt]:
    """Return what somebody may do, place by place, in the words of `RIGHTS` and in its order."""
    places: dict[Site | None, list[Role]] = {}
    for one in memberships:
        places.setdefault(one.site, []).append(Role(one.role))
    return [
        RightsAt(said_place(site), sorted(roles), [RIGHTS[name].says for name in RIGHTS if name in given])
        for site, roles in sorted(places.items(), key=lambda pair: (pair[0] is not None, said_place(pair[0])))
        for given in [rights_given_by(roles)]
    ]


def sites_in_numbers(viewer: User, study: Study) -> QuerySet[Site]:
    """Return the sites `viewer` manages, with how many people were enrolled at each."""
    enrolled = Count("participants", filter=Q(participants__enrolled_at__isnull=False))
    return managed_sites(viewer, SITES, study).annotate(enrolled=enrolled)


def _with_factor(people: QuerySet[User]) -> QuerySet[User]:
    main = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return people.filter(pk__in=main.values("user"))
