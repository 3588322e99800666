"""Members of staff who sign in as in a real study: address, password, authenticator app."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from daybreak.core.roles import Role
from daybreak.server.accounts.models import User
from daybreak.server.studies.models import Site
from tests import people
from tests.server.browsing import browser

EMAIL = "noor@study.example"
PASSWORD = "seven quiet harbours"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
WRONG = "not the password"


def with_password(site: Site, *roles: Role, email: str = EMAIL) -> User:
    """Store a coordinator, or who is wished for, with an address and a password."""
    user = people.staff(site.study, *(roles or (Role.COORDINATOR,)), name="Noor Example")
    user.email = email
    user.set_password(PASSWORD)
    user.save()
    return user


def with_app(user: User) -> User:
    """Give `user` an authenticator app and recovery codes."""
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def code(secret: str = SECRET, steps: int = 0) -> str:
    """Return the code an app shows, `steps` half minutes from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def give_password(client: Client, email: str = EMAIL, password: str = PASSWORD, **more: str) -> Any:
    """Send the form of the sign-in page."""
    return client.post("/account/sign-in/", {"login": email, "password": password, **more})


def give_code(client: Client, typed: str) -> Any:
    """Send the form that asks for the second factor."""
    return client.post("/account/sign-in/code/", {"code": typed})


def signed_in_with_app(user: User) -> Client:
    """Return a browser in which `user`, who has an app, went through the whole sign-in."""
    client = browser()
    give_password(client, str(user.email))
    assert give_code(client, code()).status_code == 302
    return client
