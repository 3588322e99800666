"""What an export tells of who got what: nothing, letters of the safety board, or arms; and how it calls people.

Decision 16 says who may have which.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from daybreak.server.exports.column import Column
from daybreak.server.exports.columns import TABLES
from daybreak.server.exports.people_columns import ARM, LETTER

Row = dict[str, Any]
PEOPLE = "participants"
GROUP_COLUMNS = (ARM.name, LETTER.name)


@dataclass(frozen=True)
class Groups:
    """The groups of an export.

    Attributes:
        column: the column of the table of participants that tells the group; None in a blind export.
        of: participant code to group, of everybody who is allocated.
        labels: participant code to what stands in its place; None leaves the codes. Whoever has no label appears
            without one in the table of participants, and in no other.
    """

    column: Column | None = None
    of: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] | None = None

    @staticmethod
    def by_arm(arms: Mapping[str, str]) -> Groups:
        """Return the groups of an unblinded export, from participant code to arm."""
        return Groups(ARM, arms)

    @staticmethod
    def by_letter(labels: Mapping[str, str]) -> Groups:
        """Return the groups of an export by letters, from participant code to the board's label, such as `B-0412`."""
        return Groups(LETTER, {code: label.partition("-")[0] for code, label in labels.items()}, labels)

    @property
    def blinding(self) -> str:
        """What the export calls itself: `blind`, `letters` or `unblinded`."""
        names = {None: "blind", LETTER.name: "letters", ARM.name: "unblinded"}
        return names[self.column.name if self.column else None]

    def columns(self, table: str) -> tuple[Column, ...]:
        """Return the columns of a table; that of participants tells the group, if the export does."""
        columns = TABLES[table]
        return (columns[0], self.column, *columns[1:]) if table == PEOPLE and self.column else columns

    def told(self, table: str, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield a table's rows as this export tells them."""
        for row in rows:
            code = row["participant"]
            group = {self.column.name: self.of.get(code)} if table == PEOPLE and self.column else {}
            if self.labels is None or code is None:
                yield row | group
            elif code in self.labels:
                yield row | group | {"participant": self.labels[code]}
            elif table == PEOPLE:
                yield row | group | {"participant": None}


def nameless_last(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the participants; those who withdrew their data come last, in no order but that of how far they came.

    Of them nothing is told but that: CONSORT counts everybody who was allocated, and withdrawn data leave every export.
    """
    nameless: list[Row] = []
    for row in rows:
        if row["left_scope"] != "data":
            yield row
        else:
            kept = {name: row[name] for name in (*GROUP_COLUMNS, "participation", "left_scope", "lost") if name in row}
            nameless.append({"participant": None, **kept})
    yield from sorted(
        nameless, key=lambda row: tuple(str(row.get(name)) for name in (*GROUP_COLUMNS, "participation", "lost"))
    )
