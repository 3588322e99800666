"""Sites: setting one up, changing it, opening it for enrolment, closing it."""

from __future__ import annotations

from typing import Any

from daybreak.server import clock
from daybreak.server.accounts.models import User
from daybreak.server.audit.trail import recorded
from daybreak.server.staffing.places import SITES, check_place
from daybreak.server.staffing.refusals import SiteError
from daybreak.server.studies.models import Site, Study
from daybreak.server.vault.allocate import seal_lists


def set_up_site(by: User, study: Study, key: str, **fields: Any) -> Site:
    """Store a new site of the study, not open yet.

    Raises:
        NotYoursError: `by` does not manage all sites.
        SiteError: there is one with this key.
    """
    check_place(by, SITES, study, None)
    with recorded(by, "set-up-site", study=study) as entry:
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        if Site.objects.filter(study=study, key=key).exists():
            raise SiteError(f"There is a site with the key '{key}' already.", remedy="Choose another key.")
        site = entry.create(Site, study=study, key=key, **fields)
        entry.about(site=site)
    return site


def change_site(by: User, site: Site, expected: dict[str, Any], **fields: Any) -> bool:
    """Change name, zone, target or help numbers of a site, and return whether anything changed.

    Raises:
        NotYoursError: `by` does not manage this site.
        StaleError: someone else changed one of these since the page was opened.
    """
    check_place(by, SITES, site.study, site)
    with recorded(by, "change-site", study=site.study, site=site) as entry:
        return entry.update(site, expected=expected, **fields)


def open_site(by: User, site: Site) -> None:
    """Open a site for enrolment, for the first time or again; with the first time its allocation lists are sealed.

    Raises:
        NotYoursError: `by` does not manage this site.
        SiteError: it is open, or has no help number yet.
    """
    check_place(by, SITES, site.study, site)
    if not site.help_lines:
        raise SiteError(
            "A site needs a help number before it opens: people see it on every page.", remedy="Add one first."
        )
    with recorded(by, "open-site", study=site.study, site=site) as entry:
        site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        if site.opened_at is not None and site.closed_at is None:
            raise SiteError("This site is open already.")
        entry.update(site, opened_at=site.opened_at or clock.now(), closed_at=None)
        seal_lists(entry, site)


def close_site(by: User, site: Site) -> None:
    """Close a site: nobody is enrolled there any more; people who are go on.

    Raises:
        NotYoursError: `by` does not manage this site.
        SiteError: it is not open.
    """
    check_place(by, SITES, site.study, site)
    with recorded(by, "close-site", study=site.study, site=site) as entry:
        site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        if site.opened_at is None or site.closed_at is not None:
            raise SiteError("This site is not open.")
        entry.update(site, closed_at=clock.now())
