"""Second raters: which interviews ask for one, and that two raters do not read each other before both are done."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from daybreak.core.second_rating import Interview, is_rated_twice
from daybreak.core.study import StudyFile
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import has_right
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.rules import instrument_of, rules_for
from daybreak.server.studies.queries import file_of

RATERS = 2


def asks_for_second(file: StudyFile, code: str, visit: str, instrument: str) -> bool:
    """Return whether the study file has this interview rated by a second rater."""
    known = instrument_of(instrument)
    if known is None or known.by != "rater":
        return False
    interview = Interview(file.study.id, code, visit, instrument)
    return is_rated_twice(interview, rules_for(file, instrument).second_rater)


def is_kept_apart(user: User | AnonymousUser, form: Form) -> bool:
    """Return whether a rating must stay hidden from somebody who may still rate the same interview.

    It is hidden from everybody who rates at the person's site, but for whoever filled it in, until two raters have
    handed in theirs.
    """
    person = form.participant
    if form.by_id == user.pk or not has_right(user, "rate", person.site):
        return False
    if form.rater == 1 and not asks_for_second(file_of(person.study), person.code, form.visit_key, form.instrument):
        return False
    done = Form.objects.filter(
        participant=person, visit_key=form.visit_key, instrument=form.instrument, entry=1
    ).exclude(state=Form.State.OPEN)
    return done.count() < RATERS
