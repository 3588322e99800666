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
    handed in theirs: from the first rating on where the interview was drawn, else once somebody began a second one.
    """
    person = form.participant
    if form.by_id == user.pk or not has_right(user, "rate", person.site):
        return False
    ratings = Form.objects.filter(
        participant=person, visit_key=form.visit_key, instrument=form.instrument, entry=1
    ).values_list("rater", "state")
    drawn = asks_for_second(file_of(person.study), person.code, form.visit_key, form.instrument)
    if not drawn and RATERS not in {rater for rater, _ in ratings}:
        return False
    return sum(state != Form.State.OPEN for _, state in ratings) < RATERS


def may_have_read(user: User, first: Form) -> bool:
    """Return whether somebody else than the first rater may have read the first rating, so as not to rate again.

    Whoever typed it in again has. Else nobody who rates, where the interview was drawn for two raters, or where prior
    scores are hidden from them.
    """
    person, file = first.participant, file_of(first.participant.study)
    same = Form.objects.filter(participant=person, visit_key=first.visit_key, instrument=first.instrument)
    if same.filter(entry=2, rater=first.rater, by=user).exists():
        return True
    if asks_for_second(file, person.code, first.visit_key, first.instrument):
        return False
    shown = rules_for(file, first.instrument).prior_scores == "shown"
    return shown or has_right(user, "see-scores", person.site)
