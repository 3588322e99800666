"""The instruments that a study file may name: questionnaires, clinician scales and tasks, one small module each.

No scale's own sentences stand here. Items carry prompts in our own plain words, which are *not the validated wording*;
a site imports the wording it may use.
"""

from __future__ import annotations

from daybreak.core.instruments.asked import (
    ADVERSE_EVENTS,
    BLIND_GUESS,
    BLIND_GUESS_RATER,
    CADSS,
    EXPECTANCY,
    IAT,
    IAT_BRIEF,
    IAT_SHORT,
    SESSION_FEEDBACK,
    TREATMENT_CHANGES,
    VITAL_SIGNS,
)
from daybreak.core.instruments.cssrs import C_SSRS
from daybreak.core.instruments.gad import GAD_7
from daybreak.core.instruments.instrument import Answers, Band, Instrument, Licence, Respondent, Score, named
from daybreak.core.instruments.item import AnswerError, Choice, Item, Value
from daybreak.core.instruments.madrs import MADRS
from daybreak.core.instruments.phq import PHQ_9
from daybreak.core.instruments.qids import QIDS_SR
from daybreak.core.instruments.rosenberg import SELF_WORTH

INSTRUMENTS: dict[str, Instrument] = {
    instrument.key: instrument
    for instrument in (
        MADRS,
        QIDS_SR,
        PHQ_9,
        GAD_7,
        C_SSRS,
        CADSS,
        IAT,
        IAT_SHORT,
        IAT_BRIEF,
        SELF_WORTH,
        EXPECTANCY,
        BLIND_GUESS,
        BLIND_GUESS_RATER,
        SESSION_FEEDBACK,
        TREATMENT_CHANGES,
        ADVERSE_EVENTS,
        VITAL_SIGNS,
    )
}

__all__ = [
    "INSTRUMENTS",
    "AnswerError",
    "Answers",
    "Band",
    "Choice",
    "Instrument",
    "Item",
    "Licence",
    "Respondent",
    "Score",
    "Value",
    "named",
]
