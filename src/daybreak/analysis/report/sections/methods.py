"""How the numbers were made: methods with their sources, software, and digests of the data."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from daybreak.analysis.report.parts import Head, Listing, Part, ReportTable, Section, Words
from daybreak.analysis.report.sections.models import FREEDOM
from daybreak.core.study import AnalysisRules, SensitivityRules, StudyFile

PACKAGES = ("daybreak", "numpy", "scipy", "polars", "lifelines", "matplotlib", "jinja2")
SOURCES = (
    "CONSORT: Hopewell and colleagues, CONSORT 2025 statement, BMJ 2025;389:e081123.",
    "The design and the straight line from 24 hours to day 30: Price and colleagues, Am J Psychiatry 2022;179:959-968.",
    "Mixed models for repeated measures: Mallinckrodt and colleagues, Drug Inf J 2008;42:303-319.",
    "Degrees of freedom: Kenward and Roger, Biometrics 1997;53:983-997; Satterthwaite, Biometrics Bull 1946;2:110-114.",
    "Reference-based imputation: Carpenter, Roger and Kenward, J Biopharm Stat 2013;23:1352-1371.",
    "Pooling of imputations: Rubin, Multiple Imputation for Nonresponse in Surveys, 1987; Barnard and Rubin, "
    "Biometrika 1999;86:948-955.",
    "Times to relapse: Kaplan and Meier, J Am Stat Assoc 1958;53:457-481; Cox, J R Stat Soc B 1972;34:187-220.",
    "Limits of shares: Wilson, J Am Stat Assoc 1927;22:209-212.",
    "Blinding indices: James and colleagues, Stat Med 1996;15:1421-1434; Bang, Ni and Davis, Control Clin Trials "
    "2004;25:143-156.",
    "Implicit association test: Greenwald, Nosek and Banaji, J Pers Soc Psychol 2003;85:197-216.",
)


def methods_section(study: StudyFile, checksums: tuple[tuple[str, str], ...]) -> Section:
    """Return the section of methods; `checksums` are the export's files with their digests."""
    parts: list[Part] = [Words(sentence) for sentence in _sentences(study)]
    parts += [Words("Sources:"), Listing(SOURCES), _software(), _digests(checksums)]
    return Section("methods", "Methods, software and data", tuple(parts))


def _sentences(study: StudyFile) -> Iterator[str]:
    yield (
        "Everything here follows the study file that is part of the export, which was written down before anybody was "
        "enrolled and of which every version is kept. People are analysed in the group they were allocated to, "
        "whatever they received."
    )
    rules = study.analysis.get("primary")
    if rules is not None:
        yield from _primary(rules)
    yield (
        "Limits are 95 % confidence limits and p values are two-sided. Figures and tables show the same numbers; each "
        "table lies as CSV with all digits in the folder beside this report."
    )


def _primary(rules: AnalysisRules) -> Iterator[str]:
    adjust = (
        "" if rules.adjust == "none" else f" P values of the differences are adjusted by {rules.adjust.capitalize()}."
    )
    yield (
        f"Primary model: {rules.formula}, fitted by restricted maximum likelihood to every value there is after the "
        f"baseline; degrees of freedom by {FREEDOM[rules.ddf]}. Means are marginal means at the mean baseline.{adjust}"
    )
    plan = rules.sensitivity or SensitivityRules()
    yield (
        f"Unseen values were drawn {plan.imputations} times, from the seed {plan.seed}, and the analyses of the "
        "completed data were pooled by Rubin's rules."
    )


def _software() -> ReportTable:
    rows = [("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            rows.append((name, version(name)))
        except PackageNotFoundError:
            continue
    return ReportTable("software", "Software", (Head("name", "Name"), Head("version", "Version")), tuple(rows))


def _digests(checksums: tuple[tuple[str, str], ...]) -> ReportTable:
    heads = (Head("file", "File of the export"), Head("sha256", "SHA-256"))
    return ReportTable("data", "Digests of the data", heads, checksums)
