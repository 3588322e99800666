"""Adverse events in the demo's past: told, asked at visits, seen at infusions; one of them serious, its report due.

What happens to people is made up, and the same in every arm.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random

from daybreak.core.roles import Role
from daybreak.core.study import VisitRules
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.cast import VISITORS
from daybreak.server.demo.places import Places, Team
from daybreak.server.enrolment.models import Participant
from daybreak.server.harms.actions.following import follow_up, judge_event, mark_sent
from daybreak.server.harms.actions.recording import record_event, record_none
from daybreak.server.harms.facts import HarmFacts, Judgement, Learned
from daybreak.server.harms.models import AdverseEvent
from daybreak.server.harms.queries import offered_side_effects

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ASKED = "adverse-events"
LATELY = 60 * DAY
SOMETHING, TAKEN_OVER, JUDGED = 0.14, 0.12, 0.85
HAPPENED = (
    ("a headache for two days", "Headache", "mild", "recovered"),
    ("slept badly", "Insomnia", "moderate", "recovering"),
    ("a cold", "Nasopharyngitis", "mild", "recovered"),
    ("dizzy on getting up", "Dizziness", "mild", "recovered"),
    ("felt sick after breakfast", "Nausea", "mild", "recovered"),
    ("a sprained ankle", "Ligament sprain", "moderate", "recovering"),
    ("more tense than usual", "Anxiety", "moderate", "ongoing"),
)
HANDED_OUT = {person.code for person in VISITORS}
EVERY = timedelta(days=11)
"""How often somebody tells of something by themselves, in the whole study."""


class Mishaps:
    """What happens to the demo's people, and who writes it down."""

    def __init__(self, agenda: Agenda, places: Places) -> None:
        self.agenda, self.places = agenda, places
        self.chance = Random("daybreak-demo-harms")  # noqa: S311  a simulation

    def begin(self, length: timedelta) -> None:
        """Plan what people tell by themselves, and two stays in hospital: one of long ago, one of this morning."""
        for turn in range(1, length // EVERY):
            self.agenda.plan(self.agenda.until - turn * EVERY, self._told)
        if length > 100 * DAY:
            self.agenda.plan(self.agenda.until - 76 * DAY, partial(self._hospital, self.places.teams[1], settled=True))
        self.agenda.plan(self.agenda.until - 5 * HOUR, partial(self._hospital, self.places.teams[0], settled=False))

    def asked(self, by: User, participant: Participant, visit: VisitRules) -> None:
        """Note what somebody says when asked at a visit: mostly that there was nothing."""
        if ASKED not in visit.instruments or self.agenda.until - clock.now() > LATELY:
            return
        if self.chance.random() >= SOMETHING:
            record_none(by, participant, visit.key)
            return
        learned = Learned(AdverseEvent.Source.ASKED, visit.key)
        self._judged_later(record_event(by, participant, self._something(), learned))

    def seen_at_infusion(self, by: User, participant: Participant) -> None:
        """Take a side effect of the infusion over now and then."""
        offered = next(offered_side_effects(participant), None)
        if offered is not None and self.chance.random() < TAKEN_OVER:
            _, key, term, severity = offered
            facts = HarmFacts(term, severity, "recovered", clock.now())
            learned = Learned(AdverseEvent.Source.INFUSION, "", key)
            self._judged_later(record_event(by, participant, facts, learned))

    def _told(self) -> None:
        team = self.chance.choice(self.places.teams)
        person = self._somebody(team)
        if person is not None:
            self._judged_later(record_event(team.coordinator, person, self._something()))

    def _something(self) -> HarmFacts:
        term, preferred, severity, outcome = self.chance.choice(HAPPENED)
        began = (clock.now() - self.chance.uniform(1, 6) * DAY).date().isoformat()
        onset = began if self.chance.random() < 0.7 else began[:7]
        return HarmFacts(term, severity, outcome, clock.now(), preferred_term=preferred, onset=onset)

    def _judged_later(self, event: AdverseEvent) -> None:
        if self.chance.random() < JUDGED:
            self.agenda.plan(clock.now() + self.chance.uniform(0.5, 4) * DAY, partial(self._judge, event.pk))

    def _judge(self, key: int) -> None:
        event, investigator = self._stored(key)
        drug = self.chance.choice(("unrelated", "unlikely", "possible", "possible", "probable"))
        judgement = Judgement(self.chance.choice(("expected", "expected", "unexpected")), drug, "unrelated")
        judge_event(investigator, event, judgement, seen=Judgement())

    def _hospital(self, team: Team, *, settled: bool) -> None:
        """Record a stay in hospital; the one of long ago was reported, judged and followed up."""
        person = self._somebody(team)
        if person is None:
            return
        facts = HarmFacts(
            "fell on the stairs; kept in hospital for a night",
            "severe",
            "recovering",
            clock.now(),
            preferred_term="Fall",
            criteria=("hospital",),
        )
        event = record_event(team.coordinator, person, facts)
        if settled:
            self.agenda.plan(clock.now() + 3 * HOUR, partial(self._report, event.pk))
            self.agenda.plan(clock.now() + 2 * DAY, partial(self._settle, event.pk))

    def _report(self, key: int) -> None:
        event, investigator = self._stored(key)
        mark_sent(investigator, event, "sponsor", clock.now(), "by telephone, and in writing")

    def _settle(self, key: int) -> None:
        event, investigator = self._stored(key)
        judge_event(investigator, event, Judgement("unexpected", "unrelated", "unrelated"), seen=Judgement())
        follow_up(investigator, event, "At home again; the ankle heals. It was dark on the stairs.")

    def _stored(self, key: int) -> tuple[AdverseEvent, User]:
        """Return an event, and the investigator of the site where the person is now."""
        event = AdverseEvent.objects.select_related("participant__site", "participant__study").get(pk=key)
        team = next(team for team in self.places.teams if team.site == event.participant.site)
        return event, team.staff[Role.INVESTIGATOR]

    def _somebody(self, team: Team) -> Participant | None:
        there = Participant.objects.filter(site=team.site, status="infused", withdrawals=None)
        people = list(there.select_related("site", "study").order_by("pk"))
        # Those whose links the demo hands out come last: their story is told on its front page.
        others = [person for person in people if person.code not in HANDED_OUT]
        return self.chance.choice(others or people) if people else None
