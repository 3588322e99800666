"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from daybreak.server import clock
from daybreak.server.accounts.help_lines import help_lines
from daybreak.server.accounts.links import LASTS_WITH_PIN, Entrance, entrance_of
from daybreak.server.accounts.lockout import is_locked, minutes_locked
from daybreak.server.accounts.models import User
from daybreak.server.accounts.own_language import language_of
from daybreak.server.accounts.pins import pin_problem
from daybreak.server.audit.trail import recorded


@sensitive_variables("token")
@sensitive_post_parameters("pin", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def personal_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the PIN, or have it chosen the first time; then go on to the page the link leads to."""
    entrance = entrance_of(token, clock.now())
    if entrance is None:
        # Unknown and expired links get the same page, which tells nobody whether a link was ever real.
        return render(request, "accounts/no_link.html", status=404)
    user = entrance.user
    if request.user == user:
        return redirect(entrance.leads_to or "front")
    with translation.override(language_of(user) or translation.get_language()):
        if not user.is_active:
            return render(request, "accounts/ended.html", {"lines": help_lines(user)}, status=410)
        if entrance.is_direct and not user.has_usable_password():
            return render(request, "accounts/no_pin.html", {"lines": help_lines(user)}, status=409)
        if is_locked(request, user):
            return locked_page(request, user)
        return _take_pin(request, entrance) if request.method == "POST" else _ask(request, user)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on this device."""
    was_staff = isinstance(request.user, User) and request.user.kind == User.Kind.STAFF
    logout(request)
    return redirect("account_login" if was_staff and not settings.DEMO else "front")


def _ask(request: HttpRequest, user: User, problem: str = "") -> HttpResponse:
    context = {"choosing": not user.has_usable_password(), "problem": problem}
    return render(request, "accounts/enter.html", context, status=422 if problem else 200)


def _take_pin(request: HttpRequest, entrance: Entrance) -> HttpResponse:
    pin, user = request.POST.get("pin", ""), entrance.user
    if not user.has_usable_password():
        if problem := pin_problem(pin, request.POST.get("again", "")):
            return _ask(request, user, problem)
        # Of two windows that choose at once, one PIN is kept; the other window is then asked for it.
        _keep_pin(user, make_password(pin))
    signed_in = authenticate(request, handle=user.handle, password=pin)
    if signed_in is None:
        if is_locked(request, user):
            return locked_page(request, user)
        return _ask(request, user, translation.gettext("That is not the PIN you chose. Please try again."))
    login(request, signed_in)
    return redirect(entrance.leads_to or "front")


def _keep_pin(user: User, hashed: str) -> None:
    with recorded(user, "choose-pin", participant=getattr(user, "participant", None)) as entry:
        unchosen = User.objects.select_for_update(no_key=True).filter(pk=user.pk, password=user.password).first()
        if unchosen is None:
            entry.found_nothing()
        else:
            lasts = max(unchosen.link_expires_at or clock.now(), clock.now() + LASTS_WITH_PIN)
            entry.update(unchosen, password=hashed, link_expires_at=lasts)


def locked_page(request: HttpRequest, user: User) -> HttpResponse:
    """Return the page that says for how long an account is closed after wrong PINs, and whom to call."""
    context = {"minutes": minutes_locked(), "lines": help_lines(user)}
    return render(request, "accounts/locked.html", context, status=429)
