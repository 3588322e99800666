"""A rater's worklist: the interviews with their forms, and those that wait for a second rater."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from daybreak.core.instruments import Instrument
from daybreak.core.study import StudyFile, VisitRules
from daybreak.server.accounts.models import User
from daybreak.server.assessments.models import Form
from daybreak.server.assessments.queries import is_over
from daybreak.server.assessments.rules import instrument_of, staff_instruments
from daybreak.server.assessments.second_rating import asks_for_second
from daybreak.server.console.agenda import Item
from daybreak.server.console.due_list import Row, due_rows
from daybreak.server.studies.models import Site
from daybreak.server.visits.forms import MODES

Place = tuple[str, str, str]
"""A person's code, a visit, an instrument."""


@dataclass(frozen=True)
class FormLink:
    """One form of an interview: where it stands, and where it is filled in, if that can be done now."""

    title: str
    state: str
    href: str
    second: bool


@dataclass(frozen=True)
class Rating:
    """One interview of the worklist: the row of what is due, and its forms. `held` says how it was held, if it was."""

    due: Row
    held: str
    forms: tuple[FormLink, ...]


@dataclass(frozen=True)
class SecondRating:
    """One interview that waits for a second rater."""

    code: str
    site: str
    visit: str
    instrument: Instrument
    held: str
    begun: bool
    href: str


def ratings_of(
    user: User, file: StudyFile, items: Sequence[Item], rights: frozenset[str], now: datetime
) -> Iterator[Rating]:
    """Yield the interviews of a page of the worklist with their forms; one query for all of them."""
    stored = Form.objects.filter(participant__study__key=file.study.id, entry=1, rater=1)
    stored = stored.filter(participant__code__in={item.code for item in items}).select_related("participant")
    forms = {(form.participant.code, form.visit_key, form.instrument): form for form in stored}
    for item, row in zip(items, due_rows(items, rights, now), strict=True):
        if item.visit is not None:
            links = tuple(_links(user, file, item, item.visit, forms))
            yield Rating(row, _held(forms, item.code, item.visit), links)


def _links(
    user: User, file: StudyFile, item: Item, visit: VisitRules, forms: Mapping[Place, Form]
) -> Iterator[FormLink]:
    for instrument in staff_instruments(visit):
        if instrument.by != "rater":
            continue
        place = (item.code, visit.key, instrument.key)
        form = forms.get(place)
        can = item.state != "upcoming" and not is_over(form) and (form is None or form.by_id == user.pk)
        state = "handed in" if is_over(form) else "begun" if form else "to do"
        href = _fill(*place) if can else ""
        yield FormLink(instrument.title, state, href, asks_for_second(file, *place))


def second_ratings(user: User, sites: QuerySet[Site], file: StudyFile) -> list[SecondRating]:
    """Return the interviews at `sites` that wait for `user` as a second rater, those rated first before others.

    What they rated first themselves, and what another second rater began, is not theirs.
    """
    shares = [rules.key for rules in file.instruments if rules.second_rater]
    if not shares:
        return []
    rows = Form.objects.filter(participant__site__in=sites, instrument__in=shares, entry=1)
    rows = rows.exclude(participant__withdrawals__scope="data").select_related("participant__site")
    seconds: dict[Place, Form] = {}
    firsts: dict[Place, Form] = {}
    for form in rows.order_by("opened_at", "pk"):
        place = (form.participant.code, form.visit_key, form.instrument)
        (firsts if form.rater == 1 else seconds)[place] = form
    titles = {visit.key: visit.title for visit in file.visits}
    return list(_waiting(user, file, firsts, seconds, titles))


def _waiting(
    user: User, file: StudyFile, firsts: Mapping[Place, Form], seconds: Mapping[Place, Form], titles: Mapping[str, str]
) -> Iterator[SecondRating]:
    for place, first in firsts.items():
        second, instrument = seconds.get(place), instrument_of(first.instrument)
        mine = second is None or (second.by_id == user.pk and not is_over(second))
        if instrument is None or first.by_id == user.pk or not mine or not asks_for_second(file, *place):
            continue
        yield SecondRating(
            code=first.participant.code,
            site=first.participant.site.name,
            visit=titles.get(first.visit_key, first.visit_key),
            instrument=instrument,
            held=_said_mode(first.mode),
            begun=second is not None,
            href=reverse("desk-form-second-rater", args=place),
        )


def _held(forms: Mapping[Place, Form], code: str, visit: VisitRules) -> str:
    modes = (form.mode for place, form in forms.items() if place[:2] == (code, visit.key) and form.mode)
    return _said_mode(next(modes, ""))


def _said_mode(mode: str) -> str:
    return MODES.get(mode, mode)


def _fill(code: str, visit: str, instrument: str) -> str:
    return reverse("desk-form-fill", args=[code, visit, instrument])
