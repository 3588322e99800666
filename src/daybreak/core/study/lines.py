"""On which line of a TOML text each key stands; the standard library's reader does not say.

The text must be valid TOML: this scanner finds places, `tomllib` finds mistakes.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Mapping

from daybreak.core.complaint import Place

SPACE = " \t\r\n"


def key_lines(text: str) -> dict[Place, int]:
    """Return the line, from 1, of every table, key and list entry of a valid TOML text.

    Entries of arrays of tables and of lists are counted from 0, as in `("arms", 1, "key")`.
    """
    return _Scanner(text).scan()


def line_of(lines: Mapping[Place, int], place: Place) -> int:
    """Return the line of a place, or of the nearest table around it; the first line if there is none."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


class _Scanner:
    """Reads the text once from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.ends = [place for place, sign in enumerate(text) if sign == "\n"]
        self.lines: dict[Place, int] = {}
        self.counts: dict[Place, int] = {}

    def scan(self) -> dict[Place, int]:
        table: Place = ()
        while self._skip():
            if self._sees("[["):
                table = self._header("[[")
            elif self._sees("["):
                table = self._header("[")
            else:
                self._pair(table)
        return self.lines

    def _header(self, bracket: str) -> Place:
        line = self._line()
        self.at += len(bracket)
        names = self._key()
        self._skip()
        self.at += len(bracket)
        if bracket == "[":
            return self._note((), names, line)
        around = self._note((), names[:-1], line)
        return self._entry((*around, names[-1]), line)

    def _entry(self, array: Place, line: int) -> Place:
        """Return the place of one more entry of an array of tables."""
        self.lines.setdefault(array, line)
        number = self.counts[array] = self.counts.get(array, -1) + 1
        self.lines[*array, number] = line
        return (*array, number)

    def _note(self, table: Place, names: list[str], line: int) -> Place:
        """Keep the line of a key and of the tables its dots make; a name of an array of tables means its last entry."""
        for name in names:
            table = (*table, name)
            self.lines.setdefault(table, line)
            if table in self.counts:
                table = (*table, self.counts[table])
        return table

    def _pair(self, table: Place) -> None:
        line = self._line()
        names = self._key()
        self._skip()
        self.at += 1  # the equals sign
        self._value(self._note(table, names, line))

    def _key(self) -> list[str]:
        names: list[str] = []
        while True:
            self._skip()
            names.append(self._text() if self._sees('"', "'") else self._bare())
            self._skip()
            if not self._sees("."):
                return names
            self.at += 1

    def _value(self, place: Place) -> None:
        self._skip()
        if self._sees('"', "'"):
            self._text()
        elif self._sees("["):
            self._items(place, "]")
        elif self._sees("{"):
            self._items(place, "}")
        else:
            self._bare(",]}\n#")

    def _items(self, place: Place, end: str) -> None:
        self.at += 1
        number = 0
        while self._skip() and not self._sees(end):
            if end == "}":
                self._pair(place)
            else:
                self.lines[*place, number] = self._line()
                self._value((*place, number))
                number += 1
            if self._skip() and self._sees(","):
                self.at += 1
        self.at += 1

    def _bare(self, stops: str = ".=]" + SPACE) -> str:
        begin = self.at
        while self.at < len(self.text) and self.text[self.at] not in stops:
            self.at += 1
        return self.text[begin : self.at]

    def _text(self) -> str:
        """Pass by a text in quotes and return it; escapes are read in the short form only, as keys need them."""
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        begin = self.at = self.at + len(mark)
        while not self.text.startswith(mark, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        inside = self.text[begin : self.at]
        self.at += len(mark)
        while len(mark) == 3 and self.at < len(self.text) and self.text[self.at] == quote:
            self.at += 1  # one or two quotes may stand right before the closing three
        return json.loads(f'"{inside}"') if mark == '"' else inside

    def _skip(self) -> bool:
        """Pass by white space and comments; return whether anything is left."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in SPACE:
                self.at += 1
            else:
                return True
        return False

    def _sees(self, *marks: str) -> bool:
        return self.text.startswith(marks, self.at)

    def _line(self) -> int:
        return bisect_left(self.ends, self.at) + 1
