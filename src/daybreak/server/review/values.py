"""The values a data query can be about: which row, which field, and what it says now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from daybreak.core.errors import DaybreakError
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import answers_of
from daybreak.server.assessments.rules import instrument_of
from daybreak.server.assessments.words import words_in
from daybreak.server.enrolment.models import Infusion, Participant, Screening, VitalSigns
from daybreak.server.harms.models import AdverseEvent
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.models import Deviation, VisitRecord

ASKABLE: dict[str, tuple[type[models.Model], str, str]] = {
    "enrolment.participant": (Participant, "pk", "person"),
    "enrolment.screening": (Screening, "participant", "screening"),
    "enrolment.infusion": (Infusion, "participant", "infusion"),
    "enrolment.vitalsigns": (VitalSigns, "infusion__participant", "vital signs"),
    "visits.visitrecord": (VisitRecord, "participant", "visit"),
    "visits.deviation": (Deviation, "participant", "deviation"),
    "assessments.form": (Form, "participant", "form"),
    "harms.adverseevent": (AdverseEvent, "participant", "adverse event"),
    "training.trainingsession": (TrainingSession, "participant", "training session"),
}
"""Tables whose values can be asked about: the model, the way to the participant, and its word."""


class NoSuchValueError(DaybreakError):
    """A value that this person does not have, or that nobody may be asked about."""

    code = "no-such-value"


@dataclass(frozen=True)
class Value:
    """One value: where it stands, and what it says now; `form` if it is an answer, which not everybody may read."""

    row: str
    field: str
    label: str
    says: str
    form: Form | None = None


def row_of(row: models.Model) -> str:
    """Return how a row is named in the trail and in data queries: `visits.visitrecord:12`."""
    return f"{row._meta.label_lower}:{row.pk}"


def find_value(participant: Participant, row: str, field: str) -> Value:
    """Return a value of `participant`. A dot leads into a table: `answers.age`, or the answer to an item of a form.

    Raises:
        NoSuchValueError: there is none.
    """
    table, _, key = row.partition(":")
    column, _, inner = field.partition(".")
    found = _row(participant, table, key)
    if isinstance(found, Form) and column == "answers":
        return _answer(found, row, field, inner)
    if found is None or not _is_field(found, column):
        raise NoSuchValueError("There is no such value.", remedy="Open the question from the value itself.")
    says = getattr(found, column)
    if inner:
        says = says.get(inner) if isinstance(says, dict) else None
    return Value(row, field, f"{ASKABLE[table][2]}: {(inner or column).replace('_', ' ')}", _said(says))


def _answer(form: Form, row: str, field: str, item: str) -> Value:
    """Return what was answered to an item; one that was left open can be asked about too."""
    instrument = instrument_of(form.instrument)
    known = next((each for each in instrument.items if each.key == item), None) if instrument else None
    if instrument is None or known is None:
        raise NoSuchValueError("There is no such value.", remedy="Open the question from the value itself.")
    words = words_in(form, instrument)
    label = f"{instrument.title}, {form.visit_key.replace('-', ' ')}: {words.prompt(known)}"
    return Value(row, field, label, words.said(known, answers_of(form).get(item)) or "nothing", form)


def _row(participant: Participant, table: str, key: str) -> models.Model | None:
    if table not in ASKABLE or not key.isdecimal() or len(key) > 18:
        return None
    model, way, _ = ASKABLE[table]
    return model._default_manager.filter(**{way: participant.pk, "pk": int(key)}).first()


def _is_field(row: models.Model, column: str) -> bool:
    fields = {field.name for field in row._meta.concrete_fields if not isinstance(field, models.BinaryField)}
    return column in fields - {"participant", "user", "study"}


def _said(value: Any) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:%d %b %Y, %H:%M} UTC" if hasattr(value, "strftime") else str(value)
