"""One form as a sheet to read: a row an item, a column for each time it was filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from daybreak.core.instruments import Instrument
from daybreak.server.assessments.models import Answer, Form
from daybreak.server.assessments.queries import answers_of
from daybreak.server.assessments.rules import instrument_of
from daybreak.server.assessments.summary import Score, scores_of
from daybreak.server.assessments.words import Words, words_in


@dataclass(frozen=True)
class Cell:
    """One answer of a form in words; `corrected` says that it is not the first one given."""

    form: Form
    said: str
    corrected: bool = False


@dataclass(frozen=True)
class Row:
    """One item with the answers of each form; `differ` if they are not the same. `field` names it in data queries."""

    field: str
    prompt: str
    cells: tuple[Cell, ...]
    differ: bool


@dataclass(frozen=True)
class Column:
    """One form: what it is, who filled it in, its scores."""

    title: str
    form: Form
    scores: tuple[Score, ...]

    @property
    def minutes(self) -> str:
        """How long its items were in view."""
        return f"{self.form.seconds / 60:.0f} min" if self.form.seconds >= 60 else f"{self.form.seconds} s"


@dataclass(frozen=True)
class Sheet:
    """A form to read."""

    instrument: Instrument
    words: Words
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def sheet_of(forms: Sequence[Form]) -> Sheet:
    """Return forms of the same visit and instrument beside each other.

    Raises:
        Http404: there is no instrument of this name any more.
    """
    instrument = instrument_of(forms[0].instrument)
    if instrument is None:
        raise Http404
    words = words_in(forms[0], instrument)
    given = [answers_of(form) for form in forms]
    stored = [{answer.item: answer for answer in form.answers.all()} for form in forms]
    rows = []
    for item in instrument.items:
        values = [each.get(item.key) for each in given]
        if any(value is not None for value in values) or any(item in instrument.asked(each) for each in given):
            cells = (
                _cell(form, words.said(item, value), rows_.get(item.key))
                for form, value, rows_ in zip(forms, values, stored, strict=True)
            )
            rows.append(Row(f"answers.{item.key}", words.prompt(item), tuple(cells), differ=not _same(values)))
    columns = tuple(Column(_title(form), form, scores_of(form)) for form in forms)
    return Sheet(instrument, words, columns, tuple(rows))


def _cell(form: Form, said: str, answer: Answer | None) -> Cell:
    return Cell(form, said, corrected=answer is not None and answer.corrected_at is not None)


def _same(values: list[Any]) -> bool:
    return all(value == values[0] for value in values)


def _title(form: Form) -> str:
    if form.entry == 1 and form.rater == 1:
        return "Answer"
    return "Second entry" if form.rater == 1 else "Second rater"
