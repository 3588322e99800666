"""Where someone may manage: a role at all sites of a study manages all of them, one at a site manages that one."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from daybreak.core.roles import Role
from daybreak.server.accounts.models import Membership, User
from daybreak.server.accounts.rights import check, check_everywhere, holds_everywhere, sites_with
from daybreak.server.studies.models import Site, Study

STAFF = "manage-staff"
SITES = "manage-sites"


def check_place(by: User | None, right: str, study: Study, site: Site | None) -> None:
    """Let an action go on at one site, or at all (`site` None); the system itself (`by` None) may do everything.

    Raises:
        NotYoursError: `by` does not have the right there.
    """
    if by is None:
        return
    if site is not None:
        check(by, right, site)
    else:
        check_everywhere(by, right, study)


def managed_sites(user: User, right: str, study: Study) -> QuerySet[Site]:
    """Return the sites of the study where `user` has `right`, by name."""
    return sites_with(user, right).filter(study=study).order_by("name")


def managed_memberships(user: User, study: Study) -> QuerySet[Membership]:
    """Return the roles, of now and of the past, that `user` may see and end in the study."""
    mine = Q(site__in=managed_sites(user, STAFF, study))
    if holds_everywhere(user, STAFF, study):
        mine |= Q(site=None)
    return Membership.objects.filter(mine, study=study)


def said_place(site: Site | None) -> str:
    """Return how a place is named on pages."""
    return site.name if site else "all sites"


def role_choices() -> list[tuple[str, str]]:
    """Return the roles with what each is for, for a form."""
    return [(role.value, f"{role.value}: {FOR[role]}") for role in Role]


FOR = {
    Role.COORDINATOR: "enrols people and keeps their visits",
    Role.RATER: "does the interviews, blind to arm",
    Role.PHARMACIST: "prepares the kits and knows the drug; holds no other role",
    Role.INVESTIGATOR: "answers for people's safety, signs, unblinds in an emergency",
    Role.MONITOR: "checks data and asks about them",
    Role.STATISTICIAN: "exports and analyses data",
    Role.ADMINISTRATOR: "invites staff, opens sites, loads the study file",
    Role.BOARD: "makes the safety board's lists, by letters instead of arms; holds no other role",
}
"""What each role is for."""
