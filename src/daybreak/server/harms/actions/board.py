"""Making the safety board's lists; each leaves an entry that says to whom and why, never what."""

from __future__ import annotations

from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check_everywhere
from daybreak.server.audit.refusals import needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.harms.board_list import BoardList, Seat, board_list
from daybreak.server.studies.models import Study
from daybreak.server.unblinding.actions.planned import RIGHT, check_agreed
from daybreak.server.vault.board import board_labels
from daybreak.server.vault.reveal import reveal_study


def read_board_list(by: User, study: Study, why: str) -> BoardList:
    """Return the study's adverse events by letters. The caller has made sure that `by` proved who they are.

    Raises:
        NotYoursError: `by` is not of the board for the whole study.
        ReasonError: it is not said what for.
    """
    check_everywhere(by, "see-board-list", study)
    with recorded(by, "read-board-list", study=study, reason=needs_reason(why)) as entry:
        labels = board_labels(entry, study)
    return board_list(study, {code: Seat(label.partition("-")[0], label) for code, label in labels.items()})


def read_unblinded_events(by: User, study: Study) -> BoardList:
    """Return the study's adverse events by arms, after the planned unblinding.

    Raises:
        NotYoursError: `by` does not have the right at all sites.
        UnblindingError: two people have not agreed, or the study is no longer locked.
    """
    check_everywhere(by, RIGHT, study)
    check_agreed(study)
    with recorded(by, "read-unblinded-harms", study=study) as entry:
        arms = reveal_study(entry, study)
    return board_list(study, {code: Seat(arm, code) for code, arm in arms.items()})
