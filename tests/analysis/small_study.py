"""A small study lived by the demo's people and staff, and exported three times. Import it only after Django is set up.

Everything is done by the actions of a real server; chance comes from a seed and time from a standing clock, so that it
is the same study each time. All of it is taken back at the end.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import transaction

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.participation import LOST_CONTACT, Scope
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.assessments.actions.answering import Given, answer
from daybreak.server.assessments.actions.entering import Filled, fill
from daybreak.server.assessments.actions.sending import submit
from daybreak.server.assessments.places import Place
from daybreak.server.assessments.rules import rules_for
from daybreak.server.assessments.standing import own_form
from daybreak.server.assessments.words import words_for
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.build import FILE
from daybreak.server.demo.care import Care
from daybreak.server.demo.cast import Leaving, Person, simulated
from daybreak.server.demo.oversight import Oversight
from daybreak.server.demo.places import Places, open_places
from daybreak.server.demo.vigil import Vigil
from daybreak.server.enrolment.models import Participant
from daybreak.server.exports.actions import Order, export_blind, export_by_letters, export_unblinded
from daybreak.server.harms.actions.following import judge_event
from daybreak.server.harms.actions.recording import record_event
from daybreak.server.harms.facts import HarmFacts, Judgement
from daybreak.server.holds.models import Hold
from daybreak.server.review.actions.holds import hold_study
from daybreak.server.studies.actions import load_study
from daybreak.server.studies.queries import file_of
from daybreak.server.unblinding.actions.planned import agree_to_unblinding, ask_for_unblinding
from tests import people
from tests.server.conftest import player_of
from tests.server.implicit.player import open_test
from tests.server.twin.sameness import forget, one_time, row_numbers, seeded_chance, take_back

UNTIL = datetime(2026, 6, 1, 15, tzinfo=UTC)
DAY = timedelta(days=1)
COUNT = 27
LONGEST = 110 * DAY
PLAY_ALL = (0,)
"""Who plays all their sessions; the others play one, as sessions take most of the time to make."""
SITS_TESTS = 3
"""How many people take implicit association tests, at 24 hours and on day 5: each is more than a hundred records."""


def live_and_export(folder: Path) -> None:
    """Live the study and write `blind`, `letters` and `unblinded` into `folder`; then take the study back."""
    numbers = row_numbers()
    forget()
    with transaction.atomic(), seeded_chance(), clock.standing(UNTIL) as hand, one_time():
        places = _live()
        hand.move_to(UNTIL)
        _export(places, folder)
        transaction.set_rollback(True)
    take_back(numbers)


def cast() -> list[Person]:
    """Return who comes, among them some who are excluded; of those who take part a few leave, each in another way."""
    leaving = {
        4: Leaving(2 * DAY, Scope.TRAINING, "burden"),
        9: Leaving(14 * DAY, Scope.FOLLOW_UP, LOST_CONTACT),
        14: Leaving(16 * DAY, Scope.FOLLOW_UP, "no-benefit"),
        19: Leaving(10 * DAY, Scope.DATA, "own-wish"),
    }
    apart, found, taking_part = (LONGEST - 12 * DAY) / COUNT, [], 0
    for number, person in enumerate(simulated(COUNT)):
        takes_part = person.fate == "takes part"
        arrived = LONGEST - number * apart
        changed = replace(
            person,
            arrived_ago=arrived,
            infused_ago=arrived - 3 * DAY if takes_part else None,
            at_most=8 if number in PLAY_ALL else 1,
            plays=1.0 if number in PLAY_ALL else person.plays,
            leaves=0.0 if number in PLAY_ALL else person.leaves,
            leaving=leaving.get(taking_part) if takes_part else None,
            moves_after=None,
        )
        taking_part += takes_part
        found.append(changed)
    return found


def _live() -> Places:
    agenda = Agenda(UNTIL)
    with clock.standing(UNTIL - LONGEST - 2 * DAY):
        text = (files("daybreak.content.studies") / FILE).read_text(encoding="utf-8")
        places = open_places(load_study(text, FILE, clock.now()), UNTIL)
    vigil = Vigil(agenda, places)
    cares = [Care(agenda, places, person, vigil) for person in cast()]
    for place, care in enumerate(cares):
        care.begin()
        if care.person.infused_ago is not None:
            _plan_more(agenda, care, place)
    Oversight(agenda, places).begin(UNTIL - LONGEST)
    vigil.begin(LONGEST)
    list(agenda.run())
    return places


def _plan_more(agenda: Agenda, care: Care, place: int) -> None:
    """Plan what the demo's people do not do: tests, guesses, adverse events."""
    infused = UNTIL - (care.person.infused_ago or DAY)
    if place < SITS_TESTS:
        for day in (1, 5):
            agenda.plan(infused + (day + 0.05) * DAY, partial(_sit_test, care, f"day-{day}", place))
    if place % 3 == 0:
        agenda.plan(infused + 3 * DAY, partial(_have_event, care, place))
    if care.person.leaving is None:
        agenda.plan(infused + 30.2 * DAY, partial(_guess, care, place))


