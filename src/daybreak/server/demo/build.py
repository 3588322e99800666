"""Making the demo study: its places, its people, a year of their past, and a link for everyone who may be visited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.resources import files

from django.db import connection
from django.urls import reverse

from daybreak.server import clock
from daybreak.server.accounts.links import give_link
from daybreak.server.accounts.models import User
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.care import Care
from daybreak.server.demo.cast import VISITORS, simulated
from daybreak.server.demo.harms import Mishaps
from daybreak.server.demo.links import PIN, DemoLink, keep_links
from daybreak.server.demo.monitoring import Monitoring
from daybreak.server.demo.oversight import Oversight
from daybreak.server.demo.places import Places, open_places
from daybreak.server.demo.post import plan_post
from daybreak.server.demo.vigil import Vigil
from daybreak.server.studies.actions import load_study

FILE = "ketamine-training.toml"
RATED_TWICE = """
# Added for the demo: a quarter of the interviews is rated by a second rater as well.
[[instruments]]
key = "madrs"
second_rater = 0.25
"""
BEFORE = timedelta(days=2)
LINK_LASTS = timedelta(days=3650)
SAYS = {
    "coordinator": "screens, enrols, records infusions and visits at the first site",
    "rater": "interviews people and is blind to what they get",
    "pharmacist": "prepares kits and is the only one who knows the drug",
    "investigator": "answers for a site: deviations, signatures, emergencies",
    "monitor": "reads everything but names, asks about values, freezes",
    "statistician": "sees training and data, locks and exports",
    "administrator": "looks after staff, sites and the study file",
    "board": "sees adverse events by letters of groups, for the safety board",
}


def build_demo(count: int) -> Iterator[float]:
    """Make the study with `count` simulated people and yield how much of it is done, from 0 to 1."""
    with _quick_writes():
        agenda = Agenda(clock.now())
        yield from live_through(open_study(agenda, count), agenda, count)


def open_study(agenda: Agenda, count: int) -> Places:
    """Load the study, open its sites and invite their staff, shortly before the first of `count` people comes."""
    with clock.standing(agenda.until - _longest(count) - BEFORE):
        text = (files("daybreak.content.studies") / FILE).read_text(encoding="utf-8") + RATED_TWICE
        return open_places(load_study(text, FILE, clock.now()), agenda.until)


def live_through(places: Places, agenda: Agenda, count: int) -> Iterator[float]:
    """Let the past happen, keep the links, and yield how much of it is done, from 0 to 1."""
    vigil, mishaps = Vigil(agenda, places), Mishaps(agenda, places)
    cares = [Care(agenda, places, person, vigil, mishaps) for person in [*VISITORS, *simulated(count)]]
    for care in cares:
        care.begin()
    Oversight(agenda, places).begin(agenda.until - _longest(count))
    Monitoring(agenda, places).begin(_longest(count))
    vigil.begin(_longest(count))
    mishaps.begin(_longest(count))
    plan_post(agenda)
    for done in agenda.run():
        yield 0.99 * done
    keep_links([*_visitors(cares), *_staff(places)])
    yield 1.0


def _longest(count: int) -> timedelta:
    return max(person.arrived_ago for person in [*VISITORS, *simulated(count)])


def _visitors(cares: list[Care]) -> Iterator[DemoLink]:
    for care in cares:
        person = care.person
        if person.role:
            link = _link(care.participant.user, with_pin=person.ready)
            yield DemoLink(person.role, person.says, link, person.ready)


def _staff(places: Places) -> Iterator[DemoLink]:
    staff = places.teams[0].staff | places.staff
    for role, says in SAYS.items():
        user = next(user for held, user in staff.items() if held == role)
        yield DemoLink(role.capitalize(), f"{user.name}: {says}", _link(user), has_pin=True)


def _link(user: User, *, with_pin: bool = True) -> str:
    token = give_link(user, clock.now(), LINK_LASTS)
    if with_pin:
        user.set_password(PIN)
        user.save(update_fields=["password"])
    return reverse("personal-link", args=[token])


@contextmanager
def _quick_writes() -> Iterator[None]:
    """Let SQLite not wait for the disk meanwhile: a demo that is cut off is begun again anyway."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")
