"""Reading the study file that a command names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.core.study import StudyFile


def read_text(file: Path) -> str:
    """Return the text of a study file.

    Raises:
        CommandError: there is no such file, or it is no text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError("this study file cannot be read.", where=str(file), remedy="Check the path.") from error


def read_file(file: Path) -> StudyFile:
    """Return a study file, read.

    Raises:
        CommandError: there is no such file, or it is no text.
        StudyFileError: it makes no sense.
    """
    from daybreak.core.study import read_study

    return read_study(read_text(file), file.name)
