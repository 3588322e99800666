"""What staff do besides seeing people: look for deviations every week, and explain them."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.places import Places, Team
from daybreak.server.training.actions.closing import close_over
from daybreak.server.visits.actions.explaining import explain
from daybreak.server.visits.actions.noticing import notice_due
from daybreak.server.visits.models import Deviation

EVERY = timedelta(days=7)
REASONS = (
    "They were ill that week; we spoke by phone.",
    "They were travelling and had no network.",
    "The rater was on leave; nobody could stand in.",
    "They forgot; we agreed on a reminder.",
    "Their phone broke; they went on with a laptop.",
)


class Oversight:
    """The study's weeks."""

    def __init__(self, agenda: Agenda, places: Places) -> None:
        self.agenda, self.places = agenda, places
        self.chance = Random("daybreak-demo-oversight")  # noqa: S311  a simulation

    def begin(self, first: datetime) -> None:
        """Plan each week from `first` to the present."""
        weeks = int((self.agenda.until - first) / EVERY) + 1
        for week in range(weeks):
            # The last one falls into the last hours, so that nothing is left unnoticed today.
            self.agenda.plan(self.agenda.until - week * EVERY - timedelta(minutes=5), self._week)

    def _week(self) -> None:
        close_over(self.places.study, clock.now())
        notice_due(self.places.study, clock.now())
        for team in self.places.teams:
            self._explain(team)

    def _explain(self, team: Team) -> None:
        """Explain most of what was noticed more than some days ago."""
        noticed = clock.now() - timedelta(days=3)
        waiting = Deviation.objects.filter(
            participant__site=team.site, explained_by=None, lapsed_at=None, noticed_at__lt=noticed
        )
        for deviation in waiting.select_related("participant").order_by("pk"):
            if self.chance.random() < 0.7:
                explain(team.staff[Role.COORDINATOR], deviation, self.chance.choice(REASONS), seen="")
