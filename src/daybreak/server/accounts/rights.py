"""Who may do what, all in one place: pages and actions ask for a right by name, never for a role.

A right holds at the sites of the roles that give it. `check` is for actions, `needs` for views.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import rules
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from daybreak.core.errors import DaybreakError
from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import studies_of, study_of

View = Callable[..., HttpResponseBase]
COORDINATOR, RATER, PHARMACIST, INVESTIGATOR = Role.COORDINATOR, Role.RATER, Role.PHARMACIST, Role.INVESTIGATOR
MONITOR, STATISTICIAN, ADMINISTRATOR, BOARD = Role.MONITOR, Role.STATISTICIAN, Role.ADMINISTRATOR, Role.BOARD
CLINIC = frozenset({COORDINATOR, INVESTIGATOR})
BLIND = frozenset(Role) - {PHARMACIST, BOARD}


@dataclass(frozen=True)
class Right:
    """One right: the roles that give it, and how it is said to whoever holds it."""

    roles: frozenset[Role]
    says: str


def _of(says: str, *roles: Role) -> Right:
    return Right(frozenset(roles), says)


RIGHTS = {
    "see-overview": Right(BLIND, "see the overview: recruitment, adherence, what is due"),
    "see-people": _of("see the people of your sites by their codes", COORDINATOR, RATER, INVESTIGATOR, MONITOR),
    "see-identity": Right(CLINIC, "see names and contact details"),
    "screen": Right(CLINIC, "screen people and record whether they are eligible"),
    "consent": Right(CLINIC, "take consent"),
    "enrol": Right(CLINIC, "enrol people; the allocation happens by itself and stays sealed"),
    "withdraw": Right(CLINIC, "record a withdrawal"),
    "transfer": Right(CLINIC, "transfer people to another site"),
    "give-link": Right(CLINIC, "give people a new personal link"),
    "record-infusion": Right(CLINIC, "record infusions, without knowing the drug"),
    "record-visit": _of("record visits", COORDINATOR, RATER, INVESTIGATOR),
    "see-forms": _of("see which forms are filled in", COORDINATOR, RATER, INVESTIGATOR, MONITOR),
    "see-scores": _of("read forms and their scores of all visits", COORDINATOR, INVESTIGATOR, MONITOR),
    "fill-form": _of("fill in forms", COORDINATOR, RATER, INVESTIGATOR),
    "fill-staff-form": Right(CLINIC, "fill in the forms of clinic staff"),
    "correct-form": _of("correct forms, with a reason", COORDINATOR, RATER, INVESTIGATOR),
    "rate": _of("see the worklist of interviews", RATER),
    "see-messages": _of("see which messages were sent, and when", COORDINATOR, INVESTIGATOR, MONITOR),
    "see-reliability": _of("see how far raters agree", INVESTIGATOR, MONITOR, STATISTICIAN),
    "explain-deviation": Right(CLINIC, "explain deviations"),
    "see-training": _of("see training sessions and their timing", COORDINATOR, INVESTIGATOR, MONITOR, STATISTICIAN),
    "see-engagement": _of("see who may be about to drop out, and why", COORDINATOR, INVESTIGATOR, MONITOR),
    "see-harms": _of("see adverse events", COORDINATOR, INVESTIGATOR, MONITOR),
    "record-harm": _of("record adverse events", COORDINATOR, RATER, INVESTIGATOR),
    "follow-harm": Right(CLINIC, "correct adverse events, follow them up and note reports as sent"),
    "judge-harm": _of("judge whether adverse events are expected and related", INVESTIGATOR),
    "see-board-list": _of("see adverse events by letters instead of arms, for the safety board", BOARD),
    "see-queries": _of("read data queries", COORDINATOR, RATER, INVESTIGATOR, MONITOR, STATISTICIAN),
    "ask-query": _of("ask data queries and close them", MONITOR, INVESTIGATOR, STATISTICIAN),
    "answer-query": _of("answer data queries", COORDINATOR, RATER, INVESTIGATOR),
    "see-holds": _of("see what is frozen, locked and signed", COORDINATOR, INVESTIGATOR, MONITOR, STATISTICIAN),
    "freeze": _of("freeze data against changes, and lift a freeze", MONITOR, INVESTIGATOR),
    "lock": _of("lock data for good", INVESTIGATOR, STATISTICIAN),
    "sign": _of("sign records", INVESTIGATOR),
    "see-alerts": _of(
        "see the alerts that you were told of, or that your own entries raised",
        COORDINATOR,
        RATER,
        INVESTIGATOR,
        MONITOR,
        ADMINISTRATOR,
    ),
    "watch-alerts": _of("see all alerts of your sites, and what was answered", COORDINATOR, INVESTIGATOR, MONITOR),
    "acknowledge-alert": _of(
        "acknowledge the alerts that you see", COORDINATOR, RATER, INVESTIGATOR, MONITOR, ADMINISTRATOR
    ),
    "assess-alert": Right(CLINIC, "assess alerts, close them and open them again"),
    "run-drill": _of("raise an alert as a drill", INVESTIGATOR),
    "see-pharmacy": _of("see the pharmacist's list, which tells the drug", PHARMACIST),
    "unblind-emergency": _of("unblind one person in an emergency", INVESTIGATOR),
    "unblind-study": _of("ask for or agree to the planned unblinding", INVESTIGATOR, STATISTICIAN),
    "report-unblinding": Right(frozenset(Role), "report that someone learned an allocation by accident"),
    "assess-unblinding": _of("assess accidental unblindings", INVESTIGATOR),
    "see-unblindings": _of("see that and why people were unblinded", INVESTIGATOR, MONITOR),
    "see-study": Right(frozenset(Role), "read the study file"),
    "change-study": _of("load new versions of the study file", ADMINISTRATOR),
    "manage-staff": _of("invite staff and end their roles", ADMINISTRATOR),
    "manage-sites": _of("open and change sites", ADMINISTRATOR),
    "see-audit": _of("read, search and export the audit trail", INVESTIGATOR, MONITOR, ADMINISTRATOR),
    "export": _of("export study data", STATISTICIAN),
}
OWN_RIGHTS = ("own-account", "move-demo-clock")  # every member of staff's; the clock moves in a demo only


class NotYoursError(DaybreakError):
    """An action that the person may not do at this site; nothing was changed."""

    def __init__(self, right: str) -> None:
        super().__init__(
            f"You may not {RIGHTS[right].says} here.", remedy="Ask whoever manages staff.", code="not-yours"
        )


def is_participant(user: User) -> bool:
    """Whether this is a person in the study."""
    return user.kind == User.Kind.PARTICIPANT and hasattr(user, "participant")


def is_staff(user: User) -> bool:
    """Whether this is someone who works for a study."""
    return user.kind == User.Kind.STAFF


def has_right(user: User | AnonymousUser, right: str, place: Site | Study | None = None) -> bool:
    """Return whether `user` is signed in and has `right`: at a site, somewhere in a study, or anywhere at all."""
    return isinstance(user, User) and user.is_active and bool(rules.test_rule(right, user, place))


def rights_given_by(roles: Iterable[Role]) -> frozenset[str]:
    """Return the names of all rights that `roles` give."""
    held = frozenset(roles)
    return frozenset(name for name, right in RIGHTS.items() if right.roles & held)


def sites_with(user: User | AnonymousUser, right: str) -> QuerySet[Site]:
    """Return the sites where `user` has `right`."""
    if not isinstance(user, User) or not is_staff(user):
        return Site.objects.none()
    held = user.memberships.filter(until=None, role__in=RIGHTS[right].roles)
    return Site.objects.filter(
        Q(pk__in=held.exclude(site=None).values("site")) | Q(study__in=held.filter(site=None).values("study"))
    )


def holds_everywhere(user: User, right: str, study: Study) -> bool:
    """Return whether `user` has `right` at all sites of `study`, as what touches the whole of it needs."""
    return (
        is_staff(user)
        and user.memberships.filter(until=None, study=study, site=None, role__in=RIGHTS[right].roles).exists()
    )


def check_everywhere(user: User, right: str, study: Study) -> None:
    """Let an action on the whole study go on only for who may do it at all sites.

    Raises:
        NotYoursError: `user` does not have `right` at all sites of `study`.
    """
    if not holds_everywhere(user, right, study):
        raise NotYoursError(right)


def check(user: User, right: str, site: Site) -> None:
    """Let an action go on only for who may do it.

    Raises:
        NotYoursError: `user` does not have `right` at `site`.
    """
    if not has_right(user, right, site):
        raise NotYoursError(right)


def needs(right: str) -> Callable[[View], View]:
    """Let a view answer only those who have `right` somewhere in the study they look at (`study_of`).

    Strangers are asked to sign in, others are refused. Which rows they see is for the view: it looks for them among
    `sites_with(request.user, right)`, so that a foreign site's do not exist.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_signing_in(request, right)
            if not has_right(request.user, right, _study(request, right)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]  # read by the access matrix
        return guarded

    return decorate


def _to_signing_in(request: HttpRequest, right: str) -> HttpResponseBase:
    """In a demo everybody begins at its front page, where the links are."""
    if settings.DEMO or right == "train":
        return redirect("front")
    return redirect_to_login(request.get_full_path())


def _study(request: HttpRequest, right: str) -> Study | None:
    return study_of(request) if right in RIGHTS and studies_of(request) else None


def _held(user: User, right: str, place: Site | Study | None) -> bool:
    if not is_staff(user):
        return False
    held = user.memberships.filter(until=None, role__in=RIGHTS[right].roles)
    if isinstance(place, Site):
        held = held.filter(Q(site=place) | Q(site=None, study=place.study_id))
    elif place is not None:
        held = held.filter(study=place)
    return held.exists()


def _held_somewhere(right: str) -> rules.Predicate:
    return rules.predicate(lambda user, place: _held(user, right, place))


rules.set_rule("train", rules.predicate(is_participant))  # Today, getting ready and the player, each for oneself alone
for _name in OWN_RIGHTS:
    rules.set_rule(_name, rules.predicate(is_staff))
for _name in RIGHTS:
    rules.set_rule(_name, _held_somewhere(_name))
