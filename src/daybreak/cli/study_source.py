"""Reading the study file that a command names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.core.study import StudyFile


def read_text(file: Path) -> str:
    """Return the text of a study file; where there is none of that path, of the one that ships under that name.

    Raises:
        CommandError: there is no such file, or it is no text.
    """
    from daybreak.content.studies import study_names, study_text

    if str(file) in study_names() and not file.exists():
        return study_text(str(file))
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
