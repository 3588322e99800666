"""The mechanism: how much of a difference goes through another score."""

from __future__ import annotations

from collections.abc import Sequence

from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.mechanism import Mechanism
from daybreak.analysis.report.parts import Head, NotDone, Part, ReportTable, Section, Words
from daybreak.analysis.report.sections.models import visit_name
from daybreak.analysis.report.writing import minus, p_said
from daybreak.core.study import AnalysisRules, StudyFile

EFFECTS = (
    Head("contrast", "Difference"),
    Head("effect", "Effect"),
    Head("estimate", "Estimate", "number"),
    Head("se", "SE", "number"),
    Head("ci_low", "95 % CI from", "number"),
    Head("ci_high", "to", "number"),
    Head("bca_low", "BCa 95 % CI from", "number"),
    Head("bca_high", "to", "number"),
)
PATHS = (
    Head("contrast", "Difference"),
    Head("path", "Path"),
    Head("estimate", "Estimate", "number"),
    Head("ci_low", "95 % CI from", "number"),
    Head("ci_high", "to", "number"),
    Head("df", "df", "number", 0),
    Head("t", "t", "number"),
    Head("p", "p", "p"),
)


def mechanism_section(
    study: StudyFile, rules: AnalysisRules | None, found: Sequence[Mechanism | Refusal], compares: bool
) -> Section:
    """Return the section of the mechanism."""
    title = "Mechanism"
    if rules is None or rules.mechanism is None:
        return Section("mechanism", title, (NotDone("The study file plans no analysis of a mechanism."),))
    if not compares:
        return Section("mechanism", title, (NotDone("A mechanism of differences needs groups that are known."),))
    done = [one for one in found if isinstance(one, Mechanism)]
    parts: list[Part] = []
    if done:
        parts += [Words(_says(study, done[0])), _effects(done), _paths(done)]
        parts += [Words(_sobel(one)) for one in done]
    parts.extend(NotDone(one.sentence()) for one in found if isinstance(one, Refusal))
    return Section("mechanism", title, tuple(parts))


def _says(study: StudyFile, one: Mechanism) -> str:
    score = "D score of the implicit association test" if one.score.startswith("iat") else one.score
    return (
        f"Does the difference at {visit_name(study, one.visit)} go through the {score} at {visit_name(study, one.at)}? "
        "Two regressions, adjusted for both baselines, give the path from group to score (a) and from score to "
        "outcome (b); the indirect effect is their product, with limits from bootstrap samples "
        f"({one.found.draws}). That nothing else moves score and outcome alike is assumed and cannot be tested: people "
        "were not allocated to their scores."
    )


def _effects(done: list[Mechanism]) -> ReportTable:
    rows = tuple(
        (
            minus(one.contrast),
            effect.label,
            effect.estimate,
            None if effect.label.startswith("proportion") else effect.se,
            effect.ci_low,
            effect.ci_high,
            effect.bca_low,
            effect.bca_high,
        )
        for one in done
        for effect in one.found.effects
    )
    note = "Percentile limits, and bias-corrected accelerated ones (BCa)."
    return ReportTable("mechanism", "Direct, indirect and total effects", EFFECTS, rows, (note,), grouped=1)


def _paths(done: list[Mechanism]) -> ReportTable:
    rows = tuple(
        (
            minus(one.contrast),
            path.label,
            path.estimate,
            path.ci_low,
            path.ci_high,
            path.df,
            path.t,
            path.p,
        )
        for one in done
        for path in one.found.paths
    )
    return ReportTable("mechanism_paths", "The paths", PATHS, rows, grouped=1)


def _sobel(one: Mechanism) -> str:
    warnings = " ".join(one.found.warnings)
    contrast = one.contrast.replace(" - ", " minus ")
    return (
        f"{contrast}: {one.found.n_obs} people; normal theory test of the indirect effect (Sobel) z = "
        f"{one.found.sobel_z:.2f}, {p_said(one.found.sobel_p)}. {warnings}"
    ).strip()
