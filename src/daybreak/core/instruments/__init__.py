"""The instruments that a study file may name: questionnaires, clinician scales and tasks.

This release knows their names and who fills them in, so that a schedule can be checked and printed. Their structure,
ranges and scores come with the assessments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Respondent = Literal["rater", "staff", "participant"]


@dataclass(frozen=True)
class Instrument:
    """A questionnaire, scale or task: its name as people say it, and who fills it in."""

    title: str
    by: Respondent


INSTRUMENTS = {
    "madrs": Instrument("Depression, by interview (MADRS)", "rater"),
    "qids-sr": Instrument("Depression, by self-report (QIDS-SR)", "participant"),
    "phq-9": Instrument("Depression, by self-report (PHQ-9)", "participant"),
    "c-ssrs": Instrument("Suicidality, by interview (C-SSRS)", "rater"),
    "cadss": Instrument("Dissociation, by interview (CADSS)", "staff"),
    "iat": Instrument("Implicit association task (IAT)", "participant"),
    "self-worth": Instrument("Low self-worth, by self-report", "participant"),
    "expectancy": Instrument("What the person expects", "participant"),
    "blind-guess": Instrument("Guess of the group", "participant"),
    "adverse-events": Instrument("Adverse events", "staff"),
    "vital-signs": Instrument("Blood pressure and pulse", "staff"),
}
