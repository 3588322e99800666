"""The manifest a site writes beside its licensed pictures: `manifest.csv` or `manifest.toml`; see docs/faces.md."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from daybreak.core.errors import StimuliError
from daybreak.core.face import EXPRESSIONS, AgeClass, SexClass, SkinClass
from daybreak.stimuli.refusals import refusal

NEEDED = ("file", "identity", "expression", "licence", "source")
OPTIONAL: Mapping[str, tuple[str, ...]] = {
    "age": get_args(AgeClass),
    "sex": get_args(SexClass),
    "skin": get_args(SkinClass),
}
PICTURE_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".bmp"})
IDENTITY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Entry:
    """One line of the manifest, as it stands there; `place` names the line."""

    place: str
    fields: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.fields.get(field, "")

    @property
    def name(self) -> str:
        """Return the file's name, or the line where there is none."""
        return self["file"] or self.place


def read_listing(folder: Path) -> tuple[Entry, ...]:
    """Return the entries of the manifest in `folder`, unchecked.

    Raises:
        StimuliError: no manifest, two of them, one that cannot be read, or a column that is missing or unknown.
    """
    found = [folder / name for name in ("manifest.csv", "manifest.toml") if (folder / name).is_file()]
    if len(found) != 1:
        what = "there is no manifest.csv and no manifest.toml." if not found else "there are two manifests."
        raise StimuliError(what, where=str(folder), remedy="Write one as docs/faces.md shows.")
    try:
        text = found[0].read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise StimuliError("cannot be read as UTF-8 text.", where=str(found[0]), remedy="Save it as UTF-8.") from error
    entries = tuple(_from_csv(text, found[0]) if found[0].suffix == ".csv" else _from_toml(text, found[0]))
    if not entries:
        raise StimuliError("lists no picture.", where=str(found[0]), remedy="Add a line for each picture.")
    return entries


def listing_refusals(folder: Path, entries: Iterable[Entry]) -> Iterator[StimuliError]:
    """Yield what is wrong with the entries themselves, before any picture is opened."""
    entries = tuple(entries)
    for entry in entries:
        for sentence in (*_field_faults(entry), *_file_faults(folder, entry)):
            yield refusal(entry.name, sentence)
    yield from _doubled(entries)
    yield from _unpaired(entries)
    listed = {entry["file"] for entry in entries}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.suffix.lower() in PICTURE_ENDINGS and name not in listed:
            yield refusal(name, "is in the folder but not in the manifest.")


def inside(folder: Path, name: str) -> bool:
    """Say whether `name`, with all links followed, leads to something inside `folder`."""
    if "\0" in name or Path(name).is_absolute():
        return False
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _field_faults(entry: Entry) -> Iterator[str]:
    for field in NEEDED:
        if not entry[field].strip():
            yield f"the {field} is empty."
        elif len(entry[field]) > LONGEST_TEXT:
            yield f"the {field} is longer than {LONGEST_TEXT} characters."
    if entry["identity"].strip() and not IDENTITY.fullmatch(entry["identity"]):
        yield f"the identity '{entry['identity']}' may hold only a to z, 0 to 9 and hyphens, at most 40 of them."
    if entry["expression"].strip() and entry["expression"] not in EXPRESSIONS:
        yield f"the expression '{entry['expression']}' is unknown; write {' or '.join(EXPRESSIONS)}."
    for field, known in OPTIONAL.items():
        if entry[field] and entry[field] not in known:
            yield f"the {field} '{entry[field]}' is unknown; write {', '.join(known)} or nothing."


def _file_faults(folder: Path, entry: Entry) -> Iterator[str]:
    if not entry["file"].strip():
        return
    if not inside(folder, entry["file"]):
        yield "lies outside the folder."
    elif not (folder / entry["file"]).is_file():
        yield "is in the manifest but not in the folder."


def _doubled(entries: Iterable[Entry]) -> Iterator[StimuliError]:
    files: set[str] = set()
    pictures: dict[tuple[str, str], str] = {}
    for entry in entries:
        if entry["file"] in files:
            yield refusal(entry.name, "stands more than once in the manifest.")
        elif entry["expression"] in EXPRESSIONS and entry["identity"]:
            first = pictures.setdefault((entry["identity"], entry["expression"]), entry.name)
            if first != entry.name:
                what = f"'{entry['identity']}' has a {entry['expression']} picture already, {first}."
                yield refusal(entry.name, what)
        files.add(entry["file"])


def _unpaired(entries: Iterable[Entry]) -> Iterator[StimuliError]:
    entries = tuple(entries)
    has = {(entry["identity"], entry["expression"]) for entry in entries}
    reported = set()
    for entry in entries:
        missing = [expression for expression in EXPRESSIONS if (entry["identity"], expression) not in has]
        if len(missing) == 1 and entry["identity"] and entry["identity"] not in reported:
            reported.add(entry["identity"])
            yield refusal(entry.name, f"'{entry['identity']}' has no {missing[0]} picture.")


def _from_csv(text: str, file: Path) -> Iterator[Entry]:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="")
    try:
        _check_columns(reader.fieldnames or (), file)
        for row in reader:
            if "" in row:
                raise StimuliError(f"line {reader.line_num} has more values than columns.", where=str(file))
            yield Entry(f"line {reader.line_num}", {key: value.strip() for key, value in row.items()})
    except csv.Error as error:
        raise StimuliError(f"line {reader.line_num} is not valid CSV.", where=str(file)) from error


def _from_toml(text: str, file: Path) -> Iterator[Entry]:
    try:
        pictures = tomllib.loads(text).get("picture", [])
    except tomllib.TOMLDecodeError as error:
        raise StimuliError(f"is not valid TOML: {error}.", where=str(file)) from error
    if not isinstance(pictures, list) or not all(isinstance(picture, dict) for picture in pictures):
        raise StimuliError("must list its pictures as [[picture]] tables.", where=str(file))
    for number, picture in enumerate(pictures, 1):
        _check_columns((*NEEDED, *(key for key in picture if key not in NEEDED)), file)
        yield Entry(f"picture {number}", {key: str(value).strip() for key, value in picture.items()})


def _check_columns(names: Iterable[str], file: Path) -> None:
    names = tuple(names)
    for field in NEEDED:
        if field not in names:
            raise StimuliError(f"has no column '{field}'.", where=str(file), remedy=f"Needed are {', '.join(NEEDED)}.")
    for name in names:
        if name not in NEEDED and name not in OPTIONAL:
            known = ", ".join((*NEEDED, *OPTIONAL))
            raise StimuliError(f"has the unknown column '{name}'.", where=str(file), remedy=f"Known are {known}.")
