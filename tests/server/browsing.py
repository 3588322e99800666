"""Browsers of the cast: a participant, another one, a stranger without a link, an operator."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.studies.models import Study
from tests import people


def browser() -> Client:
    """Return a browser that nobody is signed in with; it checks CSRF as a real one meets it."""
    return Client(enforce_csrf_checks=False, raise_request_exception=True)


def browser_of(user: User) -> Client:
    """Return a browser in which `user` is signed in."""
    client = browser()
    client.cookies[settings.SESSION_COOKIE_NAME] = people.signed_in(user)
    return client


def operator() -> User:
    """Store and return someone who runs the study."""
    return people.staff(Study.objects.get(), Role.COORDINATOR)
