"""Inviting staff, and what can be done with an invitation until it is accepted."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from daybreak.server import clock
from daybreak.server.accounts.links import digest
from daybreak.server.accounts.models import Invitation, Membership, User
from daybreak.server.accounts.sessions import end_sessions
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.staffing.actions.roles import Place, add_roles
from daybreak.server.staffing.places import STAFF, check_place, managed_memberships
from daybreak.server.staffing.refusals import StaffError
from daybreak.server.studies.models import Study

LASTS = timedelta(days=7)


def invite(by: User | None, study: Study, email: str, places: Sequence[Place]) -> tuple[User, str]:
    """Invite someone and return them with the token of their link; who has an account already gets the roles at once.

    The token, empty for those, cannot be read back later.

    Raises:
        NotYoursError: `by` may not manage staff at one of the places.
        StaffError: no role was named, or one of them goes with no other.
    """
    if not places:
        raise StaffError("An invitation needs a role and a site.", remedy="Choose at least one of each.")
    email = email.strip().lower()
    with recorded(by, "invite-staff", study=study) as entry:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        user = User.objects.filter(email=email).first() or _new_user(entry, email)
        add_roles(entry, by, user, places)
        token = "" if user.is_active else _new_link(entry, by, user, study)
    return user, token


def resend(by: User, study: Study, user: User) -> str:
    """Give someone who did not accept yet a new link in place of the old one, and return its token.

    Raises:
        NotYoursError: `by` manages none of the person's roles.
        StaffError: the account is open already.
    """
    _check_managed(by, study, user)
    with recorded(by, "resend-invitation", study=study) as entry:
        user.refresh_from_db()
        if user.is_active:
            raise StaffError("This account is open already; it needs no invitation.")
        return _new_link(entry, by, user, study)


def withdraw(by: User, study: Study, user: User) -> None:
    """Withdraw the invitation of someone who did not accept yet, and end the roles it came with.

    Raises:
        NotYoursError: `by` manages none of the person's roles, or not all that would end.
        StaffError: the account is open already.
    """
    _check_managed(by, study, user)
    with recorded(by, "withdraw-invitation", study=study) as entry:
        user.refresh_from_db()
        if user.is_active:
            raise StaffError("This account is open already.", remedy="End its roles instead.")
        _withdraw_links(entry, user, study)
        for membership in Membership.objects.filter(user=user, study=study, until=None):
            check_place(by, STAFF, study, membership.site)
            entry.update(membership, until=clock.now())


def let_begin_again(by: User, study: Study, user: User) -> str:
    """Close the account of someone who lost password and second factors, and return the token of a link to set it up.

    All their sessions end. Until they open the link, nobody signs in as them.

    Raises:
        NotYoursError: `by` does not manage all their roles in every study.
        StaffError: it is one's own account.
    """
    if by == user:
        raise StaffError("You cannot do this to your own account.", remedy="Ask another administrator.")
    for membership in Membership.objects.filter(user=user, until=None).select_related("study", "site"):
        check_place(by, STAFF, membership.study, membership.site)
    _check_managed(by, study, user)
    with recorded(by, "let-begin-again", study=study) as entry:
        entry.note(account=user.pk)
        Authenticator.objects.filter(user=user).delete()
        user.set_unusable_password()
        entry.update(user, is_active=False, password=user.password)
        end_sessions(user)
        return _new_link(entry, by, user, study)


def _check_managed(by: User, study: Study, user: User) -> None:
    membership = Membership.objects.filter(user=user, study=study, until=None).first()
    if not managed_memberships(by, study).filter(user=user).exists():
        check_place(by, STAFF, study, membership.site if membership else None)


def _new_user(entry: Draft, email: str) -> User:
    handle = f"s-{secrets.token_hex(8)}"
    return entry.create(
        User, handle=handle, kind=User.Kind.STAFF, email=email, is_active=False, password=make_password(None)
    )


def _new_link(entry: Draft, by: User | None, user: User, study: Study) -> str:
    _withdraw_links(entry, user, study)
    token, now = secrets.token_urlsafe(32), clock.now()
    times = {"created_at": now, "expires_at": now + LASTS}
    entry.create(Invitation, user=user, study=study, by=by, digest=digest(token), **times)
    return token


def _withdraw_links(entry: Draft, user: User, study: Study) -> None:
    for open_ in user.invitations.filter(study=study, accepted_at=None, withdrawn_at=None):
        entry.update(open_, withdrawn_at=clock.now())
