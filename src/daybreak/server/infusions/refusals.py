"""Why an infusion is not taken as it was entered."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError

SENTENCES = {
    "not-enrolled": ("Only somebody who is enrolled has infusions.", "Enrol the person first."),
    "no-such-infusion": ("The study plans no further infusion for this person.", ""),
    "infusion-there": ("This infusion was recorded already.", "Open it and correct it, with a reason."),
    "left-follow-up": ("The person left the study before this time.", "Check the date, or the withdrawal."),
    "no-kit": ("No kit was released for this infusion.", "Ask for one; the pharmacy prepares it."),
    "other-kit": (
        "This is not the kit that was released for this person and this infusion.",
        "Compare the number on the label. If the label says the same as you wrote, stop and call the pharmacy.",
    ),
    "infusion-in-future": ("The infusion cannot lie in the future.", "Record it when it has ended."),
    "infusion-backwards": ("The infusion ends before it begins.", "Check both times."),
    "infusion-too-long": ("The infusion would have lasted more than 12 hours.", "Check both dates."),
    "infusion-too-early": (
        "The infusion begins before the person was enrolled, or before the infusion before it ended.",
        "Check the date and the time.",
    ),
    "infusion-too-late": ("The infusion ends after the next one began.", "Check the date and the time."),
    "reading-in-future": ("Vital signs cannot lie in the future.", "Check their times."),
    "reading-elsewhere": ("Vital signs lie more than a day away from the infusion.", "Check their times."),
    "infusion-unchanged": ("Nothing was changed.", "Change what was wrong, or go back."),
}


class InfusionError(DaybreakError):
    """An infusion was entered that cannot be; nothing was saved."""

    def __init__(self, code: str) -> None:
        what, remedy = SENTENCES[code]
        super().__init__(what, remedy=remedy, code=code)
