"""What a section is made of: sentences, figures, tables. Values stay numbers until they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Value = str | int | float | bool | None
Kind = Literal["text", "count", "number", "p", "share"]


@dataclass(frozen=True)
class Head:
    """A column of a table: its name in the CSV, its heading, and how its values are written on the page."""

    name: str
    says: str
    kind: Kind = "text"
    digits: int = 2
    csv_only: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its values stand at the right."""
        return self.kind != "text"


@dataclass(frozen=True)
class ReportTable:
    """A table; `key` names its CSV file.

    The first `grouped` columns become headings on the page, above the rows that share their values. A table that is not
    `on_page` is only written as CSV, and the page names the file.
    """

    key: str
    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()
    headings: frozenset[int] = field(default_factory=frozenset)
    """Places of rows that are headings by themselves, with nothing but their first value."""
    grouped: int = 0
    on_page: bool = True

    def column(self, name: str) -> tuple[Value, ...]:
        """Return the values of a column.

        Raises:
            KeyError: there is none of this name.
        """
        for place, head in enumerate(self.heads):
            if head.name == name:
                return tuple(row[place] for row in self.rows)
        raise KeyError(name)


@dataclass(frozen=True)
class Picture:
    """A figure with what it shows: a title, a caption, and a sentence for who cannot see it."""

    key: str
    title: str
    svg: str
    caption: str
    spoken: str


@dataclass(frozen=True)
class Words:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Listing:
    """Short sentences one below the other."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class NotDone:
    """Something planned that these data do not allow; the sentence says what and why."""

    text: str


Part = Words | Listing | NotDone | Picture | ReportTable


@dataclass(frozen=True)
class Section:
    """A section of the report; `key` is its anchor."""

    key: str
    title: str
    parts: tuple[Part, ...]

    @property
    def tables(self) -> tuple[ReportTable, ...]:
        """Its tables, in order."""
        return tuple(part for part in self.parts if isinstance(part, ReportTable))


@dataclass(frozen=True)
class Report:
    """The whole report: what stands above its sections, and the sections."""

    title: str
    subtitle: str
    status: str
    facts: tuple[tuple[str, str], ...]
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    identifier: str
    """A digest of what it is made of; two reports of one export have the same."""

    def tables(self) -> Sequence[ReportTable]:
        """Return every table of every section, in order."""
        return [table for section in self.sections for table in section.tables]
