"""The sites and kits of a pharmacist; those of other sites do not exist for them."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from daybreak.server.accounts.rights import sites_with
from daybreak.server.pharmacy.actions import RIGHT
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import study_of
from daybreak.server.vault.allocate import KitFacts, find_kit


def own_sites(request: HttpRequest) -> list[Site]:
    """Return the sites of the study whose kits whoever is signed in prepares."""
    return list(sites_with(request.user, RIGHT).filter(study=study_of(request)).order_by("name", "pk"))


def own_kit(request: HttpRequest, number: str) -> tuple[Site, KitFacts]:
    """Return a kit at one of those sites, and the site.

    Raises:
        Http404: there is none.
    """
    for site in own_sites(request):
        kit = find_kit(site, number)
        if kit is not None:
            return site, kit
    raise Http404
