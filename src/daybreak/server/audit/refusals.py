"""Why a change is not taken."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError


class StaleError(DaybreakError):
    """Someone else changed the row since the page was opened; nothing was saved."""

    def __init__(self) -> None:
        super().__init__(
            "Someone else changed this since you opened the page; nothing of yours was saved.",
            remedy="Look at what it says now, then make your change again.",
            code="stale",
        )


class ReasonError(DaybreakError):
    """A change of something saved before came without its reason."""

    def __init__(self) -> None:
        super().__init__(
            "A change of something already saved needs a reason.",
            remedy="Write in a few words why it is changed.",
            code="reason-needed",
        )


def needs_reason(reason: str) -> str:
    """Return the reason without space around it.

    Raises:
        ReasonError: there is none.
    """
    if not reason.strip():
        raise ReasonError
    return reason.strip()
