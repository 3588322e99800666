"""What django-allauth asks of us: its words, its mail, who may do what with a second factor."""

from __future__ import annotations

import logging
import smtplib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest

from daybreak.server.accounts import factor_sealing
from daybreak.server.accounts.lockout import is_locked_out, minutes_locked
from daybreak.server.accounts.models import User

log = logging.getLogger(__name__)
SAYS = {
    "account/messages/password_changed.txt": "The password was changed. You were signed out everywhere.",
    "mfa/messages/totp_activated.txt": "The authenticator app was added.",
    "mfa/messages/totp_deactivated.txt": "The authenticator app was removed.",
    "mfa/messages/webauthn_added.txt": "The passkey was added.",
    "mfa/messages/webauthn_removed.txt": "The passkey was removed.",
}


def locked_sentence() -> str:
    """Return what someone reads whose account is closed for a while."""
    return f"Too many wrong tries. To keep the account safe it is closed for {minutes_locked()} minutes."


class StaffAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Signing in of staff."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Address and password do not fit together. Check both and try again.",
        "incorrect_password": "That is not your password.",
        "incorrect_code": "That code is not right, or was used already. Wait for the next one and try again.",
        "enter_current_password": "That is not your present password.",
        "too_many_login_attempts": locked_sentence(),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody signs up: staff are invited."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return who has this address and password.

        Raises:
            ValidationError: the account is closed for a while; so is one that does not exist, after as many tries.
        """
        user: User | None = super().authenticate(request, **credentials)
        if user is None and is_locked_out(request, credentials):
            raise self.validation_error("too_many_login_attempts")
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        """Return whether this is the password of `user`, who is signed in."""
        who = {"email": user.email} if user.email else {"handle": user.handle}
        return authenticate(self.request, **who, password=password) == user

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str = "",
        *_context: Any,
        message: str = "",
        **_more: Any,
    ) -> None:
        """Show our own sentence, where there is one."""
        said = message or SAYS.get(message_template)
        if said:
            messages.add_message(request, level, said)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail; a mail server that does not answer breaks no page, and is named in the log."""
        try:
            super().send_mail(template_prefix, email, context)
        except (smtplib.SMTPException, OSError) as error:
            log.error("a mail about an account was not sent: %s", type(error).__name__)

    def send_notification_mail(self, template_prefix: str, user: User, context: Any = None, email: Any = None) -> None:
        """Tell people by mail that their account was changed; the mail holds no address of a machine."""
        if user.email:
            self.send_mail(template_prefix, email or user.email, {"user": user, **(context or {})})


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "This is your last second factor. Add another one before you remove it.",
        "incorrect_code": StaffAdapter.error_messages["incorrect_code"],
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return factor_sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return factor_sealing.unseal(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return whether a second factor is left without this one; recovery codes alone are none."""
        return bool(main_factors(authenticator.user).exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """Return a name for a new passkey."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"


def main_factors(user: User) -> Any:
    """Return the authenticator app and the passkeys of `user`; recovery codes only stand in for these."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
