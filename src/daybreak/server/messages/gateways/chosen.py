"""Which gateway serves which channel, as the settings say."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings

from daybreak.server.messages.actions.devices import drop_device
from daybreak.server.messages.gateways.files import FileGateway
from daybreak.server.messages.gateways.gateway import Gateway
from daybreak.server.messages.gateways.mail import MailGateway
from daybreak.server.messages.gateways.page import PageGateway
from daybreak.server.messages.gateways.push import PushGateway
from daybreak.server.messages.gateways.sms import SmsGateway

FILES = "django.core.mail.backends.filebased.EmailBackend"


def gateway_of(channel: str) -> Gateway | None:
    """Return the gateway of a channel, or None where this server has none.

    Letters become files in a demo, and e-mail wherever no mail server is set up.
    """
    if channel == "page":
        return PageGateway()
    if settings.MESSAGES_AS_FILES:
        return FileGateway(settings.MESSAGE_FOLDER / channel)
    if channel == "email":
        return FileGateway(settings.MESSAGE_FOLDER / channel) if settings.EMAIL_BACKEND == FILES else MailGateway()
    if channel == "sms" and settings.SMS_URL:
        return SmsGateway(settings.SMS_URL)
    if channel == "push" and settings.VAPID_KEY:
        contact = f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"
        return PushGateway(settings.VAPID_KEY, contact, drop_device)
    return None


def has_channel(channel: str) -> bool:
    """Return whether this server can send by `channel`."""
    return gateway_of(channel) is not None
