"""The lists of the safety board: how many events of which kind in which group, and each event in a line.

Groups are whatever names them: letters as long as the study is blind, arms afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from daybreak.core.harms import CRITERIA, RoughDate
from daybreak.core.study import HarmRules
from daybreak.server.enrolment.models import Infusion
from daybreak.server.harms.models import AdverseEvent
from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import file_of

HEADS = (
    "group", "person", "event", "preferred_term", "code", "day", "severity", "serious", "expected", "drug", "training",
    "outcome",
)  # fmt: skip
COUNTED = (
    "people", "people with an event", "events", "severe events", "serious events", "deaths", "related to the drug",
    "related to the training",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Seat:
    """Where a person stands on a list: their group, and what they are called there."""

    group: str
    label: str


@dataclass(frozen=True)
class EventLine:
    """One event; `day` is counted from the first infusion, and empty where either day is not known."""

    seat: Seat
    event: AdverseEvent
    day: int | None

    @property
    def term(self) -> str:
        """What it is counted under: the preferred term, or else the site's words."""
        return self.event.preferred_term or self.event.term

    @property
    def serious(self) -> str:
        """Why it is serious, or nothing."""
        return "; ".join(words for key, words in CRITERIA.items() if key in self.event.criteria)

    def cells(self) -> tuple[str, ...]:
        """Return the line's cells under `HEADS`, fit for a spreadsheet, which takes no text for a formula."""
        event, day = self.event, "" if self.day is None else str(self.day)
        texts = (event.term, event.preferred_term, event.code)
        term, preferred, code = (f"'{text}" if text.startswith(FORMULA) else text for text in texts)
        judged = (event.expectedness, event.drug, event.training, event.outcome)
        return (self.seat.group, self.seat.label, term, preferred, code, day, event.severity, self.serious, *judged)


@dataclass(frozen=True)
class BoardList:
    """Groups, a row of numbers for each thing counted and for each term, and the lines."""

    groups: tuple[str, ...]
    counts: tuple[tuple[str, tuple[int, ...]], ...]
    terms: tuple[tuple[str, tuple[str, ...]], ...]
    lines: tuple[EventLine, ...]


def board_list(study: Study, seats: Mapping[str, Seat]) -> BoardList:
    """Return the list of the study for everybody who has a seat, by participant code.

    People who withdrew their data are on it: what happened to them counts for the safety of the others.
    """
    groups = tuple(sorted({seat.group for seat in seats.values()}))
    lines = tuple(sorted(_lines(study, seats), key=lambda line: (line.seat.label, line.event.number)))
    people = Counter(seat.group for seat in seats.values())
    rules = file_of(study).harms
    counts = tuple(
        (says, tuple(row)) for says, row in zip(COUNTED, _counted(groups, people, lines, rules), strict=True)
    )
    return BoardList(groups, counts, _terms(groups, lines), lines)


def _lines(study: Study, seats: Mapping[str, Seat]) -> Iterable[EventLine]:
    events = AdverseEvent.objects.filter(participant__study=study, struck_at=None).select_related("participant")
    began = first_infusion_days(study)
    for event in events.order_by("pk"):
        seat = seats.get(event.participant.code)
        if seat is not None:
            yield EventLine(seat, event, onset_day(event, began.get(event.participant_id)))


def first_infusion_days(study: Study) -> dict[int, date]:
    """Return the local date of each participant's first infusion."""
    infused = Infusion.objects.filter(participant__study=study, number=1).select_related("participant")
    return {one.participant_id: one.ended_at.astimezone(ZoneInfo(one.participant.zone)).date() for one in infused}


def onset_day(event: AdverseEvent, began: date | None) -> int | None:
    """Return how many days after the first infusion an event began; None where either day is not known."""
    onset = RoughDate.read(event.onset)
    return (onset.first - began).days if onset and onset.is_exact and began else None


def _counted(
    groups: tuple[str, ...], people: Mapping[str, int], lines: Iterable[EventLine], rules: HarmRules
) -> Iterable[list[int]]:
    by_group = {group: [line for line in lines if line.seat.group == group] for group in groups}
    yield [people[group] for group in groups]
    yield [len({line.seat.label for line in by_group[group]}) for group in groups]
    yield [len(by_group[group]) for group in groups]
    events = {group: [line.event for line in by_group[group]] for group in groups}
    yield [sum(event.severity == "severe" for event in events[group]) for group in groups]
    yield [sum(bool(event.criteria) for event in events[group]) for group in groups]
    yield [sum("death" in event.criteria for event in events[group]) for group in groups]
    yield [sum(event.drug in rules.related for event in events[group]) for group in groups]
    yield [sum(event.training in rules.related for event in events[group]) for group in groups]


def _terms(groups: tuple[str, ...], lines: Iterable[EventLine]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return for each term `people (events)` of each group, the most frequent term first."""
    by_term: dict[str, list[EventLine]] = {}
    for line in lines:
        by_term.setdefault(line.term.strip().casefold(), []).append(line)
    ordered = sorted(by_term.values(), key=lambda found: (-len(found), found[0].term.casefold()))
    return tuple((found[0].term.strip(), tuple(_cell(group, found) for group in groups)) for found in ordered)


def _cell(group: str, found: Iterable[EventLine]) -> str:
    labels = [line.seat.label for line in found if line.seat.group == group]
    return f"{len(set(labels))} ({len(labels)})" if labels else "–"
