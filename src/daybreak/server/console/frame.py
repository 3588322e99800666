"""What stands around every page of the desk: study, navigation, who is signed in; and around a person's pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from daybreak.core.participation import ALLOCATED, ASKED
from daybreak.server import clock
from daybreak.server.accounts.models import Membership, User
from daybreak.server.accounts.staff_gate import may_pass
from daybreak.server.console.moves import MOVES
from daybreak.server.console.navigation import (
    PERSON_ACTIONS,
    PERSON_TABS,
    Way,
    held_memberships,
    is_page,
    open_ways,
    person_ways,
    rights_at,
)
from daybreak.server.console.next_due import said_next
from daybreak.server.enrolment.models import Participant
from daybreak.server.safety.queries import Waiting, waiting_for
from daybreak.server.studies.queries import studies_of, study_of
from daybreak.server.visits.calendar import calendar_of

ACCOUNT = "/desk/me/"


@dataclass(frozen=True)
class Frame:
    """The desk's frame; `now` is set in a demo only, where the clock can be moved. `alerts` wait for somebody."""

    study: str
    name: str
    roles: list[str]
    rights: frozenset[str]
    account: str
    groups: list[list[Way]]
    demo: bool
    now: object
    moves: tuple[tuple[str, str], ...]
    alerts: list[Waiting]


@dataclass(frozen=True)
class PersonFrame:
    """What a person's pages share: where one can go, and what can be done."""

    statuses: list[str]
    next_due: str
    tabs: list[Way]
    actions: list[Way]


def desk_frame(request: HttpRequest) -> Frame | None:
    """Return the frame for whoever is signed in; None for all but staff with a second factor shown.

    Pages of one's own account show it, too: some of them open before there is a second factor, and must tell nothing.
    """
    if not isinstance(request.user, User) or request.user.kind != User.Kind.STAFF:
        return None
    if not may_pass(request, request.user):
        return None
    study = study_of(request) if studies_of(request) else None
    held = [one for one in held_memberships(request.user) if one.study == study]
    rights = rights_at(held)
    return Frame(
        study=study.title if study else "",
        name=str(request.user),
        roles=[_said(one) for one in held],
        rights=rights,
        account=ACCOUNT if is_page(ACCOUNT) else "",
        groups=open_ways(request.path, rights),
        demo=settings.DEMO,
        now=clock.now() if settings.DEMO else None,
        moves=MOVES,
        alerts=waiting_for(request.user, study, clock.now()) if study else [],
    )


def rights_of(request: HttpRequest) -> frozenset[str]:
    """Return the rights that the signed-in member of staff has at any site of the study they look at."""
    if not isinstance(request.user, User) or not studies_of(request):
        return frozenset()
    study = study_of(request)
    return rights_at(one for one in held_memberships(request.user) if one.study_id == study.pk)


def person_frame(request: HttpRequest, person: Participant) -> PersonFrame:
    """Return the tabs and actions of a person's page for whoever is signed in."""
    held = held_memberships(request.user) if isinstance(request.user, User) else []
    rights = rights_at(held, person.site_id)
    tabs = person_ways(PERSON_TABS, person, request.path, rights)
    actions = person_ways(PERSON_ACTIONS, person, request.path, rights)
    withdrawn = ["withdrawn"] if person.withdrawals.exists() else []
    return PersonFrame([person.status, *withdrawn], _next_due(person, rights), tabs, actions)


def _next_due(person: Participant, rights: frozenset[str]) -> str:
    if person.status not in ALLOCATED:
        return "not enrolled yet" if person.status in ASKED else "nothing"
    return said_next(calendar_of(person, clock.now()), rights) or "nothing"


def _said(one: Membership) -> str:
    return f"{one.role}, {one.site.name if one.site else 'all sites'}"
