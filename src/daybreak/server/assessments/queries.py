"""Forms and answers as they are stored, and what a participant can answer now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daybreak.core.calendar import PersonCalendar, Planned
from daybreak.core.instruments import Instrument
from daybreak.core.study import StudyFile, VisitRules
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.assessments.rules import instrument_of, own_instruments, rules_for, taken_until
from daybreak.server.assessments.words import can_show
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.calendar import calendar_of


@dataclass(frozen=True)
class OwnVisit:
    """The questions of one visit that a participant can answer now; `forms` holds those begun, by instrument."""

    planned: Planned
    visit: VisitRules
    instruments: tuple[Instrument, ...]
    forms: Mapping[str, Form]
    until: datetime
    late: bool

    @property
    def left(self) -> tuple[Instrument, ...]:
        """Those not handed in yet."""
        return tuple(each for each in self.instruments if not is_over(self.forms.get(each.key)))

    @property
    def begun(self) -> bool:
        """Whether anything was answered already."""
        return bool(self.forms)


def is_over(form: Form | None) -> bool:
    """Return whether a form was handed in, or closed with items open."""
    return form is not None and form.state != Form.State.OPEN


def own_visits(participant: Participant, now: datetime, calendar: PersonCalendar | None = None) -> tuple[OwnVisit, ...]:
    """Return the visits with questions that the participant can answer now, the one that closes first before others.

    Args:
        participant: who answers.
        now: the time.
        calendar: the participant's, where it is at hand.
    """
    calendar = calendar or calendar_of(participant, now)
    if calendar.ended:
        return ()
    file = file_of(participant.study)
    open_ = [one for one in calendar.of_kind("visit") if one.visit and one.opens <= now and one.state != "cancelled"]
    forms = _forms_by_visit(participant, [one.visit.key for one in open_ if one.visit]) if open_ else {}
    found = [
        own
        for one in open_
        if one.visit and (own := _own(participant, file, calendar, one, forms.get(one.visit.key, {})))
    ]
    return tuple(sorted((own for own in found if now < own.until), key=lambda own: (own.until, own.visit.key)))


def own_visit(participant: Participant, key: str, now: datetime) -> OwnVisit | None:
    """Return the questions of the visit called `key`, if the participant can answer them now."""
    return next((own for own in own_visits(participant, now) if own.visit.key == key), None)


def answers_of(form: Form) -> dict[str, Any]:
    """Return what was answered, by item, as the instrument reads it."""
    instrument = instrument_of(form.instrument)
    stored = {answer.item: stored_value(answer) for answer in form.answers.all()}
    if instrument is None:
        return stored
    known = {item.key: item for item in instrument.items}
    return {key: known[key].read(value) if key in known else value for key, value in stored.items()}


def stored_value(answer: Answer) -> Any:
    """Return what stands in an answer: its words where it is free text."""
    return answer.words if answer.value is None else answer.value


def form_of(participant: Participant, visit: str, instrument: str, *, entry: int = 1, rater: int = 1) -> Form | None:
    """Return a form of the participant, or None if it was not begun."""
    forms = Form.objects.filter(participant=participant, visit_key=visit, instrument=instrument)
    return forms.filter(entry=entry, rater=rater).select_related("wording", "by").first()


def earlier_scores(participant: Participant, form: Form) -> dict[str, list[float]]:
    """Return the scores of the person's earlier forms of the same instrument, in order of time, by their full name.

    Only those that a rule of the study file compares with: most forms need none, and cost nothing.
    """
    wanted = {rule.worsens.score for rule in file_of(participant.study).alerts if rule.worsens}
    names = {name for name in wanted if name.startswith(f"{form.instrument}.")}
    instrument = instrument_of(form.instrument)
    if not names or instrument is None:
        return {}
    before = Form.objects.filter(participant=participant, instrument=form.instrument, entry=1, rater=1)
    before = before.exclude(state=Form.State.OPEN).exclude(pk=form.pk).filter(submitted_at__lt=form.opened_at)
    found: dict[str, list[float]] = {name: [] for name in names}
    for each in before.order_by("submitted_at", "pk").prefetch_related("answers"):
        scores = instrument.scores_of(answers_of(each))
        for name in names:
            score = scores.get(name.partition(".")[2])
            if score is not None:
                found[name].append(score)
    return found


def _own(
    participant: Participant, file: StudyFile, calendar: PersonCalendar, one: Planned, forms: Mapping[str, Form]
) -> OwnVisit | None:
    assert one.visit is not None  # noqa: S101  narrows the type
    ends = {each.key: taken_until(calendar, one, each.key) for each in own_instruments(one.visit)}
    instruments = tuple(
        each
        for each in own_instruments(one.visit)
        if calendar.now < ends[each.key]
        and (each.key in forms or can_show(participant, each, rules_for(file, each.key)))
    )
    if not instruments:
        return None
    until = max(ends[each.key] for each in instruments)
    return OwnVisit(one, one.visit, instruments, forms, until, calendar.now >= one.closes)


def _forms_by_visit(participant: Participant, visits: list[str]) -> dict[str, dict[str, Form]]:
    forms: dict[str, dict[str, Form]] = {}
    rows = Form.objects.filter(participant=participant, visit_key__in=visits, entry=1, rater=1)
    for form in rows.select_related("wording").order_by("pk"):
        forms.setdefault(form.visit_key, {})[form.instrument] = form
    return forms
