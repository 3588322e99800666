"""Forms of signing in and of passwords, where django-allauth's own do not count wrong tries or tell too much."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

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


class ForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    """Asks for a link to set a new password; whoever has no account gets a mail too, which takes as long."""

    def save(self, request: HttpRequest, **more: Any) -> str:
        """Send one mail or the other, and return the address."""
        if self.users:
            super().save(request, **more)
        else:
            get_adapter().send_mail("account/email/unknown_account", self.cleaned_data["email"], {})
        return str(self.cleaned_data["email"])


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """Changes the password; wrong tries of the present one count like wrong ones at sign-in."""

    def clean_oldpassword(self) -> str:
        """Return the present password, if it is the right one."""
        typed = str(self.cleaned_data["oldpassword"])
        if get_adapter().reauthenticate(self.user, typed):
            return typed
        code = CLOSED if is_locked(context.request, self.user) else "enter_current_password"
        raise get_adapter().validation_error(code)
