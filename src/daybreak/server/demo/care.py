"""What the clinic does with one simulated person, from the first question to the last visit, by the staff's actions."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cache, partial
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageOps

from daybreak.content.faces import face_bytes, load_faces
from daybreak.core.calendar import CalendarRules, Planned
from daybreak.core.cues import Cues
from daybreak.core.participation import Scope
from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.associations import Associations
from daybreak.server.demo.cast import Leaving, Person
from daybreak.server.demo.harms import Mishaps
from daybreak.server.demo.intake import eligible_answers, signings
from daybreak.server.demo.places import Places, Team
from daybreak.server.demo.questions import Questions
from daybreak.server.demo.training_days import TrainingDays
from daybreak.server.demo.vigil import Vigil
from daybreak.server.enrolment.actions import save_cues, save_portrait
from daybreak.server.enrolment.identity import Who
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.portrait_image import plain_portrait
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.infusions.actions import ask_for_kit, record_infusion
from daybreak.server.infusions.facts import InfusionFacts, Reading, SideEffect
from daybreak.server.participation.actions.consent import sign_consent
from daybreak.server.participation.actions.enrol import enrol
from daybreak.server.participation.actions.leaving import transfer, withdraw
from daybreak.server.participation.actions.opening import NewPerson, open_person
from daybreak.server.participation.actions.screening import decline, save_screening
from daybreak.server.pharmacy.actions import take_step
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.actions.recording import VisitFacts, record_visit
from daybreak.server.visits.calendar import calendar_of

DAY = timedelta(days=1)
INFUSION = timedelta(minutes=40)
SOON = timedelta(minutes=2)
FELT = ("feeling far away", "dizziness", "nausea", "blurred vision", "headache", "tiredness")
FALL_SILENT = 0.08
SAID = (
    "",
    "",
    "",
    "Came with their sister.",
    "Asked for an earlier time next time.",
    "Call went through at the second try.",
)


class Care:
    """One person's way through the study; with `mishaps` they have adverse events, and sit association tests, too."""

    def __init__(
        self, agenda: Agenda, places: Places, person: Person, vigil: Vigil, mishaps: Mishaps | None = None
    ) -> None:
        self.agenda, self.places, self.person, self.vigil, self.mishaps = agenda, places, person, vigil, mishaps
        self.team: Team = places.teams[person.site]
        self.chance = Random(f"daybreak-demo-care-{person.code}")  # noqa: S311  a simulation
        self.silent_from = _silence(person, agenda)
        self.participant: Participant
        self.questions: Questions
        self.associations: Associations

    def begin(self) -> None:
        """Plan the first meeting; all else follows from it."""
        self.agenda.plan(self.agenda.until - self.person.arrived_ago, self._screen)

    @property
    def _coordinator(self) -> User:
        return self.team.coordinator

    def _screen(self) -> None:
        person, site = self.person, self.team.site
        new = NewPerson(site=site, language=person.language, code=person.code if person.role else "")
        who = Who(person.first_name, person.family_name, f"{person.first_name.lower()}@example.org", "+1 555 0123")
        self.participant = open_person(self._coordinator, new, who)
        chance = Random(f"daybreak-demo-questions-{person.code}")  # noqa: S311  a simulation
        second = self.places.second_rater
        self.questions = Questions(self.participant, self.agenda, chance, second, self.vigil.look)
        self.associations = Associations(self.agenda, self.participant, person.device, chance)
        answers = eligible_answers(file_of(site.study)) | self._answers()
        # Some questions wait for a second look; until then the person is in screening.
        later = {key: answers.pop(key) for key in list(answers)[3:]} if person.fate != "not eligible" else {}
        save_screening(self._coordinator, self.participant, answers)
        if later:
            self.agenda.plan(clock.now() + 0.5 * DAY, partial(self._screen_on, later))
        if person.fate == "declines":
            self.agenda.plan(clock.now() + DAY, self._decline)
        elif person.fate == "takes part":
            self.agenda.plan(clock.now() + 0.8 * DAY, self._consent)

    def _screen_on(self, answers: dict[str, Any]) -> None:
        save_screening(self._coordinator, self.participant, answers)

    def _answers(self) -> dict[str, Any]:
        age, madrs = self.chance.randint(18, 60), self.chance.randint(25, 44)
        tried = self.chance.randint(1, 5)
        if self.person.fate == "not eligible":
            age, madrs, tried = self.chance.choice(((67, madrs, tried), (age, 19, tried), (age, madrs, 0)))
        return {"age": age, "madrs": madrs, "failed-antidepressants": tried}

    def _decline(self) -> None:
        decline(self._coordinator, self.participant, "It takes too much time, they said.")

    def _consent(self) -> None:
        for signing in signings(self.participant, f"{self.person.first_name} {self.person.family_name}"):
            sign_consent(self._coordinator, self.participant, signing)
        self.agenda.plan(clock.now() + 0.9 * DAY, self._enrol)

    def _enrol(self) -> None:
        kit = enrol(self._coordinator, self.participant)
        self._get_ready()
        for visit in calendar_of(self.participant, clock.now()).of_kind("visit"):
            self.agenda.plan(clock.now() + DAY / 4, partial(self._visit, visit))
        ended = self._infusion_ends()
        self.agenda.plan(ended - 2 * INFUSION, partial(self._step, kit, "to-prepare"))
        self.agenda.plan(ended - 1.2 * INFUSION, partial(self._step, kit, "prepared"))
        self.agenda.plan(ended + SOON, partial(self._infuse, ended))

    def _step(self, kit: str, state: str) -> None:
        take_step(self.team.staff[Role.PHARMACIST], self.team.site, kit, state)

    def _get_ready(self) -> None:
        if self.person.ready:
            save_cues(self.participant, Cues(self.person.first_name, self.person.facts))
            save_portrait(self.participant, drawn_portrait(self.participant.pk), face_found=True)

    def _infusion_ends(self) -> datetime:
        if self.person.infused_ago is not None:
            return self.agenda.until - self.person.infused_ago
        wait = self.chance.choice((1, 2, 2, 3, 3, 5, 8, 15)) * DAY
        return at_clinic(clock.now() + wait, self.team.zone, 9.5 + 5 * self.chance.random())

    def _infuse(self, ended: datetime) -> None:
        felt = self.chance.sample(FELT, self.chance.choice((0, 1, 1, 2, 3)))
        facts = InfusionFacts(
            kit=ask_for_kit(self._coordinator, self.participant),
            started_at=ended - INFUSION,
            ended_at=ended,
            dose_volume_ml=Decimal(50),
            dissociation_total=self.chance.choice((0, 2, 5, 9, 14, 22)),
            side_effects=tuple(SideEffect(each, self.chance.choice(("mild", "mild", "moderate"))) for each in felt),
            vital_signs=tuple(self._reading(ended - INFUSION + n * INFUSION / 2) for n in range(3)),
        )
        record_infusion(self._coordinator, self.participant, 1, facts)
        if self.mishaps:
            self.mishaps.seen_at_infusion(self._coordinator, self.participant)
        TrainingDays(self.agenda, self.person, self.participant).look_ahead()
        self._plan_visits()
        self._plan_leaving(ended)

    def _reading(self, at: datetime) -> Reading:
        pressure = self.chance.randint(108, 152)
        return Reading(
            at,
            pressure,
            pressure - self.chance.randint(38, 55),
            self.chance.randint(58, 98),
            self.chance.randint(95, 99),
        )

    def _plan_visits(self) -> None:
        """Plan every visit that has a date now: most in their window, some late, some not at all."""
        rules = CalendarRules.of(file_of(self.participant.study))
        for visit in calendar_of(self.participant, clock.now(), rules).of_kind("visit"):
            if visit.closes <= clock.now() or visit.done_at:
                continue
            kept = self.chance.random() < self.person.keeps_visits
            if kept or self.chance.random() < 0.4:
                self.agenda.plan(self._time_of(visit, late=not kept), partial(self._visit, visit))

    def _time_of(self, visit: Planned, *, late: bool) -> datetime:
        length = visit.closes - visit.opens
        if late:
            return visit.closes + min(length, DAY) * self.chance.random()
        earliest, latest = max(visit.opens, clock.now()), visit.closes - length / 8
        drawn = earliest + (latest - earliest) * self.chance.random() * 0.8
        fits = at_clinic(drawn, self.team.zone, 9 + 7 * self.chance.random())
        return fits if earliest <= fits < latest else drawn

    def _visit(self, visit: Planned) -> None:
        rules = visit.visit
        if rules is None or Scope.FOLLOW_UP in self._ended or clock.now() > self.silent_from:
            return
        if rules.by == "participant" and not self.questions.long_ago:
            self.questions.at_home(rules)
            return
        by = self.team.staff[Role.RATER] if rules.by == "rater" else self._coordinator
        facts = VisitFacts(clock.now(), self.chance.choice(rules.mode), self.chance.choice(SAID))
        if rules.by == "rater":
            self.questions.at_interview(by, rules, facts.mode)
        record_visit(by, self.participant, rules.key, facts)
        if self.mishaps:
            self.mishaps.asked(by, self.participant, rules)
            self.associations.at_visit(rules)

    @property
    def _ended(self) -> frozenset[Scope]:
        return ended_for(self.participant)

    def _plan_leaving(self, infused: datetime) -> None:
        if self.person.leaving:
            self.agenda.plan(infused + self.person.leaving.after, partial(self._leave, self.person.leaving))
        if self.person.moves_after:
            self.agenda.plan(infused + self.person.moves_after, self._move)

    def _leave(self, leaving: Leaving) -> None:
        withdraw(self.team.staff[Role.INVESTIGATOR], self.participant, leaving.scope, why=leaving.why)

    def _move(self) -> None:
        if self._ended:
            return
        there = self.places.teams[(self.person.site + 1) % len(self.places.teams)]
        transfer(self._coordinator, self.participant, there.site, "Moved to another city for work.")
        self.team = there


