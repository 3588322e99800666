"""What the pages about a person share: finding them, who acts, and how a refusal reaches the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from daybreak.core.errors import DaybreakError
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import NotYoursError, sites_with
from daybreak.server.enrolment.models import Consent, Participant
from daybreak.server.studies.queries import study_of

MOST = 2**31 - 1
"""The largest version a database can be asked for."""


def user_of(request: HttpRequest) -> User:
    """Return who is signed in; the view's guard made sure that somebody is."""
    assert isinstance(request.user, User)  # noqa: S101  narrows the type
    return request.user


def own_participant(request: HttpRequest) -> Participant:
    """Return the participant who is signed in."""
    participant: Participant = user_of(request).participant
    return participant


def consent_of(participant: Participant, key: str, version: int) -> Consent:
    """Return a signature of this participant.

    Raises:
        Http404: there is none.
    """
    return get_object_or_404(Consent, participant=participant, key=_typed(key), version=min(version, MOST))


def _typed(text: str) -> str:
    """Return what stands in an address.

    Raises:
        Http404: PostgreSQL could not be asked for it, as it knows no NUL.
    """
    if "\0" in text:
        raise Http404
    return text


def person_here(request: HttpRequest, code: str, right: str) -> Participant:
    """Return the person of this code at one of the sites where whoever asks has `right`.

    Raises:
        Http404: there is none; a person of another site does not exist.
    """
    people = Participant.objects.select_related("site", "study", "user")
    here = people.filter(study=study_of(request), site__in=sites_with(request.user, right))
    return get_object_or_404(here, code=_typed(code))


@dataclass(frozen=True)
class Attempt:
    """How an action went: its answer, or why it was refused."""

    answer: object = None
    problem: str = ""
    stale: bool = False

    @property
    def status(self) -> int:
        """The status of a page that shows a form again."""
        return 422 if self.problem else 200


def attempt(act: Callable[[], object]) -> Attempt:
    """Run an action and return how it went; what may not be done here at all is refused as a page would be."""
    try:
        return Attempt(act())
    except NotYoursError as error:
        raise PermissionDenied from error
    except DaybreakError as error:
        return Attempt(problem=capital(error.sentence()), stale=error.code == "stale")


def capital(sentence: str) -> str:
    """Return the sentence with a capital first letter."""
    return sentence[:1].upper() + sentence[1:]
