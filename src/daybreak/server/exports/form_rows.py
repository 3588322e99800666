"""The rows of forms, answers and scores. Free text stays on the server: it may name people, or tell the arm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import answers_of, is_over
from daybreak.server.assessments.rules import instrument_of
from daybreak.server.enrolment.models import Participant
from daybreak.server.enrolment.queries import with_data
from daybreak.server.studies.models import Study

Row = dict[str, Any]


def form_rows(study: Study) -> Iterator[Row]:
    """Yield one row a form."""
    for form in _forms(study):
        yield _which(form) | {
            "form_version": form.version,
            "wording": "imported" if form.wording else "not the validated wording",
            "wording_version": form.wording.version if form.wording else None,
            "wording_licence": form.wording.licence if form.wording else None,
            "wording_sha256": form.wording.sha256 if form.wording else None,
            "language": form.language,
            "recall": form.recall or None,
            "held": form.mode or None,
            "filled_by": "staff" if form.by_id else "participant",
            "form_state": form.state,
            "form_late": form.late,
            "first_answer_at": form.opened_at,
            "submitted_at": form.submitted_at,
            "seconds": form.seconds,
            "settled_at": form.settled_at,
        }


def answer_rows(study: Study) -> Iterator[Row]:
    """Yield one row an answer, in the order of the items."""
    for form in _forms(study):
        instrument = instrument_of(form.instrument)
        places = {item.key: place for place, item in enumerate(instrument.items if instrument else (), start=1)}
        given = sorted(form.answers.all(), key=lambda answer: (places.get(answer.item, len(places) + 1), answer.item))
        for answer in given:
            value = answer.value
            number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
            yield _which(form) | {
                "item": answer.item,
                "number": number,
                "value": _said(value),
                "has_text": bool(answer.words),
                "wording": "imported" if form.wording_id else "not the validated wording",
                "given_at": answer.given_at,
                "corrected_at": answer.corrected_at,
            }


def score_rows(study: Study) -> Iterator[Row]:
    """Yield one row a score of each form that was handed in or closed."""
    for form in _forms(study):
        instrument = instrument_of(form.instrument)
        if instrument is None or not is_over(form) or instrument.version != form.version:
            continue
        for name, value in instrument.scores_of(answers_of(form)).items():
            yield _which(form) | {"score": name, "points": None if value is None else float(value)}


def _forms(study: Study) -> Iterator[Form]:
    """Yield the forms of all but those who withdrew their data."""
    people = with_data(Participant.objects.filter(study=study))
    forms = Form.objects.filter(participant__in=people).select_related("participant__site", "wording")
    forms = forms.order_by("participant__code", "opened_at", "instrument", "entry", "rater")
    yield from forms.prefetch_related("answers").iterator(chunk_size=200)


def _which(form: Form) -> Row:
    return {
        "participant": form.participant.code,
        "site": form.participant.site.key,
        "visit": form.visit_key,
        "instrument": form.instrument,
        "entry": form.entry,
        "rater": form.rater,
    }


def _said(value: Any) -> str | None:
    if value is None:
        return None
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
