"""Making the report of an export: everything planned is run, and its sections put in order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Literal

from daybreak.analysis.export import Export
from daybreak.analysis.plan.attempt import Refusal
from daybreak.analysis.plan.material import Material, gather
from daybreak.analysis.plan.run import PRIMARY, Results, run_plan
from daybreak.analysis.plan.sensitivity import least_given
from daybreak.analysis.report.opening import STATUS, in_short
from daybreak.analysis.report.parts import Report, Section
from daybreak.analysis.report.sections.baseline import baseline_section
from daybreak.analysis.report.sections.blinding import blinding_section
from daybreak.analysis.report.sections.columns import Cast
from daybreak.analysis.report.sections.deviations import deviations_section
from daybreak.analysis.report.sections.flow import flow_section
from daybreak.analysis.report.sections.harms import harms_section
from daybreak.analysis.report.sections.mechanism import mechanism_section
from daybreak.analysis.report.sections.methods import methods_section
from daybreak.analysis.report.sections.missing import missing_section
from daybreak.analysis.report.sections.primary import primary_section
from daybreak.analysis.report.sections.response import relapse_section, response_section
from daybreak.analysis.report.sections.secondary import secondary_sections
from daybreak.analysis.report.sections.sensitivity import sensitivity_section
from daybreak.analysis.report.sections.subgroups import subgroups_section
from daybreak.analysis.report.sections.training import adherence_section, timing_section
from daybreak.core.errors import ExportError
from daybreak.core.study import SensitivityRules

Reader = Literal["study", "board-open", "board-closed"]
SUBTITLES: dict[Reader, str] = {
    "study": "Report of the planned analysis",
    "board-open": "Open report for the safety board",
    "board-closed": "Closed report for the safety board",
}
RELAPSE = (
    "Among people who had responded at the first visit after the infusion, the time from then to the first visit at "
    "which the score was no longer better than the baseline by half."
)
Progress = Callable[[str], None]


def make_report(export: Export, reader: Reader = "study", progress: Progress = lambda _what: None) -> Report:
    """Return the report of an export.

    Args:
        export: the folder that was opened.
        reader: the whole report, or what a safety board gets: all people pooled (open), or by letters (closed).
        progress: called with what is done next.

    Raises:
        ExportError: a closed report was asked for of an export without letters, or the export lacks a table.
    """
    if reader == "board-closed" and export.blinding != "letters":
        remedy = "Make one with `daybreak export --letters-for ADDRESS`."
        raise ExportError("a closed report needs an export by letters.", where=str(export.folder), remedy=remedy)
    material = gather(export, pooled=reader == "board-open")
    results = run_plan(material, progress)
    progress("figures and tables")
    sections = _board(material, results) if reader.startswith("board") else _whole(material, results)
    return Report(
        title=material.study.study.title,
        subtitle=SUBTITLES[reader],
        status=STATUS[material.grouping.kind],
        facts=_facts(material),
        summary=in_short(material.study, material.grouping, len(material.people), results),
        sections=tuple(sections),
        identifier=hashlib.sha256(f"{export.sha256} {reader}".encode()).hexdigest(),
    )


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    export, study = material.export, material.study.study
    known = [("Study", study.id)]
    if study.registration:
        known.append(("Registration", study.registration))
    known += [
        ("Data of", f"{export.made_at:%-d %B %Y, %H:%M} UTC"),
        ("People analysed", str(len(material.people))),
        ("Sites", str(material.people["site"].n_unique())),
        ("Exported by", f"daybreak {export.daybreak}"),
    ]
    return tuple(known)


def _whole(material: Material, results: Results) -> list[Section]:
    study, cast = material.study, Cast(material)
    rules = study.analysis.get(PRIMARY)
    outcome = rules.outcome if rules else ""
    return [
        flow_section(material, _analysed(results)),
        baseline_section(cast),
        adherence_section(cast, study, _least_dose(material)),
        primary_section(study, rules, material.grouping, results.primary),
        sensitivity_section(study, results.primary, results.sensitivity, results.tipping),
        *secondary_sections(study, results.others),
        subgroups_section(study, results.primary, results.subgroups),
        response_section(study, outcome, results.response),
        relapse_section(results.relapse, RELAPSE),
        mechanism_section(study, rules, results.mechanism, material.grouping.compares),
        missing_section(cast, rules),
        harms_section(cast, study),
        timing_section(cast),
        blinding_section(study, results.guesses),
        deviations_section(cast),
        methods_section(study, _digests(material)),
    ]


def _board(material: Material, results: Results) -> list[Section]:
    """Return what a safety board asks for: who is in, what they got, harms, and the primary outcome so far."""
    study, cast = material.study, Cast(material)
    rules = study.analysis.get(PRIMARY)
    return [
        flow_section(material, _analysed(results)),
        harms_section(cast, study),
        baseline_section(cast),
        adherence_section(cast, study, _least_dose(material)),
        primary_section(study, rules, material.grouping, results.primary),
        missing_section(cast, rules),
        deviations_section(cast),
        methods_section(study, _digests(material)),
    ]


def _least_dose(material: Material) -> float:
    rules = material.study.analysis.get(PRIMARY)
    return least_given(material, (rules.sensitivity if rules else None) or SensitivityRules())


def _analysed(results: Results) -> set[str]:
    """Return the codes of everybody whose data the primary analysis used."""
    if isinstance(results.primary, Refusal):
        return set()
    return set(results.primary.table.drop_nulls("change")["participant"])


def _digests(material: Material) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(material.export.checksums.items()))
