"""Study files with other assumptions than the shipped one, for the tests of simulation."""

from __future__ import annotations

from typing import Any

from daybreak.content.studies import study_text
from daybreak.core.study import StudyFile, read_study

PUBLISHED = read_study(study_text("ketamine-training"), "ketamine-training.toml")
FACTORIAL = read_study(study_text("two-by-two"), "two-by-two.toml")
ARMS = tuple(arm.key for arm in PUBLISHED.arms)
SITES = [{"key": f"clinic-{letter}", "name": letter, "zone": "Europe/Madrid"} for letter in "abc"]
PLAIN: dict[str, Any] = {"scale": None, "entry": None, "dose": None, "dropout": {}, "adherence": {}}
"""Nothing but means and covariance."""


def assuming(changes: dict[str, Any], base: StudyFile = PUBLISHED, **parts: Any) -> StudyFile:
    """Return a study file with other assumptions and other parts."""
    tables = base.model_dump(mode="json", exclude_none=True)
    tables["assumptions"] = {**tables["assumptions"], **changes}
    tables["assumptions"] = {key: value for key, value in tables["assumptions"].items() if value is not None}
    return StudyFile.model_validate({**tables, **parts})


EVERYTHING = assuming(
    {
        "correlations": None,
        "sd": None,
        "random_slope": {"level_sd": 5.0, "slope_sd": 0.1, "correlation": 0.2, "residual_sd": 4.0},
        "sd_by_arm": {ARMS[2]: [7.0, 8.0, 9.0, 10.0, 11.0]},
        "entry": {"least": 22.0},
        "dropout": {},
        "hazards": {arm: [0.05, 0.1, 0.0, 0.1, 0.2] for arm in ARMS},
        "dropout_by": {"seen": 0.05, "unseen": 0.1},
        "gaps": {arm: [0.05, 0.1, 0.1, 0.05, 0.0] for arm in ARMS[:2]},
        "sites": {"sd": 1.5},
        "rater_sd": 1.2,
    },
    sites=SITES,
)
"""All that can be assumed, at once."""
