"""What members of staff say of themselves."""

from __future__ import annotations

from daybreak.server.accounts.models import User
from daybreak.server.audit.trail import recorded


def save_phone(by: User, phone: str) -> bool:
    """Keep one's own telephone number, for messages about alerts; return whether it changed. No trail says it."""
    with recorded(by, "save-own-phone") as entry:
        changed = entry.update(User.objects.get(pk=by.pk), phone=phone.strip())
        if not changed:
            entry.found_nothing()
    return changed
