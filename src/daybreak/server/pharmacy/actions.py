"""Looking at the list of kits, and noting how far each came: one entry each, and none that names a drug."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.refusals import needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.studies.models import Site
from daybreak.server.vault.reveal import KitLine, change_kit, pharmacy_list, replace_kit

RIGHT = "see-pharmacy"
NEXT = {"to-prepare": "prepared", "prepared": "handed-over"}
STATES = ("to-prepare", "prepared", "handed-over")


class KitError(DaybreakError):
    """A kit that does not go from one state to the other; nothing was changed."""

    code = "kit"


def see_list(by: User, site: Site) -> list[KitLine]:
    """Return the kits of one site with their drugs; that they were seen stands in the trail.

    Raises:
        NotYoursError: `by` is no pharmacist of the site.
    """
    with recorded(by, "see-pharmacy-list", site=site) as entry:
        check(by, RIGHT, site)
        return pharmacy_list(entry, site)


def take_step(by: User, site: Site, number: str, state: str) -> str:
    """Note that a kit in `state` came one step further, and return where it is now.

    Raises:
        NotYoursError: `by` is no pharmacist of the site.
        KitError: there is no step after `state`.
        RevealError: the site has no such kit, or it was used or replaced.
        StaleError: it is no longer in `state`.
    """
    after = NEXT.get(state)
    if after is None:
        raise KitError("There is no step after this one.")
    with recorded(by, "step-kit", site=site) as entry:
        check(by, RIGHT, site)
        change_kit(entry, site, number, after, expected=state)
    return after


def correct_state(by: User, site: Site, number: str, state: str, *, seen: str, reason: str) -> None:
    """Note that a kit is in another state than was noted.

    Raises:
        NotYoursError: `by` is no pharmacist of the site.
        ReasonError: there is no reason.
        KitError: nothing would change, or there is no such state.
        RevealError: the site has no such kit, or it was used or replaced.
        StaleError: it is no longer in the state that was seen.
    """
    if state not in STATES or state == seen:
        raise KitError("Nothing was changed.", remedy="Choose the state that the kit is in.")
    with recorded(by, "correct-kit", site=site, reason=needs_reason(reason)) as entry:
        check(by, RIGHT, site)
        change_kit(entry, site, number, state, expected=seen)


def replace(by: User, site: Site, number: str, *, reason: str) -> str:
    """Release another kit with the same content for the same infusion, and return its number.

    Raises:
        NotYoursError: `by` is no pharmacist of the site.
        ReasonError: there is no reason.
        RevealError: the site has no such kit, or it was used or replaced.
    """
    with recorded(by, "replace-kit", site=site, reason=needs_reason(reason)) as entry:
        check(by, RIGHT, site)
        return replace_kit(entry, site, number)
