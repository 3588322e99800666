"""Reading a study file, and saying on which line a mistake stands and what to write there."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator

from pydantic import ValidationError

from daybreak.core.complaint import KINDS, Fault, faults_of, key_path
from daybreak.core.errors import StudyFileError
from daybreak.core.study.file import StudyFile
from daybreak.core.study.lines import key_lines, line_of
from daybreak.core.study.schema import keys_at

BYTE_ORDER_MARK = "\ufeff"
MOST = 50
"""How many faults are told at once."""


def read_study(text: str, name: str) -> StudyFile:
    """Read a study file.

    Args:
        text: the file's contents.
        name: the file's name, for messages.

    Raises:
        StudyFileError: the text is no TOML, or a key is missing, unknown or holds something it may not. Its `faults`
            say each mistake with its line and key.
    """
    text = text.removeprefix(BYTE_ORDER_MARK)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(str(error), text, name) from error
    except RecursionError as error:
        raise StudyFileError("lists or tables are nested too deeply.", where=name, remedy="Take some away.") from error
    try:
        return StudyFile.model_validate(tables)
    except ValidationError as error:
        says = tuple(_sentences(text, error))
        raise StudyFileError(f"{'; '.join(says)}.", where=name, faults=says) from error


def _sentences(text: str, error: ValidationError) -> Iterator[str]:
    """Yield each fault with its line, in their order, and how many are left out."""
    lines = key_lines(text)
    found = sorted({(line_of(lines, fault.place), fault) for fault in faults_of(error)}, key=_in_order)
    for line, fault in found[:MOST]:
        yield f"line {line}, {_plainer(fault).sentence()}"
    if len(found) > MOST:
        yield f"and {len(found) - MOST} more"


def _in_order(found: tuple[int, Fault]) -> tuple[int, str]:
    line, fault = found
    return line, fault.sentence()


def _unreadable(message: str, text: str, name: str) -> StudyFileError:
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = int(found[1]) if found and found[1] else text.rstrip().count("\n") + 1
    reason = message[: found.start()] if found else message
    says = f"line {line}: this is not valid TOML: {reason[:1].lower()}{reason[1:]}"
    return StudyFileError(f"{says}.", where=name, remedy="Mend that line.", faults=(says,))


def _plainer(fault: Fault) -> Fault:
    """Return the fault with what the schema knows: the keys that may stand there, or how a table is written."""
    name = key_path(fault.place)
    if fault.says == KINDS["tuple_type"] and keys_at((*fault.place, 0)):
        return Fault(fault.place, f"write [[{name}]] above each entry, with two brackets")
    if fault.says == KINDS["model_type"] and isinstance(fault.place[-1], str):
        return Fault(fault.place, f"write it once, as a table: [{name}]")
    if not fault.says.startswith("there is no such key here"):
        return fault
    known = keys_at(fault.place[:-1])
    near = difflib.get_close_matches(str(fault.place[-1]), known, n=1, cutoff=0.7)
    says = f"perhaps '{near[0]}' is meant" if near else f"the keys here are: {', '.join(known)}"
    return Fault(fault.place, f"there is no such key here; {says}")
