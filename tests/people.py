"""The standing cast of the server's tests. Import it only after Django is set up."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from daybreak.core.cues import Cues
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.factors import SHOWN
from daybreak.server.accounts.links import give_link
from daybreak.server.accounts.models import Membership, User
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment import erasing
from daybreak.server.enrolment.actions import enrol_participant, record_infusion, save_cues, save_portrait
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.actions import add_site, load_study
from daybreak.server.studies.models import Site, Study
from daybreak.server.vault.assignments import assignment_label
from daybreak.server.vault.models import Assignment
from daybreak.server.vault.sealing import seal

CSRF = "c" * 32


def midday_zone() -> str:
    """Return a time zone where it is about noon now, so that tests do not depend on the hour they run at."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}"


def site(study_file: str, zone: str = "") -> Site:
    """Return the test study's only site, loaded at the first call; without a zone, where it is noon."""
    there = Study.objects.first() or load_study(study_file, "study.toml", clock.now())
    return there.sites.first() or add_site(
        there, "here", "The clinic", zone or midday_zone(), [{"label": "Clinic", "number": "112"}]
    )


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
    """Enrol someone and bring them as far as wished."""
    person = enrol_participant(at, code, language=language)
    if version:
        given = {
            "arm": version,
            "version": version,
            "drug": "ketamine",
            "seed": (seed or secrets.token_bytes(32)).hex(),
        }
        Assignment.objects.create(
            participant=person, sealed=seal(assignment_label(person.pk), given), assigned_at=clock.now()
        )
    if cues:
        save_cues(person, Cues(*cues))
    if portrait:
        save_portrait(person, portrait, face_found=True)
    if infusion_ago:
        record_infusion(person, clock.now() - infusion_ago)
    return person


def staff(of: Study, *roles: Role, at: Site | None = None, name: str = "") -> User:
    """Store someone who works for a study, at one site or at all, and return them."""
    name = name or " and ".join(roles) or "nobody in particular"
    user = User.objects.create_user(f"s-{secrets.token_hex(8)}", kind=User.Kind.STAFF, name=name)
    for role in roles:
        Membership.objects.create(user=user, study=of, site=at, role=role, since=clock.now())
    return user


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
