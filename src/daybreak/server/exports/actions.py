"""Making an export: blind for a statistician, by letters for the safety board's, by arms after the planned unblinding.

Each leaves an entry in the trail. Decision 16 says who may have which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from daybreak.core.errors import CommandError
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check_everywhere
from daybreak.server.assessments.actions.closing import close_over as close_forms
from daybreak.server.audit.refusals import needs_reason
from daybreak.server.audit.trail import recorded
from daybreak.server.exports.folder import Progress, check_free, export_study
from daybreak.server.exports.groups import Groups
from daybreak.server.holds.locks import holds_on
from daybreak.server.studies.models import Study
from daybreak.server.training.actions.closing import close_over as close_sessions
from daybreak.server.unblinding.actions.planned import check_agreed
from daybreak.server.vault.board import board_labels
from daybreak.server.vault.reveal import reveal_study
from daybreak.server.visits.actions.noticing import notice_due

RIGHT_TO_LETTERS = "see-board-list"


@dataclass(frozen=True)
class Order:
    """What is to be exported, to where, and the time it is."""

    study: Study
    out: Path
    now: datetime
    progress: Progress = lambda _table, _rows: None


def export_blind(order: Order) -> None:
    """Write an export that tells nothing of who got what.

    Raises:
        CommandError: the folder is in use, or cannot be written.
    """
    _make_ready(order)
    export_study(order.study, order.out, order.now, order.progress)
    with recorded(None, "export-data", study=order.study) as entry:
        entry.note(folder=order.out.name)


def export_unblinded(order: Order) -> None:
    """Write an export that tells each person's arm. The entry stands in the trail before anything is written.

    Raises:
        UnblindingError: two people have not agreed, or the study is not locked.
        CommandError: the folder is in use, or cannot be written.
    """
    check_agreed(order.study)
    _make_ready(order)
    with recorded(None, "export-unblinded", study=order.study) as entry:
        arms = reveal_study(entry, order.study)
        entry.note(folder=order.out.name)
    export_study(order.study, order.out, order.now, order.progress, Groups.by_arm(arms))


def export_by_letters(order: Order, to: str, why: str) -> None:
    """Write an export with the safety board's letters and labels, for one member of the board.

    Args:
        order: what and where.
        to: the address of who will have it.
        why: what for; it stands in the trail.

    Raises:
        CommandError: nobody of this address works for the study, or the folder is in use or cannot be written.
        NotYoursError: they are not of the board for the whole study.
        ReasonError: it is not said what for.
    """
    member = User.objects.filter(email__iexact=to.strip(), kind=User.Kind.STAFF, is_active=True).first()
    if member is None:
        raise CommandError(
            f"nobody with the address '{to}' works here.",
            remedy="Name a member of the safety board.",
            code="no-such-user",
        )
    check_everywhere(member, RIGHT_TO_LETTERS, order.study)
    _make_ready(order)
    with recorded(None, "export-letters", study=order.study, reason=needs_reason(why)) as entry:
        labels = board_labels(entry, order.study)
        entry.note(folder=order.out.name, for_user=member.pk)
    export_study(order.study, order.out, order.now, order.progress, Groups.by_letter(labels))


def _make_ready(order: Order) -> None:
    """Close what is over and notice what departed from the plan; frozen or locked data stay as they are."""
    check_free(order.out)
    if not holds_on(study=order.study).exists():
        close_sessions(order.study, order.now)
        close_forms(order.study, order.now)
        notice_due(order.study, order.now)
