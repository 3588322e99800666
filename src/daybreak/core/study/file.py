"""The whole study file."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from daybreak.core.complaint import refuse
from daybreak.core.errors import StudyFileError
from daybreak.core.study.allocation import AllocationRules
from daybreak.core.study.analysis import AnalysisRules
from daybreak.core.study.arms import Arm, SiteTable, StudyTable
from daybreak.core.study.assumptions import AssumptionRules
from daybreak.core.study.checks import Parts, cross_faults
from daybreak.core.study.harms import HarmRules
from daybreak.core.study.infusions import InfusionRules
from daybreak.core.study.instruments import InstrumentRules
from daybreak.core.study.messages import MessageRules, QuietHours
from daybreak.core.study.people import ConsentText, Criterion
from daybreak.core.study.safety import AlertRules, OnCallRules
from daybreak.core.study.training import TrainingRules
from daybreak.core.study.values import Key, Table
from daybreak.core.study.visits import VisitRules


class StudyFile(Table):
    """A whole study file. Every part has been checked by itself and against the others."""

    format: Literal[1]
    """Form of the file; always 1."""
    study: StudyTable
    """What is studied."""
    arms: tuple[Arm, ...] = Field(min_length=1)
    """The groups; one for a clinic's programme."""
    sites: tuple[SiteTable, ...] = ()
    """Places that enrol people; more may be added on the server."""
    allocation: AllocationRules = AllocationRules()
    """How people come to their arms."""
    infusions: InfusionRules = InfusionRules()
    """One infusion, or a course."""
    training: TrainingRules
    """The exercises."""
    eligibility: tuple[Criterion, ...] = ()
    """Questions of the screening."""
    consents: tuple[ConsentText, ...] = ()
    """What people agree to."""
    visits: tuple[VisitRules, ...] = ()
    """When people are seen or asked."""
    instruments: tuple[InstrumentRules, ...] = ()
    """How forms are shown and entered."""
    alerts: tuple[AlertRules, ...] = ()
    """What must not wait."""
    on_call: OnCallRules = OnCallRules()
    """When somebody watches for alerts."""
    messages: tuple[MessageRules, ...] = ()
    """Reminders."""
    quiet_hours: QuietHours = QuietHours()
    """When nobody is reminded."""
    harms: HarmRules = HarmRules()
    """Reports on serious adverse events."""
    analysis: dict[Key, AnalysisRules] = {}
    """Pre-specified analyses."""
    assumptions: AssumptionRules | None = None
    """What simulation and power assume."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        refuse(cross_faults(Parts(**{name: getattr(self, name) for name in Parts.__dataclass_fields__})))
        return self

    def arm(self, key: str) -> Arm:
        """Return the arm called `key`.

        Raises:
            StudyFileError: there is none.
        """
        for arm in self.arms:
            if arm.key == key:
                return arm
        known = ", ".join(arm.key for arm in self.arms)
        raise StudyFileError(f"there is no arm '{key}'.", where=self.study.id, remedy=f"Its arms are: {known}.")

    @property
    def schedule(self) -> tuple[VisitRules, ...]:
        """Every planned visit by itself, repeated ones unrolled."""
        return tuple(one for visit in self.visits for one in visit.occurrences)

    def visit(self, key: str) -> VisitRules:
        """Return the planned visit called `key`, such as `day-30` or `follow-up-90`.

        Raises:
            StudyFileError: there is none.
        """
        for visit in self.schedule:
            if visit.key == key:
                return visit
        known = ", ".join(visit.name for visit in self.visits) or "none"
        raise StudyFileError(f"there is no visit '{key}'.", where=self.study.id, remedy=f"Its visits are: {known}.")

    def levels(self, factor: str) -> tuple[str, ...]:
        """Return what a stratum or factor can be: the answers of its question; none for `site`, which grows.

        Raises:
            StudyFileError: there is no such question.
        """
        if factor == "site":
            return ()
        for criterion in self.eligibility:
            if criterion.key == factor:
                return criterion.levels
        raise StudyFileError(f"there is no eligibility question '{factor}'.", where=self.study.id)

    @property
    def is_randomised(self) -> bool:
        """Whether people are allocated to arms."""
        return self.allocation.method != "none"
