"""Reading a study file, and saying on which line a mistake stands and what to write there."""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from daybreak.core.complaint import Fault, Place, faults_of
from daybreak.core.errors import StudyFileError
from daybreak.core.study.file import StudyFile
from daybreak.core.study.lines import key_lines, line_of


def read_study(text: str, name: str) -> StudyFile:
    """Read a study file.

    Args:
        text: the file's contents.
        name: the file's name, for messages.

    Raises:
        StudyFileError: the text is no TOML, or a key is missing, unknown or holds something it may not. Its `faults`
            say each mistake with its line and key.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(str(error), text, name) from error
    try:
        return StudyFile.model_validate(tables)
    except ValidationError as error:
        lines = key_lines(text)
        found = sorted((line_of(lines, fault.place), _plainer(fault).sentence()) for fault in faults_of(error))
        says = tuple(dict.fromkeys(f"line {line}, {sentence}" for line, sentence in found))
        raise StudyFileError(f"{'; '.join(says)}.", where=name, faults=says) from error


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema of a study file."""
    return StudyFile.model_json_schema()


def _unreadable(message: str, text: str, name: str) -> StudyFileError:
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = int(found[1]) if found and found[1] else text.rstrip().count("\n") + 1
    reason = message[: found.start()] if found else message
    says = f"line {line}: this is not valid TOML: {reason[:1].lower()}{reason[1:]}"
    return StudyFileError(f"{says}.", where=name, remedy="Mend that line.", faults=(says,))


def _plainer(fault: Fault) -> Fault:
    """Return the fault with the keys that may stand there, if it is about one that may not."""
    if not fault.says.startswith("there is no such key here"):
        return fault
    known = keys_at(fault.place[:-1])
    near = difflib.get_close_matches(str(fault.place[-1]), known, n=1)
    says = f"did you mean '{near[0]}'?" if near else f"the keys here are: {', '.join(known)}"
    return Fault(fault.place, f"there is no such key here; {says}")


def keys_at(place: Place) -> list[str]:
    """Return the keys that may stand in the table at `place`."""
    schema = _schema()
    node = schema
    for part in place:
        node = _inside(_resolved(node, schema), part)
    return list(_resolved(node, schema).get("properties", {}))


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return study_schema()


def _resolved(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return the table a reference, or one of several possibilities, leads to."""
    for choice in node.get("anyOf", ()):
        found = _resolved(choice, schema)
        if "properties" in found:
            return found
    if "$ref" in node:
        found = schema["$defs"][node["$ref"].rpartition("/")[2]]
        return _resolved(found, schema)
    return node


def _inside(node: dict[str, Any], part: int | str) -> dict[str, Any]:
    if isinstance(part, int):
        found: Any = node.get("items", {})
    else:
        found = node.get("properties", {}).get(part, node.get("additionalProperties", {}))
    return found if isinstance(found, dict) else {}
