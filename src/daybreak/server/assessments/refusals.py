"""Why a form or an answer is not taken; participants read these sentences too, in their own language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from daybreak.core.errors import DaybreakError

CALL = _("Please call your clinic if that is not right.")
SENTENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    "no-such-form": (_("There are no such questions."), _("Please go back to Today.")),
    "form-early": (_("These questions are not open yet."), _("Please come back later.")),
    "form-closed": (_("These questions are closed now. What you answered before is kept."), CALL),
    "form-left": (_("You left this part of the study, so there are no more questions."), CALL),
    "form-sent": (_("You sent these answers before. They are kept as they were."), CALL),
    "form-version": (_("The questions have changed since you began. What you answered before is kept."), CALL),
    "form-wording": (
        _("This page was opened with other words. Nothing was changed."),
        _("Please open the question again."),
    ),
    "form-held": (_("Your clinic has closed the study data for now. Nothing was changed."), CALL),
    "no-wording": (
        _("These questions cannot be shown yet."),
        _("Your clinic has to add their words first. You need not do anything."),
    ),
    "no-such-item": (_("There is no such question."), _("Please go back to Today.")),
    "no-answer": (_("Please choose an answer first."), _("You can also skip the question.")),
    "no-such-answer": (_("This is not one of the answers to this question."), _("Please choose or write it again.")),
    "not-asked": (_("This question is not asked after what you answered before."), _("Please go on.")),
    "not-your-form": ("This form is filled in by somebody with another role.", "Ask whoever manages staff."),
    "scores-hidden": (
        "The study file hides from raters what was answered at other visits.",
        "You can read what you rated yourself for a day.",
    ),
    "form-waits": ("The visit of this form has no date yet.", "Record what it is counted from first."),
    "form-ahead": ("The window of this form's visit is not open yet.", "Come back when it is."),
    "form-there": ("Somebody handed this form in already.", "Open it; a change is a correction, with a reason."),
    "form-other-hand": ("Somebody else began this form.", "Ask them to finish it, or correct it afterwards."),
    "form-gaps": ("Some items have no answer.", "Answer them, or hand the form in as partial."),
    "form-mode": ("The study file does not allow this way of holding the visit.", "Choose one of those offered."),
    "no-second-entry": ("This form is not entered twice.", "The study file says which are."),
    "same-hand": ("The second entry is for another person than the first.", "Ask somebody else to enter it."),
    "first-entry-missing": ("The first entry is not handed in yet.", "Wait for it."),
    "same-rater": ("The second rater is another person than the first.", "Ask another rater."),
    "first-rating-read": (
        "Whoever may have read the first rating does not rate the same interview.",
        "Let the study file draw interviews for two raters, or hide prior scores.",
    ),
    "not-settled": ("Some differences have no choice yet.", "Choose one of the two for each."),
    "form-unchanged": ("Nothing was changed.", "Change what was wrong, or go back."),
}


class FormError(DaybreakError):
    """A form or an answer that cannot be taken; nothing was changed, and what was answered before is kept."""

    def __init__(self, code: str, *, where: str = "") -> None:
        what, remedy = SENTENCES[code]
        super().__init__(str(what), remedy=str(remedy), where=where, code=code)
