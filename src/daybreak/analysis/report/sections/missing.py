"""Missing values of the primary outcome: patterns over visits, and who has which, by group."""

from __future__ import annotations

from collections import Counter

import polars as pl

from daybreak.analysis.datasets.outcomes import outcome_rows
from daybreak.analysis.figures.dropout import DropoutFigure, Pattern, draw_dropout
from daybreak.analysis.plan.material import expanded
from daybreak.analysis.report.parts import NotDone, Picture, ReportTable, Section, Words
from daybreak.analysis.report.sections.columns import Cast
from daybreak.analysis.report.sections.models import outcome_name, visit_name
from daybreak.analysis.report.writing import count_of
from daybreak.core.errors import ExportError
from daybreak.core.study import AnalysisRules

MOST_PATTERNS = 24


def missing_section(cast: Cast, rules: AnalysisRules | None) -> Section:
    """Return the section of missing data."""
    title = "Missing data and dropout"
    if rules is None:
        return Section("missing", title, (NotDone("The study file plans no primary outcome."),))
    try:
        names_of = expanded(cast.material.study, rules.visits)
        rows_all = outcome_rows(cast.material.export, rules.outcome, names_of, with_baseline=True)
    except ExportError as error:
        return Section("missing", title, (NotDone(error.sentence()),))
    keys = tuple(str(visit) for visit in rows_all["visit"].unique(maintain_order=True))
    values = rows_all.with_columns(pl.col("visit").cast(pl.String)).drop_nulls("value")
    seen = {(person, visit) for person, visit in values.select("participant", "visit").iter_rows()}
    names = tuple(visit_name(cast.material.study, key) for key in keys)
    rows = tuple(
        (name, *cast.shares(values.filter(pl.col("visit") == key))) for key, name in zip(keys, names, strict=True)
    )
    table = ReportTable(
        "values_seen", "People with a value", cast.heads("visit", "Visit"), rows, ("Number of people (%).",)
    )
    says = (
        f"Values of the {outcome_name(rules.outcome)} that nobody saw. The primary model uses every value there is. It "
        "is right if missing values, given what was seen of a person, would have been like those of others; the "
        "sensitivity analyses ask what follows if not."
    )
    return Section("missing", title, (Words(says), _picture(cast, keys, names, seen), table))


def _picture(cast: Cast, keys: tuple[str, ...], names: tuple[str, ...], seen: set[tuple[str, str]]) -> Picture:
    groups = cast.grouping.names
    counts: Counter[tuple[tuple[bool, ...], str]] = Counter()
    for person, group in cast.people.select("participant", "arm").iter_rows():
        counts[tuple((person, key) in seen for key in keys), group] += 1
    patterns = [Pattern(kind, tuple(counts[kind, group] for group in groups)) for kind in {kind for kind, _ in counts}]
    ordered = sorted(patterns, key=lambda one: (-one.people, [not seen for seen in one.seen]))
    whole = sum(one.people for one in patterns if all(one.seen))
    shown = DropoutFigure("dropout", names, groups, tuple(ordered[:MOST_PATTERNS]))
    caption = "One row a pattern: filled where a value is there. Numbers are people by group."
    if len(ordered) > MOST_PATTERNS:
        caption += f" The {MOST_PATTERNS} most frequent of {len(ordered)} patterns."
    spoken = f"{count_of(whole, len(cast.people))} have every value."
    return Picture("dropout", "Patterns of values seen and missing", draw_dropout(shown), f"{caption} {spoken}", spoken)
