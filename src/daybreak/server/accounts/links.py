"""Personal links: `/p/<token>/`. Only the SHA-256 of a token is kept, so that the database opens no page."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from daybreak.server.accounts.backend import may_use_link
from daybreak.server.accounts.models import User

LASTS = timedelta(days=60)


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


def user_of(token: str, now: datetime) -> User | None:
    """Return whose link this is, or None if it is unknown, too old, or of someone who may not sign in by it."""
    user = User.objects.filter(link_digest=digest(token), link_expires_at__gt=now, is_active=True).first()
    return user if user is not None and may_use_link(user) else None


def digest(token: str) -> str:
    """Return what is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
