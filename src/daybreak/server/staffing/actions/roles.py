"""Giving roles and ending them. A role is never deleted: the trail and old records need it."""

from __future__ import annotations

from collections.abc import Iterable

from daybreak.core.roles import Role, clash
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.staffing.places import STAFF, check_place
from daybreak.server.staffing.refusals import StaffError
from daybreak.server.studies.models import Site, Study

Place = tuple[Role, Site | None]


def give_roles(by: User, study: Study, user: User, places: Iterable[Place]) -> list[Membership]:
    """Give someone roles in a study and return the new ones; a role held already stays as it is.

    Raises:
        NotYoursError: `by` may not manage staff at one of the places.
        StaffError: one of the roles goes with no other.
    """
    with recorded(by, "give-role", study=study) as entry:
        return add_roles(entry, by, user, places)


def add_roles(entry: Draft, by: User | None, user: User, places: Iterable[Place]) -> list[Membership]:
    """Do the same within an action that is being recorded; the study is the entry's.

    Raises:
        NotYoursError: `by` may not manage staff at one of the places.
        StaffError: one of the roles goes with no other.
    """
    study = entry.study
    assert isinstance(study, Study)  # noqa: S101  callers say it
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    held = list(user.memberships.filter(study=study, until=None))
    roles = {Role(one.role) for one in held}
    given: list[Membership] = []
    for role, site in places:
        check_place(by, STAFF, study, site)
        if refused := clash(roles, role):
            raise StaffError(refused, remedy="End the other role first, or invite someone else.")
        roles.add(role)
        if any(one.role == role and one.site in (site, None) for one in (*held, *given)):
            continue
        fields = {"user": user, "study": study, "site": site, "role": role.value, "since": clock.now()}
        given.append(entry.create(Membership, **fields))
    return given


def end_role(by: User, membership: Membership) -> None:
    """End a role now. Ending one that ended already changes nothing.

    Raises:
        NotYoursError: `by` may not manage staff there.
        StaffError: it is the last administrator's.
    """
    study = membership.study
    check_place(by, STAFF, study, membership.site)
    if Membership.objects.get(pk=membership.pk).until is not None:
        return
    with recorded(by, "end-role", study=study, site=membership.site) as entry:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if is_last_administrator(membership):
            raise StaffError(
                "This is the last administrator of the study, and nobody could manage staff any more.",
                remedy="Make someone else administrator first.",
            )
        entry.update(membership, expected={"until": None}, until=clock.now())


def is_last_administrator(membership: Membership) -> bool:
    """Return whether nobody who can sign in would manage the whole study's staff without this role."""
    if membership.role != Role.ADMINISTRATOR or membership.site_id is not None:
        return False
    others = Membership.objects.filter(study=membership.study_id, role=Role.ADMINISTRATOR, site=None, until=None)
    return not others.exclude(pk=membership.pk).filter(user__is_active=True).exists()
