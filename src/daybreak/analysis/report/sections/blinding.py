"""Blinding: guesses of people and raters, and indices once it is known who got what."""

from __future__ import annotations

from collections.abc import Sequence

from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.guesses import Guesses
from daybreak.analysis.report.parts import Head, NotDone, Part, ReportTable, Section, Value, Words
from daybreak.analysis.report.sections.models import visit_name
from daybreak.core.study import StudyFile

SAYS = {
    "drug": "drug",
    "placebo": "placebo",
    "active": "active",
    "sham": "sham",
    "unknown": "do not know",
}
WORDS = {"drug": ("drug", "placebo"), "exercises": ("active", "sham")}
ABOUT = {"drug": "the infusion", "exercises": "the exercises"}
COUNTS = (
    Head("by", "Who guessed"),
    Head("about", "About"),
    Head("visit", "Visit"),
    Head("group", "Group"),
)
INDICES = (
    Head("by", "Who guessed"),
    Head("about", "About"),
    Head("index", "Index"),
    Head("group", "Given"),
    Head("n", "People", "count"),
    Head("correct", "Right", "count"),
    Head("wrong", "Wrong", "count"),
    Head("unsure", "Do not know", "count"),
    Head("estimate", "Index", "number"),
    Head("ci_low", "95 % CI from", "number"),
    Head("ci_high", "to", "number"),
)
READ = (
    "James's index runs from 0 (everybody guessed right) through 0.5 (as by chance) to 1 (nobody would guess, or all "
    "wrong). Bang's index of each group runs from minus 1 (all wrong) through 0 (as by chance) to 1 (all right). A "
    "treatment that works tells something of itself: right guesses need not mean that the blinding failed."
)


def blinding_section(study: StudyFile, found: Sequence[Guesses]) -> Section:
    """Return the section of blinding."""
    title = "Blinding"
    if not found:
        return Section("blinding", title, (NotDone("Nobody has been asked for a guess yet."),))
    parts: list[Part] = []
    rows = [row for one in found for row in _indices(one)]
    if rows:
        parts += [Words(READ), ReportTable("blinding", "Blinding indices", INDICES, tuple(rows), grouped=2)]
    refused = dict.fromkeys(one.found.sentence() for one in found if isinstance(one.found, Refusal))
    parts += [NotDone(sentence) for sentence in refused]
    parts.append(_counts(study, found))
    return Section("blinding", title, tuple(parts))


def _indices(one: Guesses) -> list[tuple[Value, ...]]:
    if isinstance(one.found, Refusal):
        return []
    each = ([one.found.james] if one.found.james else []) + list(one.found.bang)
    return [
        (
            one.by,
            ABOUT[one.about],
            index.name,
            SAYS.get(index.arm, index.arm) or "everybody",
            index.n,
            index.correct,
            index.wrong,
            index.unsure,
            index.estimate,
            index.ci_low,
            index.ci_high,
        )
        for index in each
    ]


def _counts(study: StudyFile, found: Sequence[Guesses]) -> ReportTable:
    rows: list[tuple[Value, ...]] = []
    for one in found:
        counts = {(group, guess): count for group, guess, count in one.counts}
        asked = (*WORDS[one.about], "unknown")
        for group in dict.fromkeys(group for group, _ in counts):
            told = [counts.get((group, word), 0) if word in asked else None for word in SAYS]
            rows.append((one.by, ABOUT[one.about], visit_name(study, one.visit), group, *told))
    heads = (*COUNTS, *(Head(word, says.capitalize(), "count") for word, says in SAYS.items()))
    return ReportTable("guesses", "Guesses by group", heads, tuple(rows), grouped=3)
