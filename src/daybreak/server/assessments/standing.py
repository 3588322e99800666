"""Where a participant's form stands: open to be answered, or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from daybreak.core.instruments import Instrument, Item
from daybreak.core.participation import Scope
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import OwnVisit, is_over, own_visit
from daybreak.server.assessments.refusals import FormError
from daybreak.server.assessments.rules import own_instruments, recall_of, rules_for
from daybreak.server.assessments.words import Words, words_for, words_in
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import ended_for
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.actions.recording import visit_rules
from daybreak.server.visits.calendar import calendar_of


@dataclass(frozen=True)
class OwnForm:
    """An instrument that a participant can answer now, in the words it is shown in; `form` once it was begun."""

    own: OwnVisit
    instrument: Instrument
    words: Words
    form: Form | None = None

    @property
    def is_over(self) -> bool:
        """Whether it was handed in."""
        return is_over(self.form)

    @property
    def recall(self) -> str:
        """The time its answers look back on."""
        return self.form.recall if self.form else recall_of(self.own.visit, self.instrument)

    def item(self, key: str) -> Item:
        """Return an item.

        Raises:
            FormError: there is none of this name.
        """
        found = next((item for item in self.instrument.items if item.key == key), None)
        if found is None:
            raise FormError("no-such-item")
        return found


def own_form(participant: Participant, visit: str, instrument: str, now: datetime) -> OwnForm:
    """Return the instrument of a visit, as the participant can answer it now.

    Raises:
        FormError: there is no such form, or it cannot be answered now; the code says why.
    """
    own = own_visit(participant, visit, now)
    found = next((each for each in own.instruments if each.key == instrument), None) if own else None
    if own is None or found is None:
        raise why_not(participant, visit, now, instrument)
    form = own.forms.get(instrument)
    if form is None:
        return OwnForm(own, found, words_for(participant, found, rules_for(file_of(participant.study), instrument)))
    if form.version != found.version:
        raise FormError("form-version")
    return OwnForm(own, found, words_in(form, found), form)


def why_not(participant: Participant, visit: str, now: datetime, instrument: str = "") -> FormError:
    """Return why a participant has no questions of a visit, or not those of one instrument."""
    rules = visit_rules(participant, visit)
    known = {each.key for each in own_instruments(rules)} if rules else set()
    if not known or (instrument and instrument not in known):
        return FormError("no-such-form")
    if Scope.FOLLOW_UP in ended_for(participant):
        return FormError("form-left")
    planned = calendar_of(participant, now).visit(visit)
    if planned is None or now < planned.opens:
        return FormError("form-early")
    return FormError("no-wording" if now < planned.closes else "form-closed")
