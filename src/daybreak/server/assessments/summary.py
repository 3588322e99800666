"""What staff read of forms: the list of a person, one form with its scores, and the scores before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser

from daybreak.core.calendar import Planned
from daybreak.core.instruments import Instrument
from daybreak.core.study import VisitRules
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import has_right
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import answers_of, is_over
from daybreak.server.assessments.rules import instrument_of, own_instruments, rules_for, staff_instruments
from daybreak.server.assessments.second_rating import is_kept_apart
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.calendar import calendar_of

STILL_OPEN = timedelta(days=1)
"""For how long a rater can read again what they rated, to put a slip right, where prior scores are hidden."""


@dataclass(frozen=True)
class Score:
    """One score of a form, with the band it falls into; `value` is empty where too many answers are missing."""

    name: str
    value: str
    band: str


@dataclass(frozen=True)
class FormLine:
    """One form of a person's list."""

    visit: VisitRules
    instrument: Instrument
    form: Form | None
    state: str
    labels: tuple[str, ...]
    scores: tuple[Score, ...]
    can_fill: bool
    can_read: bool


def may_read(user: User | AnonymousUser, form: Form, now: datetime) -> bool:
    """Return whether somebody may read a form's answers.

    The clinic and the monitor may. A rater may where the study file shows prior scores; where it hides them, only what
    they rated themselves, and for a day. Two raters of one interview do not read each other before both are done.
    """
    site = form.participant.site
    if is_kept_apart(user, form):
        return False
    if has_right(user, "see-scores", site):
        return True
    if not has_right(user, "see-forms", site):
        return False
    if rules_for(file_of(form.participant.study), form.instrument).prior_scores == "shown":
        return True
    handed_in = form.submitted_at or now
    return form.by_id is not None and form.by_id == user.pk and now - handed_in < STILL_OPEN


def scores_of(form: Form) -> tuple[Score, ...]:
    """Return the scores of a form; nothing while it is open."""
    instrument = instrument_of(form.instrument)
    if instrument is None or not is_over(form) or instrument.version != form.version:
        return ()
    return tuple(_score(instrument, name, value) for name, value in instrument.scores_of(answers_of(form)).items())


def prior_scores(
    user: User, participant: Participant, instrument: str, visit: str
) -> list[tuple[Form, tuple[Score, ...]]]:
    """Return the person's earlier forms of an instrument with their scores, oldest first.

    Without those that `user` may still rate as the second rater.
    """
    forms = Form.objects.filter(participant=participant, instrument=instrument, entry=1, rater=1)
    forms = forms.exclude(visit_key=visit).exclude(submitted_at=None).order_by("submitted_at", "pk")
    forms = forms.select_related("participant__site", "participant__study").prefetch_related("answers")
    return [(form, scores_of(form)) for form in forms if not is_kept_apart(user, form)]


def form_lines(user: User, participant: Participant, now: datetime) -> Iterator[FormLine]:
    """Yield all forms that are planned for a person, in the order of visits, and any that were begun besides."""
    site = participant.site
    fills = {"rater": has_right(user, "rate", site), "staff": has_right(user, "fill-staff-form", site)}
    stored = Form.objects.filter(participant=participant, entry=1, rater=1).order_by("pk")
    forms = {
        (form.visit_key, form.instrument): form
        for form in stored.select_related("participant__site", "participant__study", "by").prefetch_related("answers")
    }
    calendar = calendar_of(participant, now)
    for planned in calendar.of_kind("visit"):
        visit = planned.visit
        if visit is None:
            continue
        for instrument in (*staff_instruments(visit), *own_instruments(visit)):
            form = forms.get((visit.key, instrument.key))
            readable = form is not None and may_read(user, form, now)
            yield FormLine(
                visit=visit,
                instrument=instrument,
                form=form,
                state=form.state if form else _not_begun(planned, now),
                labels=tuple(_labels(form)) if form else (),
                scores=scores_of(form) if form and readable else (),
                can_fill=fills.get(instrument.by, False)
                and not is_over(form)
                and planned.opens <= now
                and planned.state != "cancelled",
                can_read=readable,
            )


def _not_begun(planned: Planned, now: datetime) -> str:
    """Return how a form stands that nobody began: that of its visit until that opens, and then that it is empty."""
    return planned.state if now < planned.opens or planned.state == "cancelled" else "empty"


def _labels(form: Form) -> Iterable[str]:
    if form.late:
        yield "late"
    if form.wording_id is None:
        yield "not the validated wording"
    if rules_for(file_of(form.participant.study), form.instrument).double_entry and is_over(form):
        yield "entries settled" if form.settled_at else "second entry open"


def _score(instrument: Instrument, name: str, value: float | None) -> Score:
    if value is None:
        return Score(name, "", "")
    rules = next(score for score in instrument.scores if score.name == name)
    return Score(name, f"{value:g}", rules.band(value) or "")
