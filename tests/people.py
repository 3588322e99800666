"""The standing cast of the server's tests. Import it only after Django is set up."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from daybreak.core.cues import Cues
from daybreak.core.participation import Status
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.factors import SHOWN
from daybreak.server.accounts.links import give_link
from daybreak.server.accounts.models import Membership, User
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment import erasing
from daybreak.server.enrolment.actions import save_cues, save_portrait
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.infusions.actions import record_infusion
from daybreak.server.infusions.facts import InfusionFacts
from daybreak.server.studies.actions import add_site, load_study
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.allocate import current_kit, seal_lists
from daybreak.server.vault.assignments import assignment_label
from daybreak.server.vault.kits import release_kit
from daybreak.server.vault.models import Assignment
from daybreak.server.vault.sealing import seal

CSRF = "c" * 32
BEFORE_INFUSION = timedelta(days=2)


def midday_zone() -> str:
    """Return a time zone where it is about noon now, so that tests do not depend on the hour they run at."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"


def site(study_file: str, zone: str = "") -> Site:
    """Return the test study's only site, open, loaded at the first call; without a zone, where it is noon."""
    there = Study.objects.first() or load_study(study_file, "study.toml", clock.now())
    return there.sites.first() or opened_site(there, "here", "The clinic", zone or midday_zone())


def opened_site(of: Study, key: str, name: str, zone: str) -> Site:
    """Add a site and seal its lists, so that people can be enrolled there."""
    added = add_site(of, key, name, zone, [{"label": "Clinic", "number": "112"}])
    with recorded(None, "open-site", site=added) as entry:
        seal_lists(entry, added)
    return added


def participant(
    at: Site,
    code: str,
    *,
    version: str | None = "active",
    language: str = "en",
    seed: bytes | None = None,
    cues: tuple[str, tuple[str, ...]] | None = ("Alexandra", ()),
    portrait: bytes | None = None,
    infusion_ago: timedelta | None = timedelta(hours=30),
) -> Participant:
    """Screen someone, take their consent, enrol them with the version wished for, and bring them as far as wished.

    Without a version they stay consented. Whom the lists shall allocate, `candidates.enrolled` enrols.
    """
    from tests import candidates  # noqa: PLC0415  it is built on this module

    since = clock.now() - (infusion_ago or timedelta()) - BEFORE_INFUSION
    with clock.standing(since) if infusion_ago and version else nullcontext():
        person = candidates.consented(at, code, language=language)
        if version:
            _give(person, version, seed or secrets.token_bytes(32))
    if cues:
        save_cues(person, Cues(*cues))
    if portrait:
        save_portrait(person, portrait, face_found=True)
    if infusion_ago and version:
        infused(person, clock.now() - infusion_ago)
    return person


def infused(person: Participant, ended: datetime) -> Infusion:
    """Record the person's next infusion as a coordinator does; one more than the study plans is written by hand."""
    from tests import candidates  # noqa: PLC0415  it is built on this module

    number = person.infusions.count() + 1
    with clock.standing(ended):
        if number > file_of(person.study).infusions.count:
            with recorded(None, "record-infusion", participant=person) as entry:
                return entry.create(Infusion, participant=person, number=number, ended_at=ended)
        facts = InfusionFacts(current_kit(person, number), ended - timedelta(minutes=40), ended)
        return record_infusion(candidates.coordinator(person.study), person, number, facts)


def staff(of: Study, *roles: Role, at: Site | None = None, name: str = "") -> User:
    """Store someone who works for a study, at one site or at all, and return them."""
    name = name or " and ".join(roles) or "nobody in particular"
    user = User.objects.create_user(f"s-{secrets.token_hex(8)}", kind=User.Kind.STAFF, name=name)
    for role in roles:
        Membership.objects.create(user=user, study=of, site=at, role=role, since=clock.now())
    return user


def _give(person: Participant, version: str, seed: bytes) -> None:
    """Enrol as the action does, but with a version of our choice, written into the vault by hand."""
    given = {"arm": version, "version": version, "drug": "ketamine", "seed": seed.hex()}
    with recorded(None, "enrol", participant=person) as entry:
        entry.update(person, status=Status.ENROLLED, enrolled_at=clock.now())
        sealed = seal(assignment_label(person.pk), given)
        Assignment.objects.create(participant=person, sealed=sealed, assigned_at=clock.now())
        release_kit(person, 1, given["drug"])


def erase(person: Participant) -> None:
    """Delete the person's key and all that was sealed under it."""
    with recorded(None, "erase-person", participant=person) as entry:
        erasing.erase(entry, person)


def ways_in(person: Participant, pin: str) -> dict[str, str]:
    """Return code, link token, PIN, and the cookies of a session that is already signed in.

    Without a PIN nobody can use the link; hashing one takes a while, which counts for hundreds of people.
    """
    token = give_link(person.user, clock.now())
    person.user.set_password(pin or None)
    person.user.save(update_fields=["password"])
    return {
        "code": person.code,
        "participant_id": str(person.pk),
        "user_id": str(person.user.pk),
        "token": token,
        "pin": pin,
        "session": signed_in(person.user),
        "csrf": CSRF,
    }


def signed_in(user: User) -> str:
    """Return the key of a stored session in which `user` is signed in."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if user.kind == User.Kind.STAFF:
        store[SHOWN] = user.pk
    store.save()
    return str(store.session_key)
