"""What happens in both worlds: the demo's study is lived, and then everybody goes through every page."""

from __future__ import annotations

import json
import tempfile
from contextlib import nullcontext
from pathlib import Path

from django.db import transaction
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.build import live_through, open_study
from daybreak.server.enrolment.models import Participant
from daybreak.server.exports.folder import export_study
from daybreak.server.studies.models import Study
from tests.server.browsing import browser_of
from tests.server.twin.arms import turn_arms
from tests.server.twin.crawl import Walk, routes
from tests.server.twin.plants import PLANTS
from tests.server.twin.world import World

PEOPLE = 3


def lived_by_everybody(world: World) -> None:
    """Live the study, walk through it as everybody, and export it."""
    _live(world, PEOPLE)
    _walk(world, "a stranger", Client())
    for role in Role:
        _walk(world, role, browser_of(User.objects.filter(memberships__role=role).earliest("pk")))
    for person in Participant.objects.order_by("pk"):
        _walk(world, f"participant {person.code}", browser_of(person.user))
    for person in Participant.objects.order_by("pk"):
        _train(world, person)
    _export(world)


def glimpsed_with_each_leak(world: World) -> None:
    """Live the study, and look at a few places with each leak planted, one after another."""
    _live(world, 0)
    for name, plant in {"none": None, **PLANTS}.items():
        with transaction.atomic(), plant.planted() if plant else nullcontext():
            seen = World(world.hand, world.chance, other_arms=world.other_arms)
            _glimpse(seen)
            seen.note_tables()
            transaction.set_rollback(True)
        world.facts |= {f"{name}: {where}": facts for where, facts in seen.facts.items()}


def _glimpse(world: World) -> None:
    coordinator = User.objects.filter(memberships__role=Role.COORDINATOR).earliest("pk")
    walk = Walk("coordinator", browser_of(coordinator), world.chance)
    person = Participant.objects.filter(infusions__isnull=False, site__memberships__user=coordinator).earliest("pk")
    for address in ("/help/", "/desk/", "/desk/training/", f"/desk/people/{person.code}/calendar.ics"):
        walk.get(address)
    world.facts |= walk.seen
    _train(world, person)
    _export(world)


def _live(world: World, people: int) -> None:
    agenda = Agenda(clock.now())
    places = open_study(agenda, people)
    turn_arms(places.study, other=world.other_arms)
    list(live_through(places, agenda, people))


def _walk(world: World, who: str, client: Client) -> None:
    """Walk from every address that needs nothing filled in, and on from there."""
    walk = Walk(who, client, world.chance)
    walk.through([f"/{route}" for route in routes() if "<" not in route])
    world.routes |= walk.visited
    world.facts |= walk.seen


def _train(world: World, person: Participant) -> None:
    """Open every session over HTTP, as the player does, with all its pictures; most of them are refused."""
    walk = Walk(f"participant {person.code}", browser_of(person.user), world.chance)
    for number in range(1, 10):
        sent = json.dumps({"take_over": True}).encode()
        answer = walk.post(f"/api/player/sessions/{number}/sittings", sent)
        if answer.status_code == 201:
            told = json.loads(answer.content)
            pictures = [each["id"] for each in told["plan"]["assets"] if each["kind"] == "picture"]
            for picture in [*pictures, "p-unknown"]:
                walk.get(f"/api/player/sittings/{told['sitting']}/assets/{picture}")
            walk.post(f"/api/player/sittings/{told['sitting']}/lease", b"")
    world.routes |= walk.visited
    world.facts |= walk.seen


def _export(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world.chance.start("the export")
        export_study(Study.objects.get(), Path(folder) / "out", clock.now())
        for file in sorted(Path(folder).rglob("*")):
            if file.is_file():
                name = file.relative_to(folder)
                world.facts[f"export {name}"] = {"bytes": file.read_bytes(), "mode": oct(file.stat().st_mode)}
