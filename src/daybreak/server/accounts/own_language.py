"""Pages in the language of the person who is signed in, whatever their browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from daybreak.server.accounts.models import User


def language_of(user: User) -> str | None:
    """Return the language kept for a participant, or None for everyone else."""
    participant = getattr(user, "participant", None)
    return participant.language if participant else None


class OwnLanguage:
    """Middleware, after sign-in and the browser's language; it passes by the player's API, which translates nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the person's language."""
        user = None if request.path.startswith("/api/") else request.user
        language = language_of(user) if isinstance(user, User) else None
        if language is None:
            return self.get_response(request)
        with translation.override(language):
            response = self.get_response(request)
            response.headers["Content-Language"] = translation.get_language() or language
            return response
