"""What happens in both worlds: the demo's study is lived, and then everybody goes through every page."""

from __future__ import annotations

import json
import re
import tempfile
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit

from django.db import transaction
from django.test import Client, override_settings

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.assessments.actions.answering import Given, answer
from daybreak.server.assessments.queries import own_visits
from daybreak.server.assessments.standing import own_form
from daybreak.server.audit.trail import recorded
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.build import live_through, open_study
from daybreak.server.demo.intake import eligible_answers, signings
from daybreak.server.demo.places import Places
from daybreak.server.enrolment.identity import Who
from daybreak.server.enrolment.models import Participant
from daybreak.server.exports.actions import Order, export_by_letters
from daybreak.server.exports.folder import export_study
from daybreak.server.harms.actions.following import mark_sent
from daybreak.server.harms.actions.recording import record_event
from daybreak.server.harms.facts import HarmFacts
from daybreak.server.holds.models import Hold
from daybreak.server.messages.planning import plan_all
from daybreak.server.messages.sending import send_due
from daybreak.server.participation.actions.consent import sign_consent
from daybreak.server.participation.actions.opening import NewPerson, open_person
from daybreak.server.participation.actions.screening import save_screening
from daybreak.server.review.actions.holds import hold_person
from daybreak.server.review.actions.queries import ask_query
from daybreak.server.review.values import row_of
from daybreak.server.safety.actions.answering import Assessment, assess, close
from daybreak.server.safety.actions.raising import raise_alert
from daybreak.server.safety.models import Alert
from daybreak.server.staffing.actions.invite import invite
from daybreak.server.staffing.actions.sites import set_up_site
from daybreak.server.studies.models import Site, Study
from daybreak.server.studies.queries import file_of
from daybreak.server.unblinding.actions.accidental import report_accident
from daybreak.server.visits.actions.feed_link import make_feed_link
from tests.server.assessments.answers import lowest
from tests.server.browsing import browser_of
from tests.server.twin.arms import turn_arms
from tests.server.twin.crawl import Walk, routes
from tests.server.twin.plants import PLANTS
from tests.server.twin.world import World

PEOPLE = 3


def lived_by_everybody(world: World) -> None:
    """Live the study, walk through it as everybody, and export it."""
    _live(world, PEOPLE)
    _read_a_feed(world)
    _write_to_everybody(world)
    _walk(world, "a stranger", Client())
    for role in Role:
        _walk(world, role, browser_of(User.objects.filter(memberships__role=role).earliest("pk")))
    for person in Participant.objects.order_by("pk"):
        _walk(world, f"participant {person.code}", browser_of(person.user))
    for person in Participant.objects.order_by("pk"):
        _train(world, person)
    _export(world)
    _export_by_letters(world)


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
    if people:
        world.doors = _leave_something_to_do(places)


def _leave_something_to_do(places: Places) -> list[str]:
    """Leave people, a site and an invitation where the demo's past has gone beyond; return the pages that go on."""
    team, administrator = places.teams[0], places.staff[Role.ADMINISTRATOR]
    for name, signs in (("Ida", False), ("Ole", True)):
        person = open_person(team.coordinator, NewPerson(site=team.site), Who(name, "Door"))
        save_screening(team.coordinator, person, eligible_answers(file_of(places.study)))
        for signing in signings(person, f"{name} Door") if signs else ():
            sign_consent(team.coordinator, person, signing)
    site = set_up_site(administrator, places.study, "hillside", name="Hillside", zone="Europe/Dublin", target=None)
    invited, _ = invite(administrator, places.study, "nora@example.org", [(Role.RATER, site)])
    ask_query(places.staff[Role.MONITOR], person, row_of(person), "zone", "Is this where they live?")
    hold_person(places.staff[Role.MONITOR], person, Hold.Kind.FREEZE, "a look", visit="day-1")
    report_accident(team.staff[Role.RATER], person, "a label lay open")
    _answer_without_sending()
    now = clock.now()
    facts = HarmFacts("a fall", "severe", "ongoing", now, criteria=("hospital",))
    event = record_event(team.coordinator, person, facts)
    mark_sent(team.coordinator, event, "sponsor", now, "by phone")
    _leave_alerts(places)
    return [f"/desk/people/{person.code}/enrol/", f"/desk/staff/{invited.pk}/"]


