"""What is asked about values and what goes wrong in the demo study: data queries, a freeze, two unblindings."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.places import Places, Team
from daybreak.server.enrolment.models import Participant
from daybreak.server.holds.models import Hold
from daybreak.server.review.actions.holds import hold_person
from daybreak.server.review.actions.queries import answer_query, ask_query, close_query
from daybreak.server.review.models import DataQuery
from daybreak.server.review.values import row_of
from daybreak.server.unblinding.actions.accidental import assess_accident, report_accident
from daybreak.server.unblinding.actions.emergency import unblind_in_emergency
from daybreak.server.visits.models import VisitRecord

DAY = timedelta(days=1)
ASKED = (
    "The source says another day. Which one is right?",
    "Was this visit really held by phone?",
    "Please check this against the source.",
)
ANSWERED = ("Checked: it is right as it stands.", "The source was corrected; this is right.", "Right; see the note.")


class Monitoring:
    """One year of questions; `begin` plans them."""

    def __init__(self, agenda: Agenda, places: Places) -> None:
        self.agenda, self.places = agenda, places
        self.chance = Random("daybreak-demo-monitoring")  # noqa: S311  a simulation
        self.monitor = places.staff[Role.MONITOR]

    def begin(self, length: timedelta) -> None:
        """Plan questions for the last `length`, and in a long study what happens once."""
        for week in range(length // (7 * DAY)):
            self.agenda.plan(self.agenda.until - (7 * week + 2) * DAY, self._ask)
        if length > 100 * DAY:
            first, second, _ = self.places.teams
            self.agenda.plan(self.agenda.until - 60 * DAY, partial(self._freeze, first))
            self.agenda.plan(self.agenda.until - 75 * DAY, partial(self._emergency, second))
            self.agenda.plan(self.agenda.until - 40 * DAY, partial(self._accident, first))
            self.agenda.plan(self.agenda.until - 4 * DAY, partial(self._accident, second, assessed=False))

    def _ask(self) -> None:
        """Ask about one of the last visits; the coordinator answers some days later, and most questions are closed."""
        asked = DataQuery.objects.values_list("row", flat=True)
        visits = VisitRecord.objects.select_related("participant__site", "participant__study").order_by("-pk")[:20]
        free = [visit for visit in visits if row_of(visit) not in set(asked)]
        if not free:
            return
        visit = self.chance.choice(free)
        field = self.chance.choice(("done_at", "mode"))
        query = ask_query(self.monitor, visit.participant, row_of(visit), field, self.chance.choice(ASKED))
        self.agenda.plan(clock.now() + self.chance.uniform(1, 12) * DAY, partial(self._answer, query))

    def _answer(self, query: DataQuery) -> None:
        # The person may have moved meanwhile; then it is the new site that answers.
        site = Participant.objects.get(pk=query.participant_id).site_id
        team = next(team for team in self.places.teams if team.site.pk == site)
        query = DataQuery.objects.get(pk=query.pk)
        answer_query(team.coordinator, query, self.chance.choice(ANSWERED))
        if self.chance.random() < 0.8:
            self.agenda.plan(clock.now() + self.chance.uniform(1, 6) * DAY, partial(self._close, query))

    def _close(self, query: DataQuery) -> None:
        close_query(self.monitor, DataQuery.objects.get(pk=query.pk), "Thank you; this is clear now.")

    def _freeze(self, team: Team) -> None:
        visit = VisitRecord.objects.filter(participant__site=team.site, key="day-1").earliest("pk")
        hold_person(self.monitor, visit.participant, Hold.Kind.FREEZE, "Source data verified on site.", visit=visit.key)

    def _emergency(self, team: Team) -> None:
        why = "Admitted to hospital after a fall; the emergency physician has to know what was infused."
        unblind_in_emergency(team.staff[Role.INVESTIGATOR], self._somebody(team), why)

    def _accident(self, team: Team, *, assessed: bool = True) -> None:
        how = "The person told the rater that they felt as if under ketamine."
        accident = report_accident(team.staff[Role.RATER], self._somebody(team), how)
        if assessed:
            words = "The rater does no further interviews with this person; another one takes over."
            assess = partial(assess_accident, team.staff[Role.INVESTIGATOR], accident, words)
            self.agenda.plan(clock.now() + 2 * DAY, assess)

    def _somebody(self, team: Team) -> Participant:
        there = Participant.objects.filter(site=team.site, status="infused", withdrawals=None, unblindings=None)
        return self.chance.choice(list(there.select_related("site", "study").order_by("pk")))
