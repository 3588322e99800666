"""Where two entries of one form differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from daybreak.core.instruments import Item
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import answers_of, form_of
from daybreak.server.assessments.rules import instrument_of
from daybreak.server.enrolment.models import Participant


@dataclass(frozen=True)
class Difference:
    """One item on which two entries do not agree; None where an entry has no answer."""

    item: Item
    first: Any
    second: Any


def differing(participant: Participant, form: Form) -> tuple[Difference, ...]:
    """Return where the two entries of a form differ, in the order of the instrument; nothing without both of them."""
    first = form_of(participant, form.visit_key, form.instrument, entry=1, rater=form.rater)
    second = form_of(participant, form.visit_key, form.instrument, entry=2, rater=form.rater)
    instrument = instrument_of(form.instrument)
    if first is None or second is None or instrument is None:
        return ()
    one, other = answers_of(first), answers_of(second)
    return tuple(
        Difference(item, one.get(item.key), other.get(item.key))
        for item in instrument.items
        if one.get(item.key) != other.get(item.key)
    )
