"""What cannot be done with an alert."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError


class AlertError(DaybreakError):
    """Something that cannot be done with this alert now; nothing was changed."""

    code = "alert"
