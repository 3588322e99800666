"""What stands around every page of a person in the study."""

from __future__ import annotations

from typing import Any

from django import template

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import is_participant
from daybreak.server.safety.help import watch_says

register = template.Library()


@register.simple_tag(takes_context=True)
def who_watches(context: dict[str, Any]) -> str:
    """Return whether the clinic watches answers at this hour; nothing for whoever we do not know.

    A page that broke is made without a request, and asks nothing of the database.
    """
    user = getattr(context.get("request"), "user", None)
    if not isinstance(user, User) or not is_participant(user):
        return ""
    return watch_says(user.participant, clock.now())
