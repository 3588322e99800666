"""Who asks, and the people they may see: what every page about a person begins with."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import sites_with
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.queries import study_of


def signed_in(request: HttpRequest) -> User:
    """Return who is signed in; the view's guard made sure that somebody is."""
    assert isinstance(request.user, User)  # noqa: S101  narrows the type
    return request.user


def person_of(request: HttpRequest, code: str, right: str) -> Participant:
    """Return the person of this code at one of the sites where whoever asks has `right`.

    Raises:
        Http404: there is none; a person of another site does not exist.
    """
    people = Participant.objects.select_related("site", "study", "user")
    here = people.filter(study=study_of(request), site__in=sites_with(request.user, right))
    return get_object_or_404(here, code=code)
