"""Addresses of staff's own accounts.

The views are django-allauth's, under the names it looks for; no other of its pages has an address.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.urls import path, register_converter

from daybreak.server.accounts import factor_views
from daybreak.server.accounts.rights import needs
from daybreak.server.accounts.shown import shown


class Base36:
    """A number as Django's links to new passwords write it: it holds no hyphen, as the key after it does."""

    regex = "[0-9A-Za-z]+"

    def to_python(self, value: str) -> str:
        """Leave it to the view to read the number."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as it is."""
        return value


register_converter(Base36, "base36")
own = needs("own-account")
DEMO = {"demo": settings.DEMO}

urlpatterns = [
    path("sign-in/", shown(account.LoginView.as_view(extra_context=DEMO)), name="account_login"),
    path("sign-in/code/", shown(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("again/", own(shown(account.ReauthenticateView.as_view(extra_context=DEMO))), name="account_reauthenticate"),
    path("again/code/", own(shown(mfa.reauthenticate)), name="mfa_reauthenticate"),
    path("again/passkey/", own(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("password/", own(shown(account.password_change)), name="account_change_password"),
    path("password/reset/", shown(account.password_reset), name="account_reset_password"),
    path("password/reset/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path(
        "password/reset/<base36:uidb36>-<str:key>/",
        shown(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("factors/", own(factor_views.factors), name="mfa_index"),
    path("factors/app/", own(shown(totp.activate_totp)), name="mfa_activate_totp"),
    path("factors/app/remove/", own(shown(totp.deactivate_totp)), name="mfa_deactivate_totp"),
    path("factors/codes/", own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("factors/codes/new/", own(shown(codes.generate_recovery_codes)), name="mfa_generate_recovery_codes"),
    path("factors/passkeys/", own(factor_views.back_to_factors), name="mfa_list_webauthn"),
    path("factors/passkeys/new/", own(shown(passkeys.add_webauthn)), name="mfa_add_webauthn"),
    path("factors/passkeys/<int:pk>/name/", own(shown(passkeys.edit_webauthn)), name="mfa_edit_webauthn"),
    path("factors/passkeys/<int:pk>/remove/", own(factor_views.remove_passkey), name="mfa_remove_webauthn"),
]
