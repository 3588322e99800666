"""Making the demo study: one site, its people, their past, and a link for everyone who may be visited."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.urls import reverse
from PIL import Image, ImageOps

from daybreak.content.faces import face_bytes, load_faces
from daybreak.core.cues import Cues
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.links import give_link
from daybreak.server.accounts.models import User
from daybreak.server.audit.trail import recorded
from daybreak.server.demo.cast import VISITORS, Person, simulated
from daybreak.server.demo.intake import bring_in
from daybreak.server.demo.links import PIN, DemoLink, keep_links
from daybreak.server.demo.past import Course, Past
from daybreak.server.demo.staff import Colleague, hire
from daybreak.server.enrolment.actions import save_cues, save_portrait
from daybreak.server.enrolment.identity import Who
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.portrait_image import plain_portrait
from daybreak.server.participation.actions.opening import NewPerson
from daybreak.server.studies.actions import add_site, load_study
from daybreak.server.studies.models import Site
from daybreak.server.vault.allocate import seal_lists

BEFORE = timedelta(days=8)
LINK_LASTS = timedelta(days=3650)
# One of these has working hours whenever the demo starts, so that Ana can play.
ZONES = ("Europe/Madrid", "America/New_York", "America/Los_Angeles", "Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata")
HELP_LINES = [
    {"label": "Your clinic, day and night (an invented number)", "number": "+1 555 0100"},
    {"label": "Someone to talk to (an invented number)", "number": "+1 555 0199"},
]


def build_demo(count: int) -> Iterator[float]:
    """Make the study with `count` simulated people and yield how much of it is done, from 0 to 1."""
    until = datetime.now(UTC)
    past = Past(until)
    with clock.standing(until - BEFORE):
        site = _site(until)
        team, cast = hire(site.study), [*VISITORS, *simulated(count)]
        operator = next(user for each, user in team if each.role == Role.COORDINATOR)
        people = [(person, _enrol(operator, site, person, index)) for index, person in enumerate(cast)]
        for person, participant in people:
            Course(past, person, participant).begin()
    for when in past.run():
        yield max(0.0, 1 - (until - when) / BEFORE)
    keep_links(_links(team, people))
    yield 1.0


def _site(now: datetime) -> Site:
    text = (files("daybreak.content.studies") / "ketamine-training.toml").read_text(encoding="utf-8")
    study = load_study(text, "ketamine-training.toml", clock.now())
    zone = next((name for name in ZONES if 9 <= now.astimezone(ZoneInfo(name)).hour < 18), ZONES[0])
    site = add_site(study, "harbour", "Harbour Clinic", zone, HELP_LINES)
    with recorded(None, "open-site", site=site) as entry:
        entry.update(site, opened_at=clock.now())
        seal_lists(entry, site)
    return site


def _enrol(by: User, site: Site, person: Person, index: int) -> Participant:
    new = NewPerson(site=site, code=person.code, language=person.language)
    participant = bring_in(by, new, Who(person.first_name, "Example"))
    if person.ready:
        save_cues(participant, Cues(person.first_name, person.facts))
        save_portrait(participant, _drawn_portrait(index), face_found=True)
    return participant


def _drawn_portrait(index: int) -> bytes:
    """Return a drawn face as a stand-in for a photograph, mirrored so that it is no picture of the face set."""
    faces = load_faces()
    drawn = Image.open(io.BytesIO(face_bytes(faces[index % len(faces)].identity, "neutral")))
    mirrored = io.BytesIO()
    ImageOps.mirror(drawn.convert("RGB")).save(mirrored, "PNG")
    return plain_portrait(mirrored.getvalue())


def _links(team: list[tuple[Colleague, User]], people: list[tuple[Person, Participant]]) -> list[DemoLink]:
    visitors = [
        DemoLink(person.role, person.says, _link(participant.user, with_pin=person.ready), person.ready)
        for person, participant in people
        if person.role
    ]
    return [*visitors, *(DemoLink(each.link, each.says, _link(user), True) for each, user in team)]


def _link(user: User, *, with_pin: bool = True) -> str:
    token = give_link(user, clock.now(), LINK_LASTS)
    if with_pin:
        user.set_password(PIN)
        user.save(update_fields=["password"])
    return reverse("personal-link", args=[token])
