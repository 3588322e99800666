"""Why a visit, an infusion or an explanation is not taken as it was entered."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError

SENTENCES = {
    "no-such-visit": ("The study plans no such visit.", ""),
    "visit-there": ("This visit was recorded already.", "Open it and correct it, with a reason."),
    "visit-waits": ("This visit is counted from an infusion that is not recorded yet.", "Record the infusion first."),
    "in-future": ("This lies in the future.", "Check the date and the time, or come back when it has happened."),
    "before-screening": ("This lies before the day the person was first screened.", "Check the date."),
    "before-enrolment": ("This lies before the person was enrolled.", "Check the date and the time."),
    "after-withdrawal": ("This lies after the person left follow-up.", "Check the date, or the withdrawal."),
    "no-such-mode": ("The study file does not allow this way of holding the visit.", "Choose one of those offered."),
    "not-changed": ("Nothing was changed.", "Change what was wrong, or go back."),
    "nothing-said": ("An explanation cannot be empty.", "Write what happened, in a sentence or two."),
}


class EntryError(DaybreakError):
    """Something was entered that cannot be; nothing was saved."""

    def __init__(self, code: str) -> None:
        what, remedy = SENTENCES[code]
        super().__init__(what, remedy=remedy, code=code)
