"""Finding people, deviations and links for who asks; a foreign site's do not exist for them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import sites_with
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.queries import study_of
from daybreak.server.visits.models import Deviation, FeedLink


def deviations_of(request: HttpRequest, right: str) -> QuerySet[Deviation]:
    """Return the deviations at the sites where the signed-in user has `right`, newest first; lapsed ones too."""
    people = Participant.objects.filter(study=study_of(request), site__in=sites_with(request.user, right))
    found = Deviation.objects.filter(participant__in=people).select_related(
        "participant__site", "participant__study", "explained_by"
    )
    return found.order_by("-noticed_at", "-pk")


def own_feed_links(user: User) -> QuerySet[FeedLink]:
    """Return the links of `user` that still work, oldest first."""
    return FeedLink.objects.filter(user=user, revoked_at=None).select_related("site").order_by("made_at", "pk")