def _sit_test(care: Care, visit: str, place: int) -> None:
    sitting = open_test(player_of(_stored(care)), visit)
    sitting.play(range(len(sitting.plan["rounds"]) if (visit, place) != ("day-5", 0) else 4))


def _have_event(care: Care, place: int) -> None:
    grave = place % 9 == 0
    person = _stored(care)
    onset = (clock.now().astimezone(ZoneInfo(person.zone)).date() - DAY).isoformat()
    facts = HarmFacts(
        term=("Headache", "nausea", "headache", "Fall")[place // 3 % 4],
        severity="severe" if grave else "mild",
        outcome="recovered",
        known_at=clock.now(),
        onset=onset,
        criteria=("hospital",) if grave else (),
    )
    event = record_event(care.team.coordinator, person, facts)
    if grave:
        judgement = Judgement(expected="unexpected", drug="possible", training="unrelated")
        judge_event(care.team.staff[Role.INVESTIGATOR], event, judgement, seen=Judgement())


def _guess(care: Care, place: int) -> None:
    """Let the person and the rater guess, each by a rule of thumb that knows no arm."""
    person = _stored(care)
    own = {"drug": 1 + place % 3, "exercises": 1 + place % 2, "sure": 10 * (place % 10)}
    mark = own_form(person, "day-30", "blind-guess", clock.now()).words.mark
    for item, value in own.items():
        answer(person, Given("day-30", "blind-guess", item, str(value), mark))
    submit(person, "day-30", "blind-guess", with_gaps=True)
    instrument = INSTRUMENTS["blind-guess-rater"]
    words = words_for(person, instrument, rules_for(file_of(person.study), instrument.key), staff=True)
    given = {"drug": 1 + place % 2, "exercises": 3, "sure": 50, "told": False}
    filled = Filled(given, "in-person", words.mark, clock.now(), hand_in=True)
    fill(care.team.staff[Role.RATER], person, Place("day-30", instrument.key), filled)


def _stored(care: Care) -> Participant:
    return Participant.objects.select_related("site", "study", "user").get(pk=care.participant.pk)


def _export(places: Places, folder: Path) -> None:
    study, statistician = places.study, places.staff[Role.STATISTICIAN]
    second = people.staff(study, Role.STATISTICIAN, name="Sara Lind")
    export_blind(Order(study, folder / "blind", clock.now()))
    board = places.staff[Role.BOARD]
    export_by_letters(Order(study, folder / "letters", clock.now()), board.email or "", "the third meeting")
    hold_study(statistician, study, Hold.Kind.LOCK, "All data are in.")
    agree_to_unblinding(second, ask_for_unblinding(statistician, study, "the final analysis"))
    export_unblinded(Order(study, folder / "unblinded", clock.now()))
