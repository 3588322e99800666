"""Secret links under which calendar programs read a site's calendar."""

from __future__ import annotations

import hashlib
import secrets

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.accounts.rights import check, has_right
from daybreak.server.audit.trail import recorded
from daybreak.server.studies.models import Site
from daybreak.server.visits.models import FeedLink

RIGHT = "see-people"


def make_feed_link(by: User, site: Site) -> str:
    """Store a new link to the calendar of `site` and return its token, which is kept nowhere.

    Raises:
        NotYoursError: `by` may not see the people of this site.
    """
    token = secrets.token_urlsafe(32)
    with recorded(by, "make-feed-link", site=site) as entry:
        check(by, RIGHT, site)
        entry.create(FeedLink, user=by, site=site, digest=_digest(token), made_at=clock.now())
    return token


def revoke_feed_link(by: User, link: FeedLink) -> None:
    """Let a link of one's own end; one that has ended stays as it is."""
    if link.revoked_at is None:
        with recorded(by, "revoke-feed-link", site=link.site) as entry:
            entry.update(link, revoked_at=clock.now())


def site_of_token(token: str) -> Site | None:
    """Return the site whose calendar a token opens; None if it was revoked, or its owner may see it no more."""
    link = FeedLink.objects.select_related("site__study", "user").filter(digest=_digest(token), revoked_at=None).first()
    return link.site if link and has_right(link.user, RIGHT, link.site) else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
