"""The delivered dose: how many of the planned exposures of a training session reached the person's eyes as planned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from daybreak.core.records import AnyRecord, StepRecord


@dataclass(frozen=True)
class Dose:
    """Planned and valid exposures; `share` is valid / planned, from 0 to 1, and 0 where nothing was planned."""

    planned: int
    valid: int
    share: float


def valid_exposures(records: Iterable[AnyRecord]) -> frozenset[str]:
    """Return the ids of all steps that were presented as planned (`ok`) at least once, practice among them."""
    return frozenset(record.step for record in records if isinstance(record, StepRecord) and record.status == "ok")


def delivered_dose(planned: frozenset[str], valid: Iterable[str]) -> Dose:
    """Return the dose of a session.

    Args:
        planned: ids of the plan's exposures, `TrainingPlan.exposures()`.
        valid: ids of valid steps; those that are no planned exposure and those named twice do not count.
    """
    hits = len(planned.intersection(valid))
    return Dose(planned=len(planned), valid=hits, share=hits / len(planned) if planned else 0.0)
