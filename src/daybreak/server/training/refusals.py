"""Why a player is refused: a stable code and one plain sentence for the person."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError

SENTENCES = {
    "not-ready": "This session is not ready yet. Go back to Today and follow what it says.",
    "not-open": "This session is not open now. Today says when it opens.",
    "already-done": "This session is done. Thank you.",
    "too-late": "The time for this session is over. What you played is kept.",
    "open-elsewhere": "This session is open in another window or on another device.",
    "no-such-session": "There is no such session.",
    "no-such-test": "There is no such task.",
    "no-such-sitting": "There is no such sitting.",
    "no-such-picture": "There is no such picture.",
}


class RefusedError(DaybreakError):
    """The person may not do this now; nothing was changed."""

    def __init__(self, code: str) -> None:
        super().__init__(SENTENCES[code], code=code)


class ChunkOrderError(DaybreakError):
    """A chunk came before the ones it follows; `awaited` is the number to send now."""

    def __init__(self, awaited: int) -> None:
        super().__init__("Earlier parts have not arrived yet.", code="chunk-out-of-order")
        self.awaited = awaited
