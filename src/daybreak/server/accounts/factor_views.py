"""The page of one's second factors, and removing a passkey."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import remove_webauthn
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from daybreak.server.accounts.adapters import SecondFactorAdapter, main_factors
from daybreak.server.accounts.models import User


@require_safe
@never_cache
def factors(request: HttpRequest) -> HttpResponseBase:
    """Show which second factors there are, or ask for the first one."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101  the right says so
    mine = list(main_factors(user).order_by("created_at"))
    codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    context = {
        "app": next((each for each in mine if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in mine if each.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "any": bool(mine),
    }
    return render(request, "mfa/index.html", context)


@require_safe
def back_to_factors(_request: HttpRequest) -> HttpResponseBase:
    """Go to the page of all factors, where passkeys are listed too."""
    return redirect("mfa_index")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Remove a passkey, unless it is the last second factor."""
    passkey = get_object_or_404(Authenticator, pk=pk, user=request.user, type=Authenticator.Type.WEBAUTHN)
    adapter = SecondFactorAdapter()
    if not adapter.can_delete_authenticator(passkey):
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_index")
    response: HttpResponseBase = remove_webauthn(request, pk=pk)
    return response
