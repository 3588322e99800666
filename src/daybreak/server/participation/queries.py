"""What has to be known before somebody is screened, signs, is enrolled, or leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max

from daybreak.core.consent import Owed, owed
from daybreak.core.participation import ALLOCATED
from daybreak.core.screening import BIRTH, Verdict, judge
from daybreak.core.study import Criterion
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.identity import read_who
from daybreak.server.enrolment.models import Consent, Participant, StopRequest, ZoneChange
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of

OWN_CHANGES = {"change-own-contact": "e-mail or phone", "change-own-place": "time zone or language"}
"""What people change on their own page, by the action, as staff read it."""
DIGITS = 3
"""How many digits a code's number has at least."""


def propose_code(site: Site) -> str:
    """Return the next code of a site: as many of its key's letters as no other site begins with, and a number."""
    others = [key.upper() for key in site.study.sites.exclude(pk=site.pk).values_list("key", flat=True)]
    key = site.key.upper()
    lengths = range(1, len(key) + 1)
    letters = next((key[:n] for n in lengths if not any(other.startswith(key[:n]) for other in others)), key).rstrip(
        "-"
    )
    taken = Participant.objects.filter(study=site.study, code__startswith=f"{letters}-").values_list("code", flat=True)
    numbers = [int(tail) for code in taken if (tail := code.removeprefix(f"{letters}-")).isdecimal()]
    return f"{letters}-{max(numbers, default=0) + 1:0{DIGITS}d}"


def criteria_of(participant: Participant) -> tuple[Criterion, ...]:
    """Return the questions of the person's study."""
    return file_of(participant.study).eligibility


def verdict_on(participant: Participant, answers: Mapping[str, Any]) -> Verdict:
    """Return what these answers, and the date of birth where the file asks for it, say about the person."""
    criteria = criteria_of(participant)
    typed = {criterion.key: _typed(criterion, answers.get(criterion.key)) for criterion in criteria}
    if BIRTH in typed:
        who = read_who(participant)
        typed[BIRTH] = who.born if who else None
    return judge(criteria, typed)


def _typed(criterion: Criterion, answer: Any) -> Any:
    return date.fromisoformat(answer) if criterion.kind == "date" and answer else answer


def says_failed(study: Study, failed: Iterable[str]) -> tuple[str, ...]:
    """Return in words why somebody is not eligible; a question that the file no longer has by its key."""
    words = {criterion.key: criterion.says for criterion in file_of(study).eligibility}
    return tuple(words.get(key) or key for key in failed)


def owed_consents(participant: Participant, now: datetime) -> tuple[Owed, ...]:
    """Return what the person has to sign now, by the calendar of their site."""
    signed = Consent.objects.filter(participant=participant).values_list("key").annotate(most=Max("version"))
    return _owed(participant, dict(signed), now)


def owing_consents(people: Iterable[Participant], now: datetime) -> dict[int, tuple[Owed, ...]]:
    """Return, by primary key, what those of `people` who are past their screening have to sign; one query for all."""
    listed = list(people)
    signed: dict[int, dict[str, int]] = {}
    rows = Consent.objects.filter(participant__in=[person.pk for person in listed])
    for person_id, key, most in rows.values_list("participant", "key").annotate(most=Max("version")):
        signed.setdefault(person_id, {})[key] = most
    owing = {person.pk: _owed(person, signed.get(person.pk, {}), now) for person in listed}
    return {key: documents for key, documents in owing.items() if documents}


def wish_to_stop(participant: Participant) -> StopRequest | None:
    """Return the wish to stop that nobody has answered yet, or None."""
    return StopRequest.objects.filter(participant=participant, answered_at=None).first()


def earlier_place(participant: Participant) -> str:
    """Return the zone the person lived in before the present one, or nothing if it never changed."""
    last = ZoneChange.objects.filter(participant=participant).order_by("since").last()
    return last.before if last and last.zone == participant.zone != last.before else ""


def own_changes(participant: Participant) -> list[tuple[datetime, str]]:
    """Return when the person changed what themselves, the latest first, without any value."""
    mine = Entry.objects.filter(participant_id=participant.pk, by=participant.user_id, action__in=OWN_CHANGES)
    return [(at, OWN_CHANGES[action]) for at, action in mine.order_by("-number").values_list("at", "action")]


def flags(people: Iterable[Participant], now: datetime) -> dict[int, tuple[str, ...]]:
    """Return, by primary key, what the people list points out: a text to sign again, a wish to stop. Two queries."""
    listed = [person for person in people if person.status in ALLOCATED]
    waiting = StopRequest.objects.filter(participant__in=[person.pk for person in listed], answered_at=None)
    asked = set(waiting.values_list("participant", flat=True))
    owing = owing_consents(listed, now)
    said = {
        person.pk: (
            *(f"needs to sign version {each.version}" for each in owing.get(person.pk, ())),
            *(["asked to stop"] if person.pk in asked else []),
        )
        for person in listed
    }
    return {key: words for key, words in said.items() if words}


def _owed(participant: Participant, signed: Mapping[str, int], now: datetime) -> tuple[Owed, ...]:
    day = now.astimezone(ZoneInfo(participant.site.zone)).date()
    texts = file_of(participant.study).consents
    return owed(texts, day, signed, enrolled=participant.status in ALLOCATED)
