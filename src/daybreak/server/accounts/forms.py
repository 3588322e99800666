"""Forms of signing in."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError

from daybreak.server.accounts.lockout import count_wrong_code, is_locked

CLOSED = "too_many_login_attempts"


class _Counted:
    """Counts wrong codes, and takes none while the account is closed."""

    user: Any

    def clean_code(self) -> str:
        """Return the code, if it is right."""
        if is_locked(context.request, self.user):
            raise get_adapter().validation_error(CLOSED)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            count_wrong_code(context.request, self.user)
            if is_locked(context.request, self.user):
                raise get_adapter().validation_error(CLOSED) from None
            raise
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second factor's code, at sign-in."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """The second factor's code, typed again before something that matters."""
