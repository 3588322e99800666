"""A mail server that fails as told, in the place of Django's connection to one."""

from __future__ import annotations

import smtplib
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend

AWAY = smtplib.SMTPConnectError(421, b"try later")
NO_SUCH_PERSON = smtplib.SMTPRecipientsRefused({})
SILENT = TimeoutError("no answer")


class BrokenMail(BaseEmailBackend):
    """Raises `error` for every letter."""

    error: Exception = AWAY

    def send_messages(self, email_messages: Any) -> int:
        raise self.error
