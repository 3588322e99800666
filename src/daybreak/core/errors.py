"""The one error family.

    DaybreakError            every mistake a user can mend; never shown as a traceback
    ├── StudyFileError       a study file that cannot be read or makes no sense
    ├── PackError            a training pack with a fault
    ├── StimuliError         a folder of pictures that cannot be imported
    ├── ChunkError           a chunk of a player's records that cannot be taken
    ├── AnswerError          an answer that the item of an instrument cannot hold
    ├── WordingError         a questionnaire that cannot be taken as an instrument's wording
    ├── IatError             responses of the implicit association test that give no score
    ├── FormulaError         a model formula that cannot be read
    ├── FitError             data and a model from which no honest number can be told
    ├── ExportError          an export folder that is not whole, or lacks what an analysis needs
    └── CommandError         a command that cannot do what was asked here

Each says what is wrong, where, and what to do; `code` is stable and documented in docs/reference/errors.md.
"""

from __future__ import annotations


class DaybreakError(Exception):
    """A mistake that a user can mend.

    Args:
        what: one plain sentence, without a final remedy.
        where: the file and line, key, picture or command the sentence is about; may be empty.
        remedy: what to do now; may be empty.
        code: a stable name for programs, such as `chunk-out-of-order`.
    """

    code = "error"

    def __init__(self, what: str, *, where: str = "", remedy: str = "", code: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        self.code = code or type(self).code
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """Return where, what and remedy as one line fit for a terminal or a page."""
        place = f"{self.where}: " if self.where else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.what}{remedy}"


class StudyFileError(DaybreakError):
    """A study file that cannot be read or makes no sense; `faults` lists each mistake with its line and key."""

    code = "study-file"

    def __init__(self, what: str, *, where: str = "", remedy: str = "", faults: tuple[str, ...] = ()) -> None:
        self.faults = faults
        super().__init__(what, where=where, remedy=remedy)


class PackError(DaybreakError):
    """A training pack with a fault."""

    code = "pack"


class StimuliError(DaybreakError):
    """A folder of pictures that cannot be imported; `where` names the file."""

    code = "stimuli"


class ChunkError(DaybreakError):
    """A chunk of a player's records that cannot be taken; nothing of it was stored."""

    code = "chunk"


class FormulaError(DaybreakError):
    """A model formula that cannot be read; `where` quotes the part."""

    code = "formula"


class FitError(DaybreakError):
    """Data and a model from which no honest number can be told."""

    code = "fit"


class ExportError(DaybreakError):
    """An export folder that is not whole, or lacks what an analysis needs."""

    code = "export"


class CommandError(DaybreakError):
    """A command that cannot do what was asked here."""

    code = "command"
