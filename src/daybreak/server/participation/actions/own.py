"""What participants change themselves: how they are reached, where they live, in which language they read.

Each is one entry of the trail by the person; ways to reach somebody stand in it as sealed, without their values.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.audit.refusals import StaleError
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.identity import Contact, Kept, read_kept, seal_who
from daybreak.server.enrolment.models import Participant, ZoneChange
from daybreak.server.holds.locks import check_open
from daybreak.server.participation.actions.opening import check_language, known_zone


class UnreachableError(DaybreakError):
    """A change that would leave the clinic no way to reach the person; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("Keep one way to reach you.", remedy="Write an e-mail address or a phone.", code="unreachable")


def change_own_contact(participant: Participant, contact: Contact, *, seen: datetime) -> bool:
    """Seal the person's new e-mail and phone, keep the old ones to go back to, and return whether anything changed.

    Args:
        participant: who changes their own.
        contact: both, also what stays.
        seen: `Identity.saved_at` as the form was opened.

    Raises:
        UnreachableError: both are empty.
        DaybreakError: nothing is kept any more; `code` is `erased`.
        StaleError: somebody changed it since.
    """
    if not (contact.email or contact.phone):
        raise UnreachableError
    with _own_turn(participant, "change-own-contact") as entry:
        kept = _kept(participant)
        if kept.row.saved_at != seen:
            raise StaleError
        before = Contact(kept.who.email, kept.who.phone)
        if contact == before:
            entry.found_nothing()
            return False
        who = kept.who.reached_by(contact)
        sealed = seal_who(participant, who, before)
        return entry.update(kept.row, sealed=sealed, saved_at=clock.now())


def change_own_place(participant: Participant, *, zone: str, language: str) -> bool:
    """Change the zone and the language of the person's pages, and return whether anything changed.

    The calendar follows the new zone from now on; what was before stays in the old one.

    Raises:
        CommandError: there is no such zone, or no such language of pages.
        LockedError: the person's data, or the whole study's, are frozen or locked.
    """
    zone = known_zone(zone)
    check_language(language)
    with _own_turn(participant, "change-own-place") as entry:
        before = participant.zone
        if (zone, language) == (before, participant.language):
            entry.found_nothing()
            return False
        check_open(participant=participant)
        if entry.update(participant, zone=zone):
            entry.create(ZoneChange, participant=participant, since=clock.now(), before=before, zone=zone)
        entry.update(participant, language=language)
        return True


@contextmanager
def _own_turn(participant: Participant, action: str) -> Iterator[Draft]:
    """Open an entry by the person about themself, with their row locked and read anew: two windows take turns."""
    with recorded(participant.user, action, participant=participant) as entry:
        rows = Participant.objects.select_for_update(no_key=True, of=("self",)).select_related("site", "study")
        participant.refresh_from_db(from_queryset=rows)
        yield entry


def _kept(participant: Participant) -> Kept:
    kept = read_kept(participant)
    if kept is None:
        raise DaybreakError("your contact details were erased.", remedy="Call your clinic.", code="erased")
    return kept
