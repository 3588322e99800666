"""Response, remission, and the time from response to relapse."""

from __future__ import annotations

from collections.abc import Sequence

from daybreak.analysis.figures.survival import Curve, SurvivalFigure, draw_survival
from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.relapse import RelapseResult
from daybreak.analysis.plan.response import Proportion, ResponseRow
from daybreak.analysis.report.parts import Head, NotDone, Part, Picture, ReportTable, Section, Value, Words
from daybreak.analysis.report.sections.models import outcome_name, visit_name
from daybreak.analysis.report.writing import minus, number, p_said, people
from daybreak.core.study import StudyFile
from daybreak.stats.survival import CoxFit, LogRank, RestrictedMeans
from daybreak.stats.survival import Curve as Survival

TICKS, STEPS, AXIS = 6, (1, 2, 5, 7, 10, 14, 30, 60, 90, 120), "without relapse"
HEADS = (
    Head("group", "Group"),
    Head("visit", "Visit"),
    Head("seen", "Seen", "count"),
    Head("responders", "Responders", "count"),
    Head("response", "Share", "share", 0),
    Head("response_low", "95 % CI from", "share", 0),
    Head("response_high", "to", "share", 0),
    Head("remitters", "In remission", "count"),
    Head("remission", "Share", "share", 0),
    Head("remission_low", "95 % CI from", "share", 0),
    Head("remission_high", "to", "share", 0),
)


def response_section(study: StudyFile, outcome: str, found: Sequence[ResponseRow] | Refusal) -> Section:
    """Return the section of response and remission."""
    title = "Response and remission"
    if isinstance(found, Refusal):
        return Section("response", title, (NotDone(found.sentence()),))
    rows = tuple(
        (row.group, visit_name(study, row.visit), *_cells(row.response, seen=True), *_cells(row.remission))
        for row in found
    )
    words = (
        f"Response: the score ({outcome_name(outcome)}) is better than the baseline by half or more. Remission: a "
        "value up to the limit that the scale's source names. Both are told of people seen at the visit, and are not "
        "tested: the primary analysis uses the values themselves."
    )
    notes = ("Limits by Wilson's method.",)
    return Section(
        "response",
        title,
        (Words(words), ReportTable("response", "Response and remission", HEADS, rows, notes, grouped=1)),
    )


def _cells(found: Proportion | None, *, seen: bool = False) -> tuple[Value, ...]:
    if found is None:
        return (None, None, None, None)
    return (*([found.seen] if seen else []), found.count, found.share, *found.limits)


def relapse_section(found: Sequence[tuple[str, RelapseResult | Refusal]], definition: str) -> Section:
    """Return the section of times to relapse, by each outcome."""
    parts: list[Part] = [Words(definition)] if found else [NotDone("The study file plans no primary outcome.")]
    for outcome, one in found:
        name = outcome_name(outcome)
        if isinstance(one, Refusal):
            parts.append(NotDone(f"{name}: {one.why}"))
        else:
            parts += _relapses(name, outcome.partition(".")[0], one)
    return Section("relapse", "Time to relapse", tuple(parts))


def _relapses(name: str, key: str, found: RelapseResult) -> list[Part]:
    words = Words(f"{name}: {people(found.people)} responded and were followed; {found.events} relapsed.")
    parts: list[Part] = [words, _picture(name, key, found), _curves(name, key, found)]
    if isinstance(found.test, LogRank):
        test = found.test
        parts.append(Words(f"Log-rank test: chi-squared {number(test.statistic)} on {test.df} df, {p_said(test.p)}."))
    if isinstance(found.ratios, CoxFit):
        parts.append(_ratios(name, key, found.ratios))
    if isinstance(found.means, RestrictedMeans):
        parts.append(_restricted(name, key, found.means))
    tried = (found.test, found.ratios, found.means)
    return [*parts, *(NotDone(f"{name}, {one.sentence()}") for one in tried if isinstance(one, Refusal))]


def _picture(name: str, key: str, found: RelapseResult) -> Picture:
    curves = found.curves.curves
    longest = max(curve.steps[-1].time for curve in curves)
    step = min((one for one in STEPS if one * TICKS >= longest), default=STEPS[-1])
    ticks = tuple(range(0, int(longest) + step, step))
    shown = SurvivalFigure(
        f"relapse-{key}", tuple(_curve(one, ticks) for one in curves), ticks, AXIS, "days since the response"
    )
    return Picture(
        shown.name,
        f"Responders who have not relapsed, {name}",
        draw_survival(shown),
        "Kaplan-Meier curves with 95 % limits (shaded); ticks mark people last seen without a relapse.",
        "; ".join(f"{one.arm}: {one.events} of {one.people} relapsed" for one in curves),
    )


def _curve(found: Survival, ticks: tuple[int, ...]) -> Curve:
    steps = found.steps
    return Curve(
        group=found.arm,
        times=tuple(step.time for step in steps),
        share=tuple(step.survival for step in steps),
        low=tuple(step.survival if step.ci_low is None else step.ci_low for step in steps),
        high=tuple(step.survival if step.ci_high is None else step.ci_high for step in steps),
        censored=tuple((step.time, step.survival) for step in steps if step.censored),
        at_risk=found.at_risk(ticks),
    )


def _curves(name: str, key: str, found: RelapseResult) -> ReportTable:
    heads = (
        Head("group", "Group"),
        Head("responders", "Responders", "count"),
        Head("relapsed", "Relapsed", "count"),
        Head("median_days", "Median days", "number", 0),
        Head("ci_low", "95 % CI from", "number", 0),
        Head("ci_high", "to", "number", 0),
    )
    rows = tuple(
        (one.arm, one.people, one.events, one.median, one.median_low, one.median_high) for one in found.curves.curves
    )
    return ReportTable(
        f"relapse_{key}", f"Relapses, {name}", heads, rows, ("A dash means that half have not relapsed yet.",)
    )


def _ratios(name: str, key: str, found: CoxFit) -> ReportTable:
    heads = (
        Head("contrast", "Comparison"),
        Head("hazard_ratio", "Hazard ratio", "number"),
        Head("ci_low", "95 % CI from", "number"),
        Head("ci_high", "to", "number"),
        Head("p", "p", "p"),
    )
    rows = tuple((one.label, one.hazard_ratio, one.ci_low, one.ci_high, one.p) for one in found.ratios)
    return ReportTable(f"relapse_ratios_{key}", f"Hazard ratios of relapse (Cox), {name}", heads, rows, found.warnings)


def _restricted(name: str, key: str, found: RestrictedMeans) -> ReportTable:
    heads = (
        Head("group", "Group or difference"),
        Head("days", "Days", "number", 1),
        Head("ci_low", "95 % CI from", "number", 1),
        Head("ci_high", "to", "number", 1),
        Head("p", "p", "p"),
    )
    rows: list[tuple[Value, ...]] = [(one.arm, one.mean, one.ci_low, one.ci_high, None) for one in found.means]
    rows += [(minus(one.label), one.estimate, one.ci_low, one.ci_high, one.p) for one in found.differences]
    title = f"Mean days without relapse up to day {found.horizon:.0f}, {name}"
    return ReportTable(f"relapse_days_{key}", title, heads, tuple(rows))