def _silence(person: Person, agenda: Agenda) -> datetime:
    """Return from when on somebody does nothing any more without a word; for most, that never comes."""
    chance = Random(f"daybreak-demo-silence-{person.code}")  # noqa: S311  a simulation
    if person.role or chance.random() >= FALL_SILENT:
        return agenda.until
    return agenda.until - chance.uniform(0.1, 0.5) * person.arrived_ago


def at_clinic(moment: datetime, zone: ZoneInfo, hour: float) -> datetime:
    """Return the day of `moment` at an hour of the clinic's own clock; on weekends the Monday after."""
    local = moment.astimezone(zone).date()
    local += timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)
    return datetime.combine(local, time(), tzinfo=zone) + timedelta(hours=hour)


@cache
def _portraits() -> tuple[bytes, ...]:
    """Return drawn faces as stand-ins for photographs, mirrored so that they are no pictures of the face set."""
    return tuple(_mirrored(face_bytes(face.identity, "neutral")) for face in load_faces()[:12])


def _mirrored(picture: bytes) -> bytes:
    mirrored = io.BytesIO()
    ImageOps.mirror(Image.open(io.BytesIO(picture)).convert("RGB")).save(mirrored, "PNG")
    return plain_portrait(mirrored.getvalue())


def drawn_portrait(number: int) -> bytes:
    """Return one of a few portraits."""
    faces = _portraits()
    return faces[number % len(faces)]
