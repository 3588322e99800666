"""E-mail, by whatever Django's settings name: a mail server, or a service that django-anymail speaks to."""

from __future__ import annotations

import smtplib
import socket

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMessage

from daybreak.server.messages.gateways.gateway import GatewayError, Letter

REFUSED = (
    smtplib.SMTPResponseException,
    smtplib.SMTPRecipientsRefused,
    smtplib.SMTPNotSupportedError,
    ConnectionRefusedError,
    socket.gaierror,
)
"""A mail server that says so, or is not there, has not taken the letter."""


class MailGateway:
    """Sends e-mail. The key stands in Message-ID, so that a mail program shows a letter that came twice only once."""

    def send(self, letter: Letter) -> None:
        """Send the letter.

        Raises:
            GatewayError: it was refused, or the connection broke and nobody can tell.
        """
        message = EmailMessage(letter.subject, letter.text, to=list(letter.to), headers=_headers(letter))
        # django-anymail hands it to the service, which gives it back when it tells of delivery; others leave it alone.
        message.metadata = {"key": letter.key}  # type: ignore[attr-defined]
        try:
            message.send()
        except AnymailRecipientsRefused as error:
            raise GatewayError("refused", lasting=True) from error
        except AnymailAPIError as error:
            raise GatewayError("mail service", maybe_sent=error.status_code is None) from error
        except AnymailError as error:
            raise GatewayError("mail service", lasting=True) from error
        except REFUSED as error:
            lasting = isinstance(error, smtplib.SMTPRecipientsRefused)
            raise GatewayError("refused" if lasting else "mail server", lasting=lasting) from error
        except (smtplib.SMTPException, OSError) as error:
            raise GatewayError("mail server", maybe_sent=True) from error

    def has(self, key: str) -> bool | None:  # noqa: ARG002  the same for every key
        """Return None: a mail server cannot be asked."""
        return None


def _headers(letter: Letter) -> dict[str, str]:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    headers = {"Message-ID": f"<{letter.digest}@{domain}>", "Auto-Submitted": "auto-generated"}
    if letter.stop_link:
        # RFC 8058: the mail program's own button for no more of these.
        headers |= {"List-Unsubscribe": f"<{letter.stop_link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers
