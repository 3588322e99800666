"""What one column of an exported table is, and the columns that many tables begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "whole", "real", "truth", "time"]


@dataclass(frozen=True)
class Column:
    """One column. `values` lists what may stand there, for a column with few values."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


PARTICIPANT = Column("participant", "text", "the person's code in the study; never a name")
SITE = Column("site", "text", "key of the site where the person is enrolled")
VISIT = Column("visit", "text", "key of the visit in the study file")
