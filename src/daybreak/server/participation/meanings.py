"""What each withdrawal means, in plain words, before anybody confirms it."""

from __future__ import annotations

from dataclasses import dataclass

from daybreak.core.participation import Scope


@dataclass(frozen=True)
class Meaning:
    """One scope: its name, what ends, and what stays."""

    title: str
    ends: tuple[str, ...]
    stays: tuple[str, ...]


MEANINGS = {
    Scope.TRAINING: Meaning(
        "Training only",
        ("No training session is offered from now on.",),
        ("Visits and questionnaires go on as planned.", "All that was recorded stays and is analysed."),
    ),
    Scope.FOLLOW_UP: Meaning(
        "Training and follow-up",
        ("No training session is offered from now on.", "Visits and questionnaires still to come are cancelled."),
        (
            "Their page stays open to them, with help numbers and copies of what they signed.",
            "All that was recorded stays and is analysed.",
        ),
    ),
    Scope.DATA: Meaning(
        "Everything, and their data",
        (
            "Training, visits and questionnaires end.",
            "Name, contact, words and portrait are erased for good, and with them every signature and copy. Print a "
            "copy of the consent first if the law asks you to keep one.",
            "Their page closes, and their link stops working.",
        ),
        (
            "What was recorded under the code stays in the database, as the trail must stay whole, and is left out of "
            "every export from now on; only that somebody left is still counted. Exports made before are not changed.",
        ),
    ),
}

WISH_SAID = {
    "training": "stop the training sessions",
    "follow-up": "stop the sessions and the visits",
    "data": "stop it all and have their data taken out",
    "talk": "talk about it first",
}
"""What somebody chose on their own page, as staff read it."""
