"""Whether the parts of a study file fit together: each check looks at two parts or more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from math import gcd

from daybreak.core.complaint import Fault, Place
from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.rule import Rule
from daybreak.core.study.allocation import AllocationRules
from daybreak.core.study.analysis import AnalysisRules
from daybreak.core.study.arms import Arm, SiteTable
from daybreak.core.study.assumptions import AssumptionRules
from daybreak.core.study.infusions import InfusionRules
from daybreak.core.study.instruments import InstrumentRules
from daybreak.core.study.measures import alert_faults, unknown_names, written
from daybreak.core.study.messages import MessageRules
from daybreak.core.study.people import ConsentText, Criterion
from daybreak.core.study.safety import AlertRules
from daybreak.core.study.training import TrainingRules
from daybreak.core.study.values import write_span
from daybreak.core.study.visits import VisitRules, unknown_instrument


@dataclass(frozen=True)
class Parts:
    """The parts of a study file that are checked against each other."""

    arms: tuple[Arm, ...]
    sites: tuple[SiteTable, ...]
    allocation: AllocationRules
    infusions: InfusionRules
    training: TrainingRules
    eligibility: tuple[Criterion, ...]
    consents: tuple[ConsentText, ...]
    visits: tuple[VisitRules, ...]
    instruments: tuple[InstrumentRules, ...]
    alerts: tuple[AlertRules, ...]
    messages: tuple[MessageRules, ...]
    analysis: dict[str, AnalysisRules]
    assumptions: AssumptionRules | None


def cross_faults(parts: Parts) -> Iterator[Fault]:
    """Yield everything that does not fit together."""
    yield from _same_key("arms", parts.arms)
    yield from _same_key("sites", parts.sites)
    yield from _same_key("eligibility", parts.eligibility)
    yield from _same_key("visits", parts.visits)
    yield from _same_key("instruments", parts.instruments)
    yield from _same_key("messages", parts.messages)
    yield from _same_key("alerts", parts.alerts)
    yield from _allocation_faults(parts)
    yield from _course_faults(parts)
    yield from _rule_faults(parts.eligibility)
    yield from _consent_faults(parts.consents)
    yield from _visit_faults(parts.visits)
    yield from _alert_faults(parts)
    yield from _message_faults(parts)
    for key, rules in parts.analysis.items():
        yield from _analysis_faults(parts, ("analysis", key), rules)
    if parts.assumptions:
        yield from _assumption_faults(parts, parts.assumptions)


def _same_key(
    table: str,
    entries: Sequence[Arm | SiteTable | Criterion | VisitRules | InstrumentRules | MessageRules | AlertRules],
) -> Iterator[Fault]:
    keys = [entry.key for entry in entries]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            yield Fault((table, place, "key"), f"the key '{key}' stands twice; give each entry a key of its own")


def _allocation_faults(parts: Parts) -> Iterator[Fault]:
    rules, ratios = parts.allocation, [arm.ratio for arm in parts.arms]
    if rules.method == "none":
        if len(ratios) > 1:
            says = 'there are several arms, so write "permuted-blocks" or "minimisation"; a clinic has one arm'
            yield Fault(("allocation", "method"), says)
        return
    if len(ratios) == 1:
        yield Fault(("allocation", "method"), 'there is only one arm, so write "none"; or add an arm')
    whole = sum(ratios) // gcd(*ratios)
    for place, size in enumerate(rules.block_sizes):
        if size % whole:
            says = f"a block of {size} cannot hold the arms in their ratio; write a multiple of {whole}"
            yield Fault(("allocation", "block_sizes", place), says)
    sortable = ["site", *(criterion.key for criterion in parts.eligibility if criterion.levels)]
    table = "strata" if rules.method == "permuted-blocks" else "factors"
    for place, name in enumerate(rules.asked):
        if name not in sortable:
            says = f"there is no eligibility question '{name}' with choices; people can be sorted by: "
            yield Fault(("allocation", table, place), says + ", ".join(sortable))


def _course_faults(parts: Parts) -> Iterator[Fault]:
    course, training = parts.infusions, parts.training
    if course.training_after != "each" or course.every is None:
        return
    lasts = training.starts_after_infusion + timedelta(days=training.days)
    if lasts > course.every:
        says = f"training lasts until {write_span(lasts)} after an infusion, and the next is due after "
        yield Fault(
            ("infusions", "training_after"), says + f'{write_span(course.every)}; write "last", or train on fewer days'
        )
    if training.boosters:
        yield Fault(("training", "boosters"), 'they need one infusion to be counted from; remove them, or write "last"')


def _rule_faults(eligibility: tuple[Criterion, ...]) -> Iterator[Fault]:
    known = {criterion.key: criterion for criterion in eligibility}
    for place, criterion in enumerate(eligibility):
        if not criterion.rule:
            continue
        rule = Rule.parse(criterion.rule)
        where: Place = ("eligibility", place, "rule")
        for name in sorted(rule.names - known.keys()):
            yield Fault(where, f"there is no question '{name}'; the questions are: {', '.join(known)}")
        for name, value in rule.compared:
            if name in known and not _can_be(known[name], value):
                says = f"'{name}' can never be {written(value)}; its answers are {_answers(known[name])}"
                yield Fault(where, says)


def _can_be(criterion: Criterion, value: object) -> bool:
    if criterion.kind == "yes-no":
        return isinstance(value, bool)
    if criterion.kind in {"whole", "real"}:
        return isinstance(value, float)
    return isinstance(value, str) and (not criterion.choices or value in criterion.choices)


def _answers(criterion: Criterion) -> str:
    if criterion.kind == "date":
        return "dates, written as texts"
    return " or ".join(criterion.levels) or "numbers"


def _consent_faults(consents: tuple[ConsentText, ...]) -> Iterator[Fault]:
    seen: dict[tuple[str, str], ConsentText] = {}
    for place, text in enumerate(consents):
        before = seen.get((text.key, text.language))
        where: Place = ("consents", place, "version")
        expected = before.version + 1 if before else 1
        seen[text.key, text.language] = text
        if text.version != expected:
            yield Fault(where, f"write {expected}: the versions of '{text.key}' in '{text.language}' go up one by one")
            return
        if before and text.effective is None:
            says = f"version {text.version} needs the day from which it is signed, such as 2026-05-01"
            yield Fault(("consents", place, "effective"), says)
        if before and text.effective and before.effective and text.effective <= before.effective:
            yield Fault(
                ("consents", place, "effective"), f"write a day after {before.effective}, that of the version before"
            )
    newest = {key: max(text.version for text in consents if text.key == key) for key, _ in seen}
    for (key, language), last in seen.items():
        if last.version < newest[key]:
            place = consents.index(last)
            yield Fault(("consents", place), f"version {newest[key]} of '{key}' has no text in '{language}'; add it")


def _visit_faults(visits: tuple[VisitRules, ...]) -> Iterator[Fault]:
    for place, visit in enumerate(visits):
        earlier = [one for one in visits[:place] if one.counted_from == visit.counted_from]
        if earlier and visit.day < earlier[-1].day:
            says = f"day {visit.day} comes before day {earlier[-1].day} of '{earlier[-1].key}'; put visits in order"
            yield Fault(("visits", place, "day"), says)
        for other in earlier:
            shared = [name for name in visit.instruments if name in other.instruments]
            if shared and _overlap(visit, other):
                says = f"'{shared[0]}' is due at '{other.key}' in the same hours; let its window close before this one"
                yield Fault(("visits", place, "window"), says)
    keys = [visit.key for visit in visits]
    for place, visit in enumerate(visits):
        if visit.repeat_every:
            for one in visit.occurrences:
                if one.key in keys:
                    yield Fault(
                        ("visits", place, "key"), f"its occurrence is called '{one.key}', and so is another visit"
                    )


def _overlap(one: VisitRules, other: VisitRules) -> bool:
    windows = sorted(visit.span for each in (one, other) for visit in each.occurrences)
    return any(later[0] < earlier[1] for earlier, later in pairwise(windows))


def _alert_faults(parts: Parts) -> Iterator[Fault]:
    used = {name for visit in parts.visits for name in visit.instruments}
    for place, alert in enumerate(parts.alerts):
        where: Place = ("alerts", place, *(("worsens", "score") if alert.worsens else ("when",)))
        for name in alert.instruments:
            yield from _measured(where, name, used)
        yield from alert_faults(where, alert)


def _measured(where: Place, name: str, used: Iterable[str]) -> Iterator[Fault]:
    if name not in INSTRUMENTS:
        yield Fault(where, unknown_instrument(name))
    elif name not in used:
        yield Fault(where, f"'{name}' is filled in at no visit; add it to the instruments of one")


def _message_faults(parts: Parts) -> Iterator[Fault]:
    known = {key for visit in parts.visits for key in (visit.key, *(one.key for one in visit.occurrences))}
    for place, message in enumerate(parts.messages):
        for number, key in enumerate(message.visits):
            if key not in known:
                named = ", ".join(visit.key for visit in parts.visits)
                yield Fault(
                    ("messages", place, "visits", number), f"there is no visit '{key}'; the visits are: {named}"
                )


def _analysis_faults(parts: Parts, where: Place, rules: AnalysisRules) -> Iterator[Fault]:
    yield from _outcome_faults(parts, where, rules.outcome)
    arms = list(dict.fromkeys(arm.key for arm in parts.arms))
    for place, pair in enumerate(rules.pairs):
        for name in pair:
            if name not in arms:
                says = f"there is no arm '{name}'; the arms are: {', '.join(arms)}"
                yield Fault((*where, "contrasts", place), says)
        if pair[0] == pair[1]:
            yield Fault((*where, "contrasts", place), "an arm cannot be compared with itself; name two arms")
    repeated = tuple(visit.key for visit in parts.visits if visit.repeat_every is not None)
    yield from _visits_known(parts, (*where, "visits"), rules.visits, repeated)
    yield from _visits_known(parts, (*where, "at"), rules.at)
    questions = ["site", "baseline", *(criterion.key for criterion in parts.eligibility)]
    for place, name in enumerate(rules.subgroups):
        if name not in questions:
            yield Fault((*where, "subgroups", place), f"write one of: {', '.join(questions)}")
    reference = rules.sensitivity.reference if rules.sensitivity else None
    if reference is not None and reference not in arms:
        says = f"there is no arm '{reference}'; the arms are: {', '.join(arms)}"
        yield Fault((*where, "sensitivity", "reference"), says)
    for key, name in _visits_within(rules):
        yield from (Fault((*where, *key), fault.says) for fault in _visits_known(parts, where, (name,)))


def _visits_within(rules: AnalysisRules) -> Iterator[tuple[Place, str]]:
    """Yield each visit named in the parts of an analysis, with where."""
    trend = rules.sensitivity.trend if rules.sensitivity else None
    if trend:
        yield ("sensitivity", "trend", "begin"), trend.begin
        yield ("sensitivity", "trend", "end"), trend.end
    if rules.mechanism:
        yield ("mechanism", "at"), rules.mechanism.at


def _outcome_faults(parts: Parts, where: Place, outcome: str) -> Iterator[Fault]:
    instrument, dot, score = outcome.partition(".")
    if not dot or not score:
        yield Fault((*where, "outcome"), 'write instrument, dot, score, such as "madrs.total"')
        return
    used = {name for visit in parts.visits for name in visit.instruments}
    yield from _measured((*where, "outcome"), instrument, used)
    if instrument in INSTRUMENTS and INSTRUMENTS[instrument].items:
        yield from unknown_names((*where, "outcome"), [outcome])


def _visits_known(parts: Parts, where: Place, keys: tuple[str, ...], repeated: tuple[str, ...] = ()) -> Iterator[Fault]:
    known = [*repeated, *(one.key for visit in parts.visits for one in visit.occurrences)]
    for place, key in enumerate(keys):
        if key not in known:
            named = ", ".join(visit.name for visit in parts.visits)
            yield Fault((*where, place), f"there is no visit '{key}'; the visits are: {named}")
        elif key in keys[:place]:
            yield Fault((*where, place), f"'{key}' stands twice; remove one of them")


def _assumption_faults(parts: Parts, rules: AssumptionRules) -> Iterator[Fault]:
    where: Place = ("assumptions",)
    yield from _outcome_faults(parts, where, rules.outcome)
    yield from _visits_known(parts, (*where, "visits"), rules.visits)
    arms = list(dict.fromkeys(arm.key for arm in parts.arms))
    for place, name in _arms_within(rules):
        if name not in arms:
            yield Fault((*where, *place), f"there is no arm '{name}'; the arms are: {', '.join(arms)}")
    for name in arms:
        if name not in rules.means and name not in rules.course:
            yield Fault((*where, "means"), f"the means of the arm '{name}' are missing; add them")
        if name in rules.fade and rules.fade[name].into == name:
            yield Fault((*where, "fade", name, "into"), "an arm cannot come to its own mean; name another")
    yield from _days_faults(parts, (*where, "visits"), rules.visits)
    yield from _drift_faults(parts, where, rules)


def _arms_within(rules: AssumptionRules) -> Iterator[tuple[Place, str]]:
    """Yield each arm that the assumptions name, with where."""
    for table in ("means", "course", "fade", "sd_by_arm", "dropout", "hazards", "gaps", "adherence"):
        yield from (((table, name), name) for name in getattr(rules, table))
    yield from ((("fade", name, "into"), fade.into) for name, fade in rules.fade.items())
    for table in ("spread", "effect") if rules.dose else ():
        yield from ((("dose", table, name), name) for name in getattr(rules.dose, table))


def _drift_faults(parts: Parts, where: Place, rules: AssumptionRules) -> Iterator[Fault]:
    days = {one.key: one.day for visit in parts.visits for one in visit.occurrences}
    begins = days.get(rules.visits[1])
    for name, course in rules.course.items():
        if begins is not None and course.drift_until is not None and course.drift_until <= begins:
            says = f"write a day after {begins}, that of '{rules.visits[1]}', from which on the mean drifts"
            yield Fault((*where, "course", name, "drift_until"), says)


def _days_faults(parts: Parts, where: Place, keys: tuple[str, ...]) -> Iterator[Fault]:
    days = {one.key: one.day for visit in parts.visits for one in visit.occurrences}
    known = [(place, key) for place, key in enumerate(keys) if key in days]
    for (_, before), (place, key) in pairwise(known):
        if place > 1 and days[key] <= days[before] and key != before:
            yield Fault((*where, place), f"'{key}' is no later than '{before}'; put visits in order of their days")
