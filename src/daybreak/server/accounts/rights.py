"""Who may do what, all in one place: pages ask for a right by name, never for a role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import rules
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from daybreak.server.accounts.models import User

View = Callable[..., HttpResponseBase]


def is_participant(user: User) -> bool:
    """Whether this is a person in the study."""
    return user.role == User.Role.PARTICIPANT and hasattr(user, "participant")


def is_operator(user: User) -> bool:
    """Whether this is someone who runs the study."""
    return user.role == User.Role.OPERATOR


RIGHTS = {
    "train": is_participant,  # Today, getting ready and the player, each for oneself alone
    "see-desk": is_operator,
    "move-demo-clock": is_operator,
}
for _name, _predicate in RIGHTS.items():
    rules.set_rule(_name, rules.predicate(_predicate))


def has_right(user: User | AnonymousUser, right: str) -> bool:
    """Return whether `user` is signed in and has `right`, one of `RIGHTS`."""
    return isinstance(user, User) and bool(rules.test_rule(right, user))


def needs(right: str) -> Callable[[View], View]:
    """Let a view answer only those who have `right`: strangers are asked to sign in, others are refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect("front")
            if not has_right(request.user, right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate
