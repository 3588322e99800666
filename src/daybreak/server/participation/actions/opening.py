"""Beginning with a person: code, place, language and, sealed, who they are; and mending any of it later."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError

from daybreak.core.errors import CommandError
from daybreak.core.participation import Status
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check
from daybreak.server.audit.refusals import needs_reason
from daybreak.server.audit.trail import Draft, recorded
from daybreak.server.enrolment.identity import Who, seal_who
from daybreak.server.enrolment.models import Identity, Participant, PersonKey, Screening, ZoneChange
from daybreak.server.enrolment.sealing import new_wrapped_key
from daybreak.server.participation.actions.turn import turn
from daybreak.server.participation.queries import propose_code
from daybreak.server.studies.models import Site

PAGES = frozenset({"new"})
"""What stands where a code would in the address of a page."""


@dataclass(frozen=True)
class NewPerson:
    """What is said of a person on the first form.

    Attributes:
        site: where they are screened.
        language: of their pages, their consent and the pack.
        zone: IANA name of where they live; empty for the site's.
        code: what the study calls them; empty for the next one of the site.
        visible_only: no masked words.
        form: the form's own number, so that a second press of its button enters nobody twice.
    """

    site: Site
    language: str = "en"
    zone: str = ""
    code: str = ""
    visible_only: bool = False
    form: UUID | None = None


def open_person(by: User, new: NewPerson, who: Who) -> Participant:
    """Store a person who is to be screened, with a key of their own and a user who cannot sign in yet.

    Raises:
        NotYoursError: `by` does not screen at this site.
        CommandError: the study already has this code, or there is no such zone or language.
    """
    zone = known_zone(new.zone or new.site.zone)
    check_language(new.language)
    try:
        with recorded(by, "open-person", site=new.site) as entry:
            check(by, "screen", new.site)
            return _store(entry, new, zone, who)
    except IntegrityError as error:
        entered = _entered(new)
        if entered is None:
            raise _taken(new) from error
        return entered


def _is_taken(new: NewPerson) -> bool:
    """Return whether the code is in use, in small or capital letters, or stands for a page in an address."""
    same = Participant.objects.filter(study=new.site.study, code__iexact=new.code)
    return bool(new.code) and (new.code in PAGES or same.exists()) and not _entered(new)


def _entered(new: NewPerson) -> Participant | None:
    return Participant.objects.filter(opened_with=new.form).first() if new.form else None


def _taken(new: NewPerson) -> CommandError:
    return CommandError(
        f"there is already a participant {new.code}.",
        where=new.site.study.key,
        remedy="Choose another code, or leave it empty.",
        code="code-taken",
    )


def _store(entry: Draft, new: NewPerson, zone: str, who: Who) -> Participant:
    # The site's row is the turnstile: two people entered at once get two numbers.
    Site.objects.select_for_update(no_key=True).get(pk=new.site.pk)
    if _is_taken(new):
        raise _taken(new)
    now = clock.now()
    participant = entry.create(
        Participant,
        site=new.site,
        study=new.site.study,
        user=entry.create(User, handle=f"p-{secrets.token_hex(8)}", password=make_password(None)),
        code=new.code or propose_code(new.site),
        status=Status.SCREENING,
        zone=zone,
        language=new.language,
        visible_only=new.visible_only,
        screened_at=now,
        opened_with=new.form,
    )
    entry.about(participant=participant)
    entry.create(PersonKey, participant=participant, wrapped=new_wrapped_key(participant))
    entry.create(Identity, participant=participant, sealed=seal_who(participant, who), saved_at=now)
    entry.create(Screening, participant=participant, saved_at=now)
    return participant


def correct_identity(
    by: User, participant: Participant, who: Who, *, reason: str, seen: datetime | None = None
) -> None:
    """Seal corrected names and contact details in place of the old ones.

    Args:
        by: who corrects.
        participant: whose they are.
        who: all of it, also what stays.
        reason: why.
        seen: `saved_at` as the form was opened.

    Raises:
        ReasonError: there is no reason.
        StaleError: somebody else corrected it since.
    """
    with turn(by, "correct-identity", "see-identity", participant, reason=needs_reason(reason)) as entry:
        row = Identity.objects.get(participant=participant)
        expected = {"saved_at": seen} if seen else None
        entry.update(row, expected=expected, sealed=seal_who(participant, who), saved_at=clock.now())


def correct_details(
    by: User, participant: Participant, *, language: str, zone: str, visible_only: bool, reason: str
) -> None:
    """Change the person's language, time zone, or whether words are shown visibly only.

    Raises:
        ReasonError: there is no reason.
        CommandError: there is no such zone, or no such language of pages.
    """
    check_language(language)
    with turn(by, "correct-details", "screen", participant, reason=needs_reason(reason)) as entry:
        before = participant.zone
        if entry.update(participant, zone=known_zone(zone)):
            entry.create(ZoneChange, participant=participant, since=clock.now(), before=before, zone=zone)
        entry.update(participant, language=language, visible_only=visible_only)


def known_zone(zone: str) -> str:
    """Return the name of a time zone.

    Raises:
        CommandError: there is none of this name.
    """
    try:
        return ZoneInfo(zone).key
    except (KeyError, ValueError, OSError) as error:
        raise CommandError(f"there is no time zone '{zone}'.", remedy="Write one such as Europe/Madrid.") from error


def check_language(language: str) -> None:
    """Let an action go on only for a language that pages are written in.

    Raises:
        CommandError: there are no pages in it.
    """
    if language not in dict(settings.LANGUAGES):
        known = ", ".join(code for code, _ in settings.LANGUAGES)
        raise CommandError(f"there are no pages in the language '{language}'.", remedy=f"Choose one of: {known}.")
