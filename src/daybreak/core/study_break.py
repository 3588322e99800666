"""Which changes of a running study would break people already enrolled, and why.

Each reason stands beside a pattern of places. What no rule names may change: titles, windows, hours, targets, messages,
alerts, analyses, new visits after the others, new consent versions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from daybreak.core.study import StudyFile


@dataclass(frozen=True)
class Pair:
    """Two versions of one file."""

    old: StudyFile
    new: StudyFile


Place = tuple[str, ...]
Test = Callable[[Pair, Place, Any, Any], bool]


def always(_pair: Pair, _place: Place, _old: Any, _new: Any) -> bool:
    """Any change of this place breaks."""
    return True


def gone(_pair: Pair, _place: Place, _old: Any, new: Any) -> bool:
    """Only taking it away breaks."""
    return new is None


def fewer(_pair: Pair, _place: Place, old: Any, new: Any) -> bool:
    """A list breaks if something that was in it is no longer."""
    return any(entry not in (new or ()) for entry in old or ())


def lost_occurrence(pair: Pair, place: Place, _old: Any, _new: Any) -> bool:
    """A visit breaks if it, or one of its occurrences, is no longer planned."""
    before = next((visit for visit in pair.old.visits if visit.key == place[1]), None)
    planned = {visit.key for visit in pair.new.schedule}
    return before is not None and any(visit.key not in planned for visit in before.occurrences)


def sorts_people(pair: Pair, place: Place, _old: Any, _new: Any) -> bool:
    """A question breaks if people were sorted by its answer."""
    return place[1] in pair.old.allocation.asked


def signed(pair: Pair, place: Place, _old: Any, _new: Any) -> bool:
    """A part of a consent breaks if its version stood there before."""
    return any(f"{text.key} {text.version} {text.language}" == place[1] for text in pair.old.consents)


RULES: tuple[tuple[str, Test, str], ...] = (
    ("study.id", always, "the id names this study in every export; load another study instead"),
    ("arms.(order)", always, "allocation already runs with the arms in the old order"),
    ("arms.*.drug", always, "people in this arm had the old drug"),
    ("arms.*.ratio", always, "people were allocated in the old ratio"),
    ("arms.*.version", always, "people in this arm train with the old version"),
    ("arms.*", always, "people were allocated among the old arms"),
    ("allocation.*", always, "people were allocated by the old rule, and its lists are sealed"),
    ("sites.*", gone, "people may be enrolled there"),
    ("infusions.count", always, "people are in the middle of the old course"),
    ("infusions.every", always, "people are in the middle of the old course"),
    ("infusions.training_after", always, "the training of people enrolled hangs on the old infusion"),
    ("training.pack", always, "people have begun to train with the old pack"),
    ("training.faces", always, "people have begun to train with the old faces"),
    ("training.starts_after_infusion", always, "sessions that people have played would fall outside their calendar"),
    ("training.days", always, "the number of planned sessions would change for people who have begun"),
    ("training.sessions_per_day", always, "the number of planned sessions would change for people who have begun"),
    ("training.boosters", fewer, "people may have had a booster that is no longer planned; add boosters only"),
    ("eligibility.*.choices", sorts_people, "people were sorted by the old answers when they were allocated"),
    ("eligibility.*.kind", sorts_people, "people were sorted by the old answers when they were allocated"),
    ("eligibility.*", lambda *given: gone(*given) and sorts_people(*given), "people were sorted by it when allocated"),
    ("consents.*.title", signed, "people signed the old words; add a new version of the text"),
    ("consents.*.paragraph *", signed, "people signed the old words; add a new version of the text"),
    ("consents.*", gone, "people may have signed it; leave it where it is"),
    ("visits.*.day", always, "the visit would move for people who have had it; add another visit instead"),
    ("visits.*.counted_from", always, "the visit would move for people who have had it; add another visit instead"),
    ("visits.*.instruments", fewer, "answers already given there would belong nowhere; add instruments only"),
    ("visits.*.repeat_*", lost_occurrence, "people may have had an occurrence that is no longer planned"),
    ("visits.*", gone, "people may have had it; leave it where it is"),
)
"""Pattern of a place, when a change there breaks, and why. The first pattern that fits counts."""


def reason(pair: Pair, place: Place, old: Any, new: Any) -> str:
    """Return why a change would break people already enrolled; nothing if it would not."""
    for pattern, breaks, why in RULES:
        if _fits(pattern.split("."), place):
            return why if breaks(pair, place, old, new) else ""
    return ""


def _fits(pattern: list[str], place: Place) -> bool:
    return len(pattern) == len(place) and all(map(fnmatchcase, place, pattern))
