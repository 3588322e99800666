"""A site's manifest is read, and every faulty line is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import StimuliError
from daybreak.stimuli.listing import inside, listing_refusals, read_listing
from tests.stimuli.folders import HEAD, line

TOML = """
[[picture]]
file = "ada-1.jpg"
identity = "ada"
expression = "smiling"
licence = "for this study"
source = "our lab"
age = "older"
"""


def folder_with(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / f"manifest.{name}").write_text(text)
    return tmp_path


def refusals(folder: Path) -> list[str]:
    return [error.sentence() for error in listing_refusals(folder, read_listing(folder))]


def test_csv_and_toml_say_the_same(tmp_path: Path) -> None:
    head = HEAD.strip() + ",age\n"
    (tmp_path / "csv").mkdir()
    (tmp_path / "toml").mkdir()
    csv = read_listing(
        folder_with(tmp_path / "csv", csv=head + "ada-1.jpg,ada,smiling, for this study ,our lab,older\n")
    )
    toml = read_listing(folder_with(tmp_path / "toml", toml=TOML))
    assert dict(csv[0].fields) == dict(toml[0].fields)


def test_a_spreadsheets_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text(HEAD + line("a.png", "ada", "smiling"), encoding="utf-8-sig")
    assert read_listing(tmp_path)[0]["file"] == "a.png"


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({}, "there is no manifest.csv and no manifest.toml."),
        ({"csv": HEAD, "toml": TOML}, "there are two manifests."),
        ({"csv": HEAD}, "lists no picture."),
        ({"csv": ""}, "has no column 'file'."),
        ({"csv": "file,identity,expression,source\n"}, "has no column 'licence'."),
        ({"csv": "file,identity,expression,licence,source,mood\n"}, "has the unknown column 'mood'."),
        ({"csv": HEAD + "a.png,ada,smiling,mine,lab,more\n"}, "line 2 has more values than columns."),
        ({"toml": "picture = 3"}, "must list its pictures as [[picture]] tables."),
        ({"toml": "title = 'none'"}, "lists no picture."),
        ({"toml": "[[picture]]\nmood = 'glad'"}, "has the unknown column 'mood'."),
    ],
)
def test_an_unusable_manifest_is_told(tmp_path: Path, files: dict[str, str], what: str) -> None:
    with pytest.raises(StimuliError) as caught:
        read_listing(folder_with(tmp_path, **files))
    assert caught.value.what == what


def test_broken_toml_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(StimuliError, match=r"manifest.toml: is not valid TOML: .*line 2"):
        read_listing(folder_with(tmp_path, toml="[[picture]]\nfile = 'a.png' 'b.png'\n"))


def test_a_manifest_in_another_encoding_is_told(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_bytes(HEAD.encode() + "ä".encode("latin-1"))
    with pytest.raises(StimuliError, match=r"cannot be read as UTF-8 text\. Save it as UTF-8\."):
        read_listing(tmp_path)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (line("a.png", "ada", "happy"), "a.png: the expression 'happy' is unknown; write smiling or neutral."),
        (line("a.png", "ada", "smiling", licence=" "), "a.png: the licence is empty."),
        (line("a.png", "ada", "smiling", source=""), "a.png: the source is empty."),
        (line("", "ada", "smiling"), "line 2: the file is empty."),
        (
            line("a.png", "Ada L", "smiling"),
            "a.png: the identity 'Ada L' may hold only a to z, 0 to 9 and hyphens, at most 40 of them.",
        ),
        (line("a.png", "ada", "smiling", licence="x" * 301), "a.png: the licence is longer than 300 characters."),
        (line("b.png", "ada", "smiling"), "b.png: is in the manifest but not in the folder."),
        (line("../a.png", "ada", "smiling"), "../a.png: lies outside the folder."),
        (line("/etc/hostname", "ada", "smiling"), "/etc/hostname: lies outside the folder."),
        (line("a.png", "ada", "smiling"), "a.png: 'ada' has no neutral picture."),
        (line("a.png", "ada", "smiling") * 2, "a.png: stands more than once in the manifest."),
    ],
)
def test_a_faulty_line_is_told_by_file_name(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "a.png").touch()
    assert told in refusals(folder_with(tmp_path, csv=HEAD + text))


def test_an_unknown_class_is_told(tmp_path: Path) -> None:
    text = HEAD.strip() + ",age,sex,skin\na.png,ada,smiling,mine,lab,41,female,\n"
    told = "a.png: the age '41' is unknown; write younger, middle, older or nothing."
    assert told in refusals(folder_with(tmp_path, csv=text))


def test_two_pictures_of_one_expression_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    (tmp_path / "b.png").touch()
    text = HEAD + line("a.png", "ada", "smiling") + line("b.png", "ada", "smiling")
    assert "b.png: 'ada' has a smiling picture already, a.png." in refusals(folder_with(tmp_path, csv=text))


def test_a_picture_missing_from_the_manifest_is_told(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.JPG").touch()
    (tmp_path / "notes.txt").touch()
    told = refusals(folder_with(tmp_path, csv=HEAD + line("a.png", "ada", "smiling")))
    assert told[-1] == "deep/c.JPG: is in the folder but not in the manifest."


def test_a_link_that_leads_out_is_outside(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.png").touch()
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "secret.png")
    assert not inside(tmp_path / "in", "link.png")
    assert not inside(tmp_path / "in", "a\0b.png")


@given(st.lists(st.sampled_from(["..", ".", "a", "b", ""]), max_size=8), st.booleans())
def test_no_path_that_leaves_the_folder_is_taken_for_inside(parts: list[str], absolute: bool) -> None:
    folder = Path("/sets/mine")
    name = ("/" if absolute else "") + "/".join(parts)
    leads_to = os.path.normpath(os.path.join("/sets/mine", name))  # noqa: PTH118
    stays = not name.startswith("/") and (leads_to + "/").startswith("/sets/mine/")
    assert inside(folder, name) == stays
