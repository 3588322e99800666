"""Why something about staff or sites is not done."""

from __future__ import annotations

from daybreak.core.errors import DaybreakError


class StaffError(DaybreakError):
    """Something that cannot be done with a member of staff, a role or an invitation."""

    code = "staff"


class SiteError(DaybreakError):
    """Something that cannot be done with a site."""

    code = "site"
