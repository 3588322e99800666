"""Adverse events: how they are classified, dates that are not known to the day, and the clocks of their reports.

What makes an event serious, and by when an authority hears of it, follows ICH E2A (1994), in our own words. Whatever
was not judged yet counts as the worse, so that no clock stays hidden until somebody gets round to judging.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from daybreak.core.errors import DaybreakError
from daybreak.core.study import HarmRules

SEVERITIES = {
    "mild": "noticed, but in the way of nothing",
    "moderate": "in the way of some of what they usually do",
    "severe": "they could not do what they usually do",
}
CRITERIA = {
    "death": "the person died",
    "life-threatening": "their life was in danger when it happened",
    "hospital": "it took a stay in hospital, or made one longer",
    "disability": "it left them disabled, for good or for long",
    "congenital": "a child was born with a malformation",
    "important": "a doctor judges it as grave as these: treatment kept it from coming to one of them",
}
EXPECTED = {"expected": "known of the treatment, in kind and in severity", "unexpected": "not known, or graver"}
RELATED = {
    "unrelated": "something else caused it",
    "unlikely": "something else is the likelier cause",
    "possible": "it may be the cause, and so may something else",
    "probable": "it is the likelier cause",
    "definite": "nothing else explains it",
}
MEASURES = {
    "infusion-stopped": "the infusion was slowed or stopped",
    "no-more-infusions": "no further infusion",
    "training-paused": "training was paused",
    "training-stopped": "training was stopped",
    "treated": "a medicine or another treatment was given",
    "other": "something else",
}
OUTCOMES = {
    "ongoing": "not recovered yet",
    "recovering": "recovering",
    "recovered": "recovered",
    "lasting": "recovered, with something that stays",
    "fatal": "died",
    "unknown": "not known",
}
ReportKind = Literal["sponsor", "authority", "authority-first", "authority-complete"]
REPORTS: dict[ReportKind, str] = {
    "sponsor": "to the sponsor",
    "authority": "to the authority",
    "authority-first": "to the authority, first report",
    "authority-complete": "to the authority, complete report",
}
"""The reports that a serious event may need."""

SENTENCES = {
    "harm-date": ("This is no date.", "Write 2026-06-03, or 2026-06 or 2026 where no more is known."),
    "harm-in-future": ("An adverse event cannot lie in the future.", "Check the dates."),
    "harm-backwards": ("The event ends before it begins.", "Check both dates."),
    "harm-ended": ("It has an end, and yet is not over.", "Take out the end, or choose another outcome."),
    "harm-fatal": ("A death is an outcome and makes the event serious.", "Choose both, or neither."),
    "harm-known": ("Nobody can know of the event before it begins, or in the future.", "Check when it became known."),
    "harm-serious": ("It was known to be serious before it was known at all.", "Check both times."),
}


class HarmError(DaybreakError):
    """An adverse event that cannot be as it was entered, or a step that is not possible; nothing was saved."""

    def __init__(self, code: str, sentences: tuple[str, str] | None = None) -> None:
        what, remedy = sentences or SENTENCES[code]
        super().__init__(what, remedy=remedy, code=code)


@dataclass(frozen=True, order=True)
class RoughDate:
    """A date of which the day, or the month too, may not be known."""

    year: int
    month: int | None = None
    day: int | None = None

    @staticmethod
    def read(text: str) -> RoughDate | None:
        """Return what `2026`, `2026-06` or `2026-06-03` says, or None for an empty text.

        Raises:
            HarmError: it is no such date.
        """
        if not text:
            return None
        found = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text, re.ASCII)
        if found is None:
            raise HarmError("harm-date")
        year, month, day = (int(part) if part else None for part in found.groups())
        rough = RoughDate(year or 0, month, day)
        try:
            date(rough.year, rough.month or 1, rough.day or 1)
        except ValueError as error:
            raise HarmError("harm-date") from error
        return rough

    @property
    def first(self) -> date:
        """The first day it may be."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day it may be."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def is_exact(self) -> bool:
        """Whether the day is known."""
        return self.day is not None

    def said(self) -> str:
        """Return it as people write it: `3 Jun 2026`, `Jun 2026`, `2026`."""
        if self.month is None:
            return f"{self.year}"
        return f"{self.day} {self.first:%b %Y}" if self.day else f"{self.first:%b %Y}"


@dataclass(frozen=True)
class Course:
    """When an event was, when the site knew of it and that it was serious, and how it ended."""

    onset: RoughDate | None
    ended: RoughDate | None
    outcome: str
    criteria: tuple[str, ...]
    known_at: datetime
    serious_at: datetime | None = None


def check_course(course: Course, now: datetime, today: date) -> None:
    """Refuse what cannot be.

    Args:
        course: what was entered.
        now: the time.
        today: the day it is where the person lives.

    Raises:
        HarmError: with the code of what is wrong.
    """
    for code, wrong in _impossible(course, now, today):
        if wrong:
            raise HarmError(code)


def _impossible(course: Course, now: datetime, today: date) -> Iterator[tuple[str, bool]]:
    onset, ended = course.onset, course.ended
    yield "harm-in-future", any(rough.first > today for rough in (onset, ended) if rough)
    yield "harm-backwards", bool(onset and ended and ended.last < onset.first)
    yield "harm-ended", bool(ended) and course.outcome in ("ongoing", "recovering")
    yield "harm-fatal", (course.outcome == "fatal") != ("death" in course.criteria)
    # A day is the person's, the time is the site's: between their zones lies a day at most.
    began_later = onset is not None and onset.first - course.known_at.date() > timedelta(days=1)
    yield "harm-known", course.known_at > now or began_later
    serious_at = course.serious_at
    yield "harm-serious", serious_at is not None and not course.known_at <= serious_at <= now


@dataclass(frozen=True)
class Harm:
    """What decides which reports an event needs; an empty text stands for what was not judged yet."""

    criteria: tuple[str, ...] = ()
    expected: str = ""
    drug: str = ""
    training: str = ""

    @property
    def is_serious(self) -> bool:
        """Whether it is serious."""
        return bool(self.criteria)

    @property
    def is_deadly(self) -> bool:
        """Whether somebody died or nearly did."""
        return not {"death", "life-threatening"}.isdisjoint(self.criteria)

    @property
    def is_judged(self) -> bool:
        """Whether everything that is a judgement was judged."""
        return bool(self.expected and self.drug and self.training)

    def may_be_related(self, rules: HarmRules) -> bool:
        """Return whether the drug or the training counts as its cause, or may turn out to."""
        return any(not judged or judged in rules.related for judged in (self.drug, self.training))


@dataclass(frozen=True)
class Owed:
    """One report that an event needs."""

    kind: ReportKind
    due_at: datetime


def owed_reports(harm: Harm, rules: HarmRules, since: datetime) -> tuple[Owed, ...]:
    """Return the reports that an event needs, the earliest due first.

    Args:
        harm: the event.
        rules: the clocks of the study file.
        since: when the site knew that it was serious.
    """
    if not harm.is_serious:
        return ()
    owed = [Owed("sponsor", since + rules.report_within)]
    if harm.expected != "expected" and harm.may_be_related(rules):
        if harm.is_deadly:
            first = since + rules.fatal_within
            owed += [Owed("authority-first", first), Owed("authority-complete", first + rules.complete_within)]
        else:
            owed += [Owed("authority", since + rules.unexpected_within)]
    return tuple(sorted(owed, key=lambda one: one.due_at))
