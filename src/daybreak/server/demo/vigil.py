"""How the demo's staff look after alerts: most are acknowledged, assessed and closed; a few wait longer, one still.

Every alert was raised by the rules of the study file, over what the simulated people answered or left out.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from random import Random
from uuid import UUID

from daybreak.core.roles import Role
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.places import Places
from daybreak.server.demo.post import send_now
from daybreak.server.safety.actions.answering import Assessment, acknowledge, assess, close
from daybreak.server.safety.actions.drilling import start_drill
from daybreak.server.safety.actions.escalating import escalate
from daybreak.server.safety.models import Alert
from daybreak.server.safety.ticking import tick

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
EVERY, LOOKS_BACK = 7 * DAY, 63 * DAY
SLOW = 0.12
"""How many alerts nobody acknowledges within their clock, so that the next in line are told."""
FOUND = {
    "silent": (
        "On holiday without a phone; will answer tomorrow.",
        "New telephone number, written down now.",
        "Tired of questions; a call instead suits them better.",
    ),
    "worse": (
        "Harder weeks at work. Sees their therapist on Thursday.",
        "Sleeps badly since a change of medication; told the treating physician.",
    ),
}
FOUND_ELSE = (
    "Passive thoughts, as before. No plan, no intent. Safety plan gone through together.",
    "Thoughts came up after a quarrel and have passed. Is with family tonight.",
    "Meant an earlier week, not this one. No thoughts now.",
)
DONE = ("Called again the next day.", "Safety plan renewed, numbers given again.", "Next call agreed on for Friday.")
NOTES = (
    "Settled; nothing more to do.",
    "Follow-up call done, they are well enough.",
    "Handed on to the clinic's team.",
)


class Vigil:
    """Who watches over the demo's people. `look` is called whenever answers may have raised something."""

    def __init__(self, agenda: Agenda, places: Places) -> None:
        self.agenda, self.places = agenda, places
        self.chance = Random("daybreak-demo-vigil")  # noqa: S311  a simulation
        self._seen: set[int] = set()

    def begin(self, length: timedelta) -> None:
        """Plan looks for silence over the last months, and in a long study a drill."""
        for week in range(int(min(length, LOOKS_BACK) / EVERY)):
            self.agenda.plan(self.agenda.until - week * EVERY - 2 * timedelta(hours=1), self._week)
        if length > LOOKS_BACK:
            self.agenda.plan(self.agenda.until - 33 * DAY, self.drill)

    def _week(self) -> None:
        tick(clock.now())
        self.look()

    def look(self) -> None:
        """Have somebody answer each alert that is new."""
        new = list(Alert.objects.exclude(pk__in=self._seen).filter(state=Alert.State.OPEN).order_by("pk"))
        if new:
            send_now()
        for alert in new:
            self._seen.add(alert.pk)
            slow = self.chance.random() < SLOW
            within = alert.within * (1.3 if slow else self.chance.uniform(0.1, 0.8))
            if slow:
                self.agenda.plan(clock.now() + alert.within + MINUTE, partial(self._tell_the_next, alert.pk))
            self.agenda.plan(clock.now() + within, partial(self._acknowledge, alert.pk))

    def _tell_the_next(self, key: int) -> None:
        escalate(_stored(key), clock.now())
        send_now()

    def _acknowledge(self, key: int) -> None:
        alert = _stored(key)
        acknowledge(self._who(alert), alert)
        self.agenda.plan(clock.now() + self.chance.uniform(10, 90) * MINUTE, partial(self._assess, key))

    def _assess(self, key: int) -> None:
        alert = _stored(key)
        known = alert.rule in FOUND
        assess(
            self._who(alert),
            alert,
            Assessment(
                found="A drill: everybody was told in time." if alert.drill else self._found(alert),
                contact="none" if alert.drill else self.chance.choice(("phone", "phone", "video", "in-person")),
                risk="none" if alert.drill or known else self.chance.choice(("low", "low", "moderate")),
                action="" if alert.drill else self.chance.choice(DONE),
            ),
            seen=alert.assessed_at,
        )
        if self.chance.random() < 0.9:
            self.agenda.plan(clock.now() + self.chance.uniform(0.2, 2) * DAY, partial(self._close, key))

    def _found(self, alert: Alert) -> str:
        return self.chance.choice(FOUND.get(alert.rule, FOUND_ELSE))

    def _close(self, key: int) -> None:
        alert = _stored(key)
        close(self._who(alert), alert, self.chance.choice(NOTES))

    def drill(self) -> None:
        """Have the first site's investigator start a drill, and look after it like any alert."""
        team = self.places.teams[0]
        number = UUID(int=self.chance.getrandbits(128), version=4)
        start_drill(team.staff[Role.INVESTIGATOR], team.site, "suicidal-thoughts", number)
        self.look()

    def _who(self, alert: Alert) -> User:
        """Return the investigator of the site where the person is now."""
        return next(team for team in self.places.teams if team.site == alert.place).staff[Role.INVESTIGATOR]


def _stored(key: int) -> Alert:
    return Alert.objects.select_related("participant__site", "participant__study", "site__study", "study").get(pk=key)
