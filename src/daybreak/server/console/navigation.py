"""The ways through the desk. A person sees those whose page they may open: the page's own guard decides, not a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404
from django.urls import resolve

from daybreak.core.roles import Role
from daybreak.server.accounts.models import Membership, User
from daybreak.server.accounts.rights import rights_given_by
from daybreak.server.enrolment.models import Participant


@dataclass(frozen=True)
class Place:
    """A page of the desk: its path, what it is called, its icon."""

    path: str
    label: str
    icon: str = ""


@dataclass(frozen=True)
class Way:
    """A link to a place; `current` is what aria-current says: `page`, `true` for a page within, or nothing."""

    place: Place
    current: str = ""


PLACES = (
    (
        Place("/desk/", "Overview", "icons/chart-column.svg"),
        Place("/desk/alerts/", "Alerts", "icons/triangle-alert.svg"),
        Place("/desk/people/", "People", "icons/users.svg"),
        Place("/desk/due/", "Due", "icons/calendar-days.svg"),
        Place("/desk/engagement/", "Engagement", "icons/hand-heart.svg"),
        Place("/desk/ratings/", "Ratings", "icons/clipboard-list.svg"),
        Place("/desk/pharmacy/", "Pharmacy", "icons/pill.svg"),
    ),
    (
        Place("/desk/harms/", "Adverse events", "icons/heart-pulse.svg"),
        Place("/desk/harms/board/", "Safety board", "icons/scale.svg"),
        Place("/desk/training/", "Training", "icons/activity.svg"),
        Place("/desk/reliability/", "Reliability", "icons/scale.svg"),
        Place("/desk/deviations/", "Deviations", "icons/route.svg"),
        Place("/desk/messages/", "Messages", "icons/mail.svg"),
        Place("/desk/queries/", "Data queries", "icons/message-circle-question-mark.svg"),
        Place("/desk/holds/", "Freezes and locks", "icons/lock.svg"),
        Place("/desk/unblinding/", "Unblinding", "icons/eye.svg"),
    ),
    (
        Place("/desk/study/", "Study file", "icons/file-text.svg"),
        Place("/desk/sites/", "Sites", "icons/building-2.svg"),
        Place("/desk/staff/", "Staff", "icons/user-cog.svg"),
        Place("/desk/audit/", "Audit trail", "icons/scroll-text.svg"),
    ),
)
# Pages about one person stand below /desk/people/CODE/. Tabs show, actions change; a new page needs one line here.
PERSON_TABS = (
    Place("", "Timeline"),
    Place("screening/", "Screening"),
    Place("consent/", "Consent"),
    Place("enrol/", "Enrolment"),
    Place("infusions/", "Infusions"),
    Place("visits/", "Visits"),
    Place("forms/", "Forms"),
    Place("messages/", "Messages"),
    Place("harms/", "Adverse events"),
    Place("queries/", "Data queries"),
    Place("holds/", "Review"),
)
PERSON_ACTIONS = (
    Place("infusions/new/", "Record an infusion"),
    Place("harms/new/", "Record an adverse event"),
    Place("harms/none/", "Note that nothing bad happened"),
    Place("link/", "Give a new personal link"),
    Place("contact/", "Names and contact"),
    Place("transfer/", "Transfer to another site"),
    Place("withdraw/", "Record a withdrawal"),
    Place("unblind/", "Unblind in an emergency"),
    Place("unblinded/", "Report that somebody learned the allocation"),
)
WITHIN = {
    "/desk/sessions/": "/desk/training/",
    "/desk/calendars/": "/desk/due/",
    "/desk/me/": "",
}  # one's own page is within no other


def open_ways(path: str, rights: frozenset[str]) -> list[list[Way]]:
    """Return the groups of the desk's navigation that someone with `rights` may follow from the page at `path`."""
    groups = [[place for place in group if _right_of(place.path) in rights] for group in PLACES]
    seen = _seen_from(path)
    nearest = max(
        (place.path for group in groups for place in group if seen.startswith(place.path)), key=len, default=""
    )
    says = "page" if path == nearest else "true"
    return [[Way(place, says if place.path == nearest else "") for place in group] for group in groups if group]


def person_ways(places: Iterable[Place], person: Participant, path: str, rights: frozenset[str]) -> list[Way]:
    """Return the tabs or actions of a person's page that someone with `rights` at the person's site may follow."""
    home = f"/desk/people/{person.code}/"
    full = [Place(home + place.path, place.label) for place in places]
    open_ = [place for place in full if _right_of(place.path) in rights]
    within = [place.path for place in open_ if path.startswith(place.path) and place.path != home]
    nearest = max(within, key=len, default=home)
    if path != home and not within:
        nearest = ""
    says = "page" if path == nearest else "true"
    return [Way(place, says if place.path == nearest else "") for place in open_]


def rights_at(memberships: Iterable[Membership], site_id: int | None = None) -> frozenset[str]:
    """Return the rights that memberships give at a site, or without one at any site."""
    roles = (one.role for one in memberships if site_id is None or one.site_id in (None, site_id))
    return rights_given_by(Role(role) for role in roles)


def held_memberships(user: User) -> list[Membership]:
    """Return what `user` is now, with study and site; one query."""
    return list(user.memberships.filter(until=None).select_related("study", "site").order_by("role", "site__name"))


def first_page(user: User) -> str:
    """Return the path of the first page of the desk that `user` may open: where they are led after signing in."""
    groups = open_ways("", rights_at(held_memberships(user)))
    return groups[0][0].place.path if groups else "/desk/"


def open_path(path: str, rights: frozenset[str]) -> str:
    """Return `path` if there is a page that someone with `rights` may open, else nothing."""
    return path if _right_of(path) in rights else ""


def is_page(path: str) -> bool:
    """Return whether this server has a page at `path`."""
    try:
        resolve(path)
    except Http404:
        return False
    return True


def _right_of(path: str) -> str | None:
    """Return the right that the page at `path` asks for; None if there is no such page, or anybody may open it."""
    return getattr(resolve(path).func, "right", None) if is_page(path) else None


def _seen_from(path: str) -> str:
    return next((home for start, home in WITHIN.items() if path.startswith(start)), path)
