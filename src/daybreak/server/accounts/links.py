"""Personal links: `/p/<token>/`. Only the SHA-256 of a token is kept, so that the database opens no page.

Everybody has one link of their own, on the card from their clinic. Messages hold direct links, which lead after the
PIN to the page the message is about; they need a PIN that was chosen before.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.http import url_has_allowed_host_and_scheme

from daybreak.server.accounts.backend import may_use_link
from daybreak.server.accounts.models import DirectLink, User

LASTS = timedelta(days=60)
"""How long somebody may take to choose a PIN: until then whoever holds the link could."""
LASTS_WITH_PIN = timedelta(days=400)
"""How long a link goes on from when its PIN was chosen: a year of follow-up, and a month for what comes late."""


@dataclass(frozen=True)
class Entrance:
    """What a link opens: whose pages, and which of them first; `is_direct` says that it came in a message."""

    user: User
    leads_to: str = ""
    is_direct: bool = False


def give_link(user: User, now: datetime, lasts: timedelta = LASTS) -> str:
    """Give `user` a new link, in place of any older one, and return its token; it cannot be read back later.

    A new link also forgets the PIN, so that someone who lost it can choose a new one.
    """
    token, fields = new_link(now, lasts)
    for name, value in fields.items():
        setattr(user, name, value)
    user.save(update_fields=list(fields))
    return token


def new_link(now: datetime, lasts: timedelta = LASTS) -> tuple[str, dict[str, Any]]:
    """Return the token of a new link, and the fields of a user whose link it will be; the PIN is forgotten."""
    token = secrets.token_urlsafe(32)
    return token, {"link_digest": digest(token), "link_expires_at": now + lasts, "password": make_password(None)}


def link_to(user: User, path: str, now: datetime, until: datetime) -> str:
    """Return the token of a new direct link, which leads `user` after their PIN to `path`; older links go on working.

    Raises:
        ValueError: `path` is not a path of this server, so that no link leads anywhere else.
    """
    if not is_own_path(path):
        raise ValueError(f"'{path}' is no path of this server")
    token = secrets.token_urlsafe(32)
    DirectLink.objects.create(user=user, digest=digest(token), leads_to=path, made_at=now, expires_at=until)
    return token


def is_own_path(path: str) -> bool:
    """Return whether `path` stays on this server, whatever a browser makes of it."""
    return path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)


def entrance_of(token: str, now: datetime) -> Entrance | None:
    """Return what a link opens, or None if it is unknown, too old, or of someone who may not sign in by it.

    Whoever may no longer sign in is returned for a direct link: it was sent to them, and its page says what holds.
    """
    hashed = digest(token)
    user = User.objects.filter(link_digest=hashed, link_expires_at__gt=now, is_active=True).first()
    if user is not None:
        return Entrance(user) if may_use_link(user) else None
    link = DirectLink.objects.filter(digest=hashed, expires_at__gt=now).select_related("user").first()
    if link is None or not may_use_link(link.user):
        return None
    return Entrance(link.user, link.leads_to if is_own_path(link.leads_to) else "", is_direct=True)


def digest(token: str) -> str:
    """Return what is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
