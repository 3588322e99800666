"""Everything in one person's time in the study, in order: what was planned, what took place, what was noted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.urls import reverse

from daybreak.core.calendar import PersonCalendar, Planned
from daybreak.core.deviation import KINDS
from daybreak.core.instruments import INSTRUMENTS
from daybreak.server.console.navigation import open_path
from daybreak.server.enrolment.models import Participant
from daybreak.server.review.models import DataQuery
from daybreak.server.review.values import row_of
from daybreak.server.studies.queries import file_of
from daybreak.server.training.models import TrainingSession
from daybreak.server.visits.calendar import CALENDAR_ROWS, calendar_of

ROWS = (*CALENDAR_ROWS, "deviations", "consents", "transfers__target", "data_queries", "alerts", "forms")
Lane = Literal["milestone", "visit", "session", "self-report", "form", "note"]


@dataclass(frozen=True)
class Happening:
    """One thing of the chronicle. `opens` and `closes` are its window, if it has one; `dose` that of a session."""

    lane: Lane
    at: datetime
    title: str
    state: str = ""
    opens: datetime | None = None
    closes: datetime | None = None
    done_at: datetime | None = None
    dose: int | None = None
    says: str = ""
    href: str = ""


@dataclass(frozen=True)
class Chronicle:
    """A person's calendar, and all that happened, in order of time; days are counted from `origin`."""

    person: Participant
    calendar: PersonCalendar
    origin: datetime | None
    happenings: list[Happening]


def chronicle_of(person: Participant, rights: frozenset[str], now: datetime) -> Chronicle:
    """Return the chronicle of a person whose `ROWS` are prefetched, as someone with `rights` may know it.

    Who rates is told of visits only: training, and what was noted around the infusion, could tell more than a rater
    should know.
    """
    calendar = calendar_of(person, now)
    found = [*_milestones(person), *_planned(person, calendar, rights), *_questions(person, rights)]
    found += [*_alerts(person, rights), *_forms(person, rights)]
    if "see-training" in rights:
        found += [*_sessions(person, calendar), *_deviations(person, rights)]
    found.sort(key=lambda one: (one.at, one.title))
    return Chronicle(person, calendar, _origin(person), found)


def _origin(person: Participant) -> datetime | None:
    """Return from when days are counted: the infusion that the training hangs on, or else the first."""
    ended = {infusion.number: infusion.ended_at for infusion in person.infusions.all()}
    hangs_on = file_of(person.study).infusions.with_training[0]
    return ended.get(hangs_on) or ended.get(1) or person.enrolled_at


def _milestones(person: Participant) -> Iterator[Happening]:
    if person.screened_at:
        yield Happening("milestone", person.screened_at, "Screening began", "done")
    for consent in person.consents.all():
        yield Happening("milestone", consent.signed_at, f"Consent '{consent.key}' {consent.version} signed", "done")
    if person.enrolled_at:
        yield Happening("milestone", person.enrolled_at, "Enrolled", "done")
    for transfer in person.transfers.all():
        yield Happening("milestone", transfer.at, f"Transferred to {transfer.target.name}", "done")
    for change in person.zone_changes.all():
        yield Happening("milestone", change.since, f"Time zone from {change.before} to {change.zone}", "done")
    for withdrawal in person.withdrawals.all():
        yield Happening("milestone", withdrawal.at, f"Withdrawn: {withdrawal.scope}", "withdrawn")


def _planned(person: Participant, calendar: PersonCalendar, rights: frozenset[str]) -> Iterator[Happening]:
    notes = {f"visit-{visit.key}": visit.notes for visit in person.visits.all()}
    for one in calendar.planned:
        if one.kind == "session":
            continue
        by = one.visit.by if one.visit else ""
        lane: Lane = "milestone" if one.kind == "infusion" else "self-report" if by == "participant" else "visit"
        tells = by == "rater" or "see-training" in rights
        yield _dated(one, lane, says=notes.get(one.key, "") if tells else "", href=_page_of(one, person, rights))