def _leave_alerts(places: Places) -> None:
    """Leave an alert that nobody acknowledged, one that was assessed, one that is closed."""
    investigator = User.objects.filter(memberships__role=Role.INVESTIGATOR).earliest("pk")
    here = Participant.objects.filter(site__memberships__user=investigator)
    infused = here.filter(enrolled_at__isnull=False).earliest("pk")
    rule = file_of(places.study).alerts[0]
    found: list[Alert] = []
    for form in range(3):
        with recorded(None, "raise-alert", participant=infused) as entry:
            alert = raise_alert(entry, infused, rule, f"form:{form}", clock.now())
        assert alert is not None
        found.append(alert)
    for alert in found[1:]:
        assess(investigator, alert, Assessment("They are tired.", "phone", "low", "A call next week."), None)
    close(investigator, found[2], "It is over.")


def _answer_without_sending() -> None:
    """Let one participant answer all that is asked of them now, so that only the last look before sending is left."""
    for person in Participant.objects.filter(infusions__isnull=False).order_by("pk"):
        for own in own_visits(person, clock.now()):
            for instrument in own.left:
                mark = own_form(person, own.visit.key, instrument.key, clock.now()).words.mark
                for item in instrument.items:
                    answer(person, Given(own.visit.key, instrument.key, item.key, lowest(item), mark))
                return


def _read_a_feed(world: World) -> None:
    """Read a site's calendar under a secret link, as a calendar program does."""
    coordinator = User.objects.filter(memberships__role=Role.COORDINATOR).earliest("pk")
    world.chance.start("a feed")
    token = make_feed_link(coordinator, Site.objects.earliest("pk"))
    walk = Walk("a calendar program", Client(), world.chance)
    walk.through([f"/calendar/{token}.ics"])
    world.routes |= walk.visited
    world.facts |= walk.seen


def _write_to_everybody(world: World) -> None:
    """Send what is due within the study's time, compare every letter, and follow the links in them."""
    with tempfile.TemporaryDirectory() as folder, override_settings(MESSAGE_FOLDER=Path(folder)):
        world.chance.start("the letters")
        plan_all(clock.now())
        send_due(clock.now(), "a worker")
        letters = {file.name: file.read_bytes() for file in sorted(Path(folder).rglob("*.json"))}
    world.facts |= {f"letter {name}": {"bytes": text} for name, text in letters.items()}
    theirs = [(name, text) for name, text in letters.items() if b"/p/" in text][:1]
    found = {urlsplit(link.decode()).path for _, text in theirs for link in re.findall(rb"http[^\s\"\\]+", text)}
    reader = Participant.objects.order_by("pk")[0] if not theirs else _reader_of(theirs[0][0])
    for who, client in (("a finder", Client()), ("a reader", browser_of(reader.user))):
        walk = Walk(f"{who} of letters", client, world.chance)
        walk.through(sorted(found))
        world.routes |= walk.visited
        world.facts |= walk.seen


def _reader_of(name: str) -> Participant:
    return Participant.objects.get(pk=int(name.partition("%3A")[0]))


def _walk(world: World, who: str, client: Client) -> None:
    """Walk from every address that needs nothing filled in, and on from there."""
    walk = Walk(who, client, world.chance)
    doors = world.doors if who in (Role.COORDINATOR, Role.ADMINISTRATOR) else []
    walk.through([*doors, *(f"/{route}" for route in routes() if "<" not in route)])
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
        _note_files(world, Path(folder), "export")


def _export_by_letters(world: World) -> None:
    """Export for the safety board: who got the same has one letter in both worlds, whichever arm it is."""
    board = User.objects.get(memberships__role=Role.BOARD)
    with tempfile.TemporaryDirectory() as folder:
        world.chance.start("the export by letters")
        export_by_letters(Order(Study.objects.get(), Path(folder) / "out", clock.now()), board.email or "", "a look")
        _note_files(world, Path(folder), "letters")


def _note_files(world: World, folder: Path, kind: str) -> None:
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            name = file.relative_to(folder)
            world.facts[f"{kind} {name}"] = {"bytes": file.read_bytes(), "mode": oct(file.stat().st_mode)}
