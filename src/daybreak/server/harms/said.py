"""An adverse event in words: its facts, and who changed what of it and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from daybreak.core.harms import CRITERIA, EXPECTED, MEASURES, OUTCOMES, RELATED, SEVERITIES, RoughDate
from daybreak.server.audit.models import Entry
from daybreak.server.audit.reading import Change, lines_of
from daybreak.server.harms.models import AdverseEvent
from daybreak.server.studies.queries import file_of
from daybreak.server.visits.moment_field import WRITTEN

ACTIONS = {
    "record-adverse-event": "recorded",
    "correct-adverse-event": "corrected",
    "judge-adverse-event": "judged",
    "strike-adverse-event": "struck",
}
HIDDEN = {"judged_by", "judged_at", "struck_at", "recorded_by", "recorded_at", "participant", "taken_from"}
SOURCES = {"spontaneous": "they told it by themselves", "infusion": "recorded with the infusion"}


@dataclass(frozen=True)
class Fact:
    """One fact of an event: what it is called, what it says, and the column it stands in."""

    label: str
    says: str
    field: str


@dataclass(frozen=True)
class Turn:
    """One turn of an event's history."""

    entry: Entry
    did: str
    changes: tuple[Change, ...]


def facts_said(event: AdverseEvent) -> list[Fact]:
    """Return the facts of an event in the order people ask for them; what is not known is a dash."""
    outcome = OUTCOMES.get(event.outcome, event.outcome)
    said = [
        Fact("How strong", f"{event.severity}: {SEVERITIES.get(event.severity, '')}", "severity"),
        Fact("Serious", _several(event.criteria, CRITERIA) or "no", "criteria"),
        Fact("Began", _rough(event.onset), "onset"),
        Fact("Ended", _rough(event.ended), "ended"),
        Fact("How it is now", outcome, "outcome"),
        Fact("What was done", _several(event.measures, MEASURES) or "nothing", "measures"),
        Fact("Expected", _judged(event.expectedness, EXPECTED), "expectedness"),
        Fact("Caused by the infusion", _judged(event.drug, RELATED), "drug"),
        Fact("Caused by the training", _judged(event.training, RELATED), "training"),
        Fact("Term and code", " · ".join(filter(None, (event.preferred_term, event.code))) or "–", "preferred_term"),
        Fact("How it became known", _source(event), "visit"),
        Fact("Known, UTC", event.known_at.strftime(WRITTEN).replace("T", " "), "known_at"),
    ]
    if event.serious_at and event.serious_at != event.known_at:
        said.append(
            Fact("Known to be serious, UTC", event.serious_at.strftime(WRITTEN).replace("T", " "), "serious_at")
        )
    return said


def history_of(event: AdverseEvent) -> Iterator[Turn]:
    """Yield who recorded, corrected, judged or struck the event, in order, with old and new values."""
    row = f"{event._meta.label_lower}:{event.pk}"
    entries = Entry.objects.filter(participant=event.participant, action__in=ACTIONS, body__contains=f'"{row}"')
    for line in lines_of(entries.select_related("by").order_by("number")):
        changes = tuple(each for each in line.changes if each.row == row and each.field not in HIDDEN)
        shown = () if line.entry.action == "record-adverse-event" else changes
        yield Turn(line.entry, ACTIONS[line.entry.action], shown)


def _several(keys: list[str], words: dict[str, str]) -> str:
    return "; ".join(words.get(key, key) for key in keys)


def _rough(text: str) -> str:
    rough = RoughDate.read(text)
    return rough.said() if rough else "not known"


def _judged(key: str, words: dict[str, str]) -> str:
    return f"{key}: {words.get(key, '')}" if key else "not judged yet"


def _source(event: AdverseEvent) -> str:
    if event.source != event.Source.ASKED:
        return SOURCES[event.source]
    titles = {one.key: one.title for one in file_of(event.participant.study).schedule}
    return f"asked at: {titles.get(event.visit, event.visit)}"
