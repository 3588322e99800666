"""On which devices staff are signed in, for how long, and ending that.

Times are the machine's, also in a demo: moving the study's clock signs nobody out.
"""

from __future__ import annotations

import re
import time
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from daybreak.server.accounts.models import User, WebSession

BEGAN, SEEN = "staff session began", "staff session seen"
TOUCHED_EVERY = 60
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "a Mac"),
    ("Linux", "Linux"),
)


def device_of(agent: str) -> str:
    """Return the family of browser and system, such as "Firefox on Windows"; versions are not kept."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in SYSTEMS if re.search(mark, agent)), "another system")
    return f"{browser} on {system}"


@receiver(user_logged_in)
def begin_session(request: HttpRequest, user: User, **_more: Any) -> None:
    """Note the device of a member of staff who signed in, and let the session end when it is left alone."""
    if user.kind != User.Kind.STAFF:
        return
    now = timezone.now()
    request.session.set_expiry(settings.STAFF_IDLE_SECONDS)
    request.session[BEGAN] = request.session[SEEN] = time.time()
    device = device_of(request.headers.get("User-Agent", ""))
    WebSession.objects.update_or_create(
        key=request.session.session_key, defaults={"user": user, "device": device, "began_at": now, "seen_at": now}
    )


@receiver(user_logged_out)
def forget_session(request: HttpRequest, **_more: Any) -> None:
    """Forget a session that was ended by signing out."""
    WebSession.objects.filter(key=request.session.session_key or "").delete()


def touch(request: HttpRequest) -> bool:
    """Keep the session of a member of staff alive and return whether it may go on; once a minute it is noted."""
    began, seen, now = request.session.get(BEGAN), request.session.get(SEEN), time.time()
    if began is None or seen is None:
        return True
    if now - began > settings.STAFF_SESSION_SECONDS:
        return False
    if now - seen > TOUCHED_EVERY:
        request.session[SEEN] = now
        WebSession.objects.filter(key=request.session.session_key).update(seen_at=timezone.now())
    return True


def sessions_of(user: User) -> list[WebSession]:
    """Return where `user` is signed in now, the latest seen first; those that ended by themselves are forgotten."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    user.web_sessions.filter(~Q(key__in=alive)).delete()
    return list(user.web_sessions.all())


def end_sessions(user: User, *, only: int | None = None, but: str = "") -> int:
    """End sessions of `user`, all of them or one, and return how many were ended.

    Args:
        user: whose.
        only: the row of the one to end.
        but: the key of the one that goes on.
    """
    ending = user.web_sessions.exclude(key=but)
    if only is not None:
        ending = ending.filter(pk=only)
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    keys = list(ending.values_list("key", flat=True))
    for key in keys:
        store.delete(key)
    WebSession.objects.filter(key__in=keys).delete()
    return len(keys)
