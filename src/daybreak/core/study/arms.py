"""`[study]`, `[[arms]]` and `[[sites]]`: what is studied, in which groups, and where."""

from __future__ import annotations

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from daybreak.core.complaint import Fault, refuse
from daybreak.core.study.values import Key, Table, Version, Whole, Zone


class StudyTable(Table):
    """`[study]`: the study's stable id, its title, and how many people it plans to enrol."""

    id: Key
    """Stable name, used in addresses and exports; never changed."""
    title: str = Field(max_length=200)
    """What people read."""
    target: Whole = Field(1, ge=1, le=100_000)
    """How many people the study plans to enrol."""
    registration: str = Field("", min_length=0)
    """Number in a public register."""
    opens: date | None = None
    """First day on which people may be enrolled."""
    closes: date | None = None
    """Last day on which people may be enrolled."""

    @model_validator(mode="after")
    def _opens_before_it_closes(self) -> Self:
        if self.opens and self.closes and self.closes < self.opens:
            refuse([Fault(("closes",), f"write a day after {self.opens}, when the study opens")])
        return self


class Arm(Table):
    """`[[arms]]`: a drug, the version of the training, and the share of people (`ratio`)."""

    key: Key
    """Name of the arm inside the study."""
    drug: str = Field(max_length=80)
    """What the kit holds, in the pharmacist's words."""
    version: Version
    """Which reading of the pack the arm trains with."""
    ratio: Whole = Field(1, ge=1, le=20)
    """Share of people, as against the other arms."""


class HelpLine(Table):
    """`help_lines`: whom to call, shown on every page."""

    label: str = Field(max_length=200)
    """Who answers, and when."""
    number: str = Field(max_length=40)
    """Telephone number."""


class SiteTable(Table):
    """`[[sites]]`: a place that enrols people."""

    key: Key
    """Name of the site inside the study."""
    name: str = Field(max_length=200)
    """What people read."""
    zone: Zone
    """IANA time zone."""
    help_lines: tuple[HelpLine, ...] = ()
    """Whom to call, shown on every page."""
    target: Whole | None = Field(None, ge=1, le=100_000)
    """How many people this site plans to enrol."""
