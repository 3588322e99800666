"""The study file: one TOML file that says what a study is.

One module for each part of the file; `file.py` joins them, `checks.py` sees that they fit together, `reading.py` reads
the text and names line, key and remedy of each mistake. `docs/study-file.md` describes every key.
"""

from daybreak.core.study.allocation import AllocationRules
from daybreak.core.study.analysis import AnalysisRules, MechanismRules, SensitivityRules, TrendRules
from daybreak.core.study.arms import Arm, HelpLine, SiteTable, StudyTable
from daybreak.core.study.assumed import Correlations
from daybreak.core.study.assumptions import AssumptionRules
from daybreak.core.study.file import StudyFile
from daybreak.core.study.harms import HarmRules, Relatedness
from daybreak.core.study.infusions import InfusionRules, Origin
from daybreak.core.study.instruments import InstrumentRules
from daybreak.core.study.messages import MessageRules, QuietHours
from daybreak.core.study.people import ConsentText, Criterion
from daybreak.core.study.reading import read_study
from daybreak.core.study.safety import AlertRules, OnCallRules, Silence, WatchRules, Worsening
from daybreak.core.study.schema import study_schema
from daybreak.core.study.training import Booster, TrainingRules
from daybreak.core.study.values import Key, Span, Table, Version, read_hour, read_span, write_span
from daybreak.core.study.visits import VisitRules

__all__ = [
    "AlertRules",
    "AllocationRules",
    "AnalysisRules",
    "Arm",
    "AssumptionRules",
    "Booster",
    "ConsentText",
    "Correlations",
    "Criterion",
    "HarmRules",
    "HelpLine",
    "InfusionRules",
    "InstrumentRules",
    "Key",
    "MechanismRules",
    "MessageRules",
    "OnCallRules",
    "Origin",
    "QuietHours",
    "Relatedness",
    "SensitivityRules",
    "Silence",
    "SiteTable",
    "Span",
    "StudyFile",
    "StudyTable",
    "Table",
    "TrainingRules",
    "TrendRules",
    "Version",
    "VisitRules",
    "WatchRules",
    "Worsening",
    "read_hour",
    "read_span",
    "read_study",
    "study_schema",
    "write_span",
]
