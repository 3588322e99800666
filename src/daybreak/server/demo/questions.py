"""The forms of one simulated person: their own questions, and what raters fill in, by the actions that people use.

In the last weeks each answer is given by itself, as a page sends it. Before that the answers of one form are kept in
one entry of the trail, by the same parts of that action: a year of single answers would take many minutes to make.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from daybreak.core.instruments import INSTRUMENTS, Instrument, Value, named
from daybreak.core.study import VisitRules
from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.assessments.actions.answering import Given, answer
from daybreak.server.assessments.actions.entering import Filled, fill
from daybreak.server.assessments.actions.opening import Opening, open_form, own_turn, store
from daybreak.server.assessments.actions.sending import submit
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.places import Place
from daybreak.server.assessments.queries import earlier_scores
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import rules_for
from daybreak.server.assessments.second_rating import asks_for_second
from daybreak.server.assessments.standing import own_form
from daybreak.server.assessments.words import words_for
from daybreak.server.demo.agenda import Agenda
from daybreak.server.demo.answers import Mood, plausible, typed
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.safety.actions.raising import answered
from daybreak.server.studies.queries import file_of

MINUTE = timedelta(minutes=1)
RATED = ("madrs",)
OWN = ("qids-sr",)
OWN_AT = ("baseline",)
"""Visits of a rater at which the person answers too; at the others it would only fill the demo."""
RATED_LONG_AGO = ("baseline", "day-30")
"""Interviews with a form where they were long ago, and no questions of the person's own are kept; later, all are."""
LATELY, LONG_AGO = timedelta(days=7), timedelta(days=120)
TOO_LATE = ("form-closed", "form-left", "form-held")
LEFT_OPEN, SKIPS_FORM = 0.05, 0.04
TWICE, DIFFERS, LEANS = 0.9, 0.45, 0.85
"""How many of the drawn interviews the second rater rates, how many items otherwise, and how many of those one way."""


class Questions:
    """What one person is asked, and what they answer. `second` rates interviews that were drawn for two raters.

    `look` is called after an answer called somebody.
    """

    def __init__(
        self, participant: Participant, agenda: Agenda, chance: Random, second: User, look: Callable[[], None]
    ) -> None:
        self.participant, self.agenda, self.chance, self.second, self.look = participant, agenda, chance, second, look
        self.mood = Mood.drawn(chance)

    @property
    def long_ago(self) -> bool:
        """Whether it is so long before the present that the demo keeps few forms, so as to be made in time."""
        return self.agenda.until - clock.now() > LONG_AGO

    def at_interview(self, by: User, visit: VisitRules, mode: str) -> None:
        """Let the rater fill in what they rate, and at the first interview the person answer too."""
        for key in RATED if visit.key in RATED_LONG_AGO or not self.long_ago else ():
            if key in visit.instruments and self.chance.random() >= SKIPS_FORM:
                self._rate(by, visit, INSTRUMENTS[key], mode)
        if visit.key in OWN_AT and not self.long_ago:
            self.at_home(visit)

    def at_home(self, visit: VisitRules) -> None:
        """Let the person answer the questions of a visit and send them off; some stop half way, some come too late."""
        for key in OWN:
            if key in visit.instruments:
                try:
                    self._answer(visit, INSTRUMENTS[key])
                except FormError as error:
                    if error.code not in TOO_LATE:
                        raise

    def _rate(self, by: User, visit: VisitRules, instrument: Instrument, mode: str) -> None:
        words = words_for(
            self.participant, instrument, rules_for(file_of(self.participant.study), instrument.key), staff=True
        )
        shown = clock.now() - self.chance.uniform(14, 38) * MINUTE
        filled = Filled(self._drawn(instrument), mode, words.mark, shown, hand_in=True)
        if fill(by, self.participant, Place(visit.key, instrument.key), filled).alerts:
            self.look()
        file = file_of(self.participant.study)
        drawn = not self.long_ago and asks_for_second(file, self.participant.code, visit.key, instrument.key)
        if drawn and self.chance.random() < TWICE:
            late = self.chance.uniform(0.5, 4) * timedelta(hours=1)
            again = partial(self._rate_again, visit.key, instrument, filled)
            self.agenda.plan(clock.now() + late, again)

    def _rate_again(self, visit: str, instrument: Instrument, first: Filled) -> None:
        """Let the second rater rate the interview's recording: a step beside the first rater here and there.

        Whoever rates an interview milder than somebody else does so in most of its items.
        """
        lean = self.chance.choice((-1, 1))
        values = {item: self._beside(instrument, item, value, lean) for item, value in first.values.items()}
        shown = clock.now() - self.chance.uniform(14, 30) * MINUTE
        filled = Filled(values, first.mode, first.mark, shown, hand_in=True)
        try:
            if fill(self.second, self.participant, Place(visit, instrument.key, rater=2), filled).alerts:
                self.look()
        except FormError as error:
            if error.code not in TOO_LATE:
                raise

    def _beside(self, instrument: Instrument, key: str, value: Value, lean: int) -> Value:
        item = next(each for each in instrument.items if each.key == key)
        steps = [choice.value for choice in item.choices]
        if not isinstance(value, int) or value not in steps or self.chance.random() >= DIFFERS:
            return value
        step = lean if self.chance.random() < LEANS else -lean
        return steps[min(len(steps) - 1, max(0, steps.index(value) + step))]

    def _answer(self, visit: VisitRules, instrument: Instrument) -> None:
        answers = self._drawn(instrument)
        leaves = self.chance.random() < LEFT_OPEN
        if leaves:
            answers = dict(list(answers.items())[: len(answers) // 2])
        one_by_one = self.agenda.until - clock.now() < LATELY
        calls = (self._one_by_one if one_by_one else self._at_once)(visit, instrument, answers)
        if calls:
            self.look()
        if not leaves:
            submit(self.participant, visit.key, instrument.key)

    def _one_by_one(self, visit: VisitRules, instrument: Instrument, answers: dict[str, Value]) -> bool:
        mark = own_form(self.participant, visit.key, instrument.key, clock.now()).words.mark
        calls = False
        for item, value in typed(answers):
            shown = clock.now() - self.chance.uniform(3, 20) * timedelta(seconds=1)
            taken = answer(self.participant, Given(visit.key, instrument.key, item, value, mark, shown))
            calls = calls or taken.needs_help
        return calls

    def _at_once(self, visit: VisitRules, instrument: Instrument, answers: dict[str, Value]) -> bool:
        now = clock.now()
        with own_turn(self.participant, "save-answer", visit.key) as entry:
            standing = own_form(self.participant, visit.key, instrument.key, now)
            form: Form = open_form(entry, self.participant, Opening(visit, instrument, standing.words), now)
            for item, value in answers.items():
                store(entry, form, item, value, now)
            entry.update(form, seconds=round(self.chance.uniform(70, 320)), late=standing.own.late)
            earlier = earlier_scores(self.participant, form)
            said = named(instrument, answers)
            return bool(answered(entry, self.participant, form=form, named=said, now=now, earlier=earlier))

    def _drawn(self, instrument: Instrument) -> dict[str, Value]:
        now = clock.now()
        infused = Infusion.objects.filter(participant=self.participant, ended_at__lte=now).order_by("number").first()
        days = (now - infused.ended_at) / timedelta(days=1) if infused else None
        return plausible(instrument, self.mood.at(days, self.chance), now.date(), self.chance)
