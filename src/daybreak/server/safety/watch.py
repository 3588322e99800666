"""Whether somebody at a site watches for alerts at a moment, by the study file's hours."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from daybreak.core.study import WatchRules
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import file_of


def hours_of(site: Site) -> WatchRules:
    """Return the hours of a site."""
    return file_of(site.study).on_call.of_site(site.key)


def is_watched(site: Site, now: datetime) -> bool:
    """Return whether somebody watches at `now`, on the site's own clock."""
    return hours_of(site).watched(now.astimezone(ZoneInfo(site.zone)))
