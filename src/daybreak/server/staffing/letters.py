"""Mail to staff: invitations, and that somebody was given a role."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from daybreak.server.accounts.models import User
from daybreak.server.studies.models import Study

FILES = "django.core.mail.backends.filebased.EmailBackend"


def join_address(request: HttpRequest, token: str) -> str:
    """Return the whole address of an invitation's link."""
    return request.build_absolute_uri(reverse("join", args=[token]))


def send_invitation(request: HttpRequest, study: Study, user: User, token: str) -> bool:
    """Send the link, or for who has an account already a note, and return whether a mail server took it."""
    template = "staffing/invitation.txt" if token else "staffing/role_given.txt"
    address = join_address(request, token) if token else request.build_absolute_uri("/")
    text = render_to_string(template, {"study": study, "address": address})
    subject = f"Your invitation to the study {study.title}" if token else f"A new role in the study {study.title}"
    try:
        send_mail(subject, text, None, [str(user.email)])
    except (smtplib.SMTPException, OSError):
        return False
    return settings.EMAIL_BACKEND != FILES