def _sessions(person: Participant, calendar: PersonCalendar) -> Iterator[Happening]:
    numbers = {infusion.pk: infusion.number for infusion in person.infusions.all()}
    played = {(numbers[one.infusion_id], one.number): one for one in person.training_sessions.all()}
    for one in calendar.of_kind("session"):
        session = played.get((one.infusion, one.number))
        begun = session is not None and session.state != TrainingSession.State.PLANNED
        yield _dated(
            one,
            "session",
            dose=round(100 * session.dose) if session and begun else None,
            says=session.get_state_display().lower() if session and begun else "",
            href=reverse("desk-session", args=[session.pk]) if session else "",
        )


def _dated(one: Planned, lane: Lane, *, dose: int | None = None, says: str = "", href: str = "") -> Happening:
    at = one.done_at or one.opens
    return Happening(lane, at, one.title, one.state, one.opens, one.closes, one.done_at, dose, says, href)


def _deviations(person: Participant, rights: frozenset[str]) -> Iterator[Happening]:
    for each in person.deviations.all():
        if each.lapsed_at is None:
            says = each.explanation or "not explained yet"
            page = open_path(f"/desk/deviations/{each.pk}/", rights)
            title = KINDS.get(each.kind, each.kind)
            yield Happening(
                "note", each.noticed_at, title, "closed" if each.explanation else "open", says=says, href=page
            )


def _questions(person: Participant, rights: frozenset[str]) -> Iterator[Happening]:
    for query in person.data_queries.all():
        page = open_path(f"/desk/queries/{query.pk}/", rights)
        about = query.field.removeprefix("answers.").replace("_", " ")
        yield Happening("note", query.asked_at, f"Data query: {about}", query.state, href=page)


def _forms(person: Participant, rights: frozenset[str]) -> Iterator[Happening]:
    """Yield the forms that were begun, with their state; what was answered stands on the form's own page.

    Raters are told of interviews only: which of those they may open, they see on the list of forms.
    """
    reads_all = "see-scores" in rights
    titles = {visit.key: visit.title for visit in file_of(person.study).visits}
    asked = Counter(query.row for query in person.data_queries.all() if query.state != DataQuery.State.CLOSED)
    for form in person.forms.all() if "see-forms" in rights else ():
        known = INSTRUMENTS.get(form.instrument)
        if not reads_all and (known is None or known.by != "rater"):
            continue
        which = ", second entry" if form.entry == 2 else ", second rater" if form.rater == 2 else ""
        title = f"{known.title if known else form.instrument}, {titles.get(form.visit_key, form.visit_key)}{which}"
        open_ = asked[row_of(form)] if "see-queries" in rights else 0
        says = "; ".join([*(["late"] if form.late else []), *([_open_queries(open_)] if open_ else [])])
        page = open_path(f"/desk/people/{person.code}/forms/{form.visit_key}/{form.instrument}/", rights)
        at, href = form.submitted_at or form.opened_at, page if reads_all else ""
        yield Happening("form", at, title, form.state, says=says, href=href)


def _open_queries(number: int) -> str:
    return f"{number} open data {'query' if number == 1 else 'queries'}"


def _alerts(person: Participant, rights: frozenset[str]) -> Iterator[Happening]:
    """Yield alerts for who may read all of a site: what people report of themselves must not colour an interview."""
    for alert in person.alerts.all() if "watch-alerts" in rights else ():
        page = open_path(f"/desk/alerts/{alert.pk}/", rights)
        yield Happening("note", alert.raised_at, "Alert", alert.state, says=alert.says, href=page)


def _page_of(one: Planned, person: Participant, rights: frozenset[str]) -> str:
    if one.kind == "infusion":
        page = f"infusions/{one.number}/" if one.done_at else "infusions/new/"
    elif one.done_at or ("record-visit" in rights and one.state in ("due", "missed")):
        page = f"visits/{one.key.removeprefix('visit-')}/"
    else:
        return ""
    return open_path(f"/desk/people/{person.code}/{page}", rights)
