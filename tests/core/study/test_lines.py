from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.content.studies import study_names, study_text
from daybreak.core.complaint import Place
from daybreak.core.study.lines import key_lines, line_of

ODD = '''# a comment = with [brackets]
top = 1
"quoted key" = "a # no comment"   # a comment
'literal.key' = 'C:\\dir'
"tab\\tkey" = """one quote " two ""
[not a table]
three """""
dotted.name = 2
dotted . "other name" = 3
list = [ # opened
  1,
  [2, 3], "]",
  { a = 1, b.c = [4,
    5] },
]

[table]
when = 2026-05-01 10:00:00
text = \'\'\'
[[no]]
it''s\'\'\'

[[fruit]]
name = "apple"

[[fruit.kind]]
name = "red"
[[fruit.kind]]
name = "green"
[fruit.kind.taste]
sour = true

[[fruit]]
name = "pear"
[[fruit.kind]]
name = "round"'''

LINES: dict[Place, int] = {
    ("top",): 2,
    ("quoted key",): 3,
    ("literal.key",): 4,
    ("tab\tkey",): 5,
    ("dotted",): 8,
    ("dotted", "name"): 8,
    ("dotted", "other name"): 9,
    ("list",): 10,
    ("list", 0): 11,
    ("list", 1): 12,
    ("list", 1, 1): 12,
    ("list", 2): 12,
    ("list", 3, "a"): 13,
    ("list", 3, "b", "c"): 13,
    ("list", 3, "b", "c", 1): 14,
    ("table",): 17,
    ("table", "when"): 18,
    ("table", "text"): 19,
    ("fruit",): 23,
    ("fruit", 0, "name"): 24,
    ("fruit", 0, "kind", 0): 26,
    ("fruit", 0, "kind", 1, "name"): 29,
    ("fruit", 0, "kind", 1, "taste"): 30,
    ("fruit", 0, "kind", 1, "taste", "sour"): 31,
    ("fruit", 1): 33,
    ("fruit", 1, "kind", 0, "name"): 36,
}


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the place of everything in a parsed file."""
    if place:
        yield place
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, deeper in inside:
        yield from places(deeper, (*place, part))


@pytest.mark.parametrize(("place", "line"), LINES.items(), ids=str)
def test_every_way_to_write_a_key_has_its_line(place: Place, line: int) -> None:
    assert key_lines(ODD)[place] == line


def test_all_that_was_read_has_a_line_and_nothing_else() -> None:
    assert set(places(tomllib.loads(ODD))) == set(key_lines(ODD))


@pytest.mark.parametrize("name", study_names())
def test_every_key_of_a_shipped_file_stands_on_the_line_that_is_named(name: str) -> None:
    text = study_text(name)
    lines, rows = key_lines(text), text.splitlines()
    found = list(places(tomllib.loads(text)))
    assert set(found) == set(lines)
    for place in found:
        key = next(part for part in reversed(place) if isinstance(part, str))
        row = rows[lines[place] - 1]
        assert key in row or isinstance(place[-1], int), (place, row)


def test_a_missing_key_is_looked_for_in_the_table_around_it() -> None:
    lines = key_lines(ODD)
    assert line_of(lines, ("fruit", 1, "kind", 0, "colour")) == 35
    assert line_of(lines, ("fruit", 1, "colour", "deep")) == 33
    assert line_of(lines, ("nowhere",)) == 1
    assert line_of(lines, ()) == 1


WORDS = st.text(st.sampled_from("ab_-"), min_size=1, max_size=3)
SCALARS = st.sampled_from(
    ["1", "-2.5", "true", '"x # y"', "'['", '"\\"]"', "2026-05-01", "[]", "{}", "[1, [2]]", "[\n1,\n2\n]"]
)
TABLES = st.dictionaries(WORDS, SCALARS, min_size=1, max_size=3)


@given(
    st.lists(st.tuples(st.sampled_from(["one", "two"]), TABLES), max_size=5), st.sampled_from(["\n", "\n\n# x = 1\n"])
)
def test_made_up_files_have_a_line_for_everything(entries: list[tuple[str, dict[str, str]]], between: str) -> None:
    text = between.join(
        "\n".join([f"[[{name}]]", *(f"{key} = {value}" for key, value in table.items())]) for name, table in entries
    )
    lines = key_lines(text)
    assert set(places(tomllib.loads(text))) == set(lines)
    rows = text.splitlines()
    assert all(str(place[2]) in rows[line - 1] for place, line in lines.items() if len(place) == 3)
