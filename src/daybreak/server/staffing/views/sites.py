"""Sites: the list, one site, a new one, opening and closing."""

from __future__ import annotations

import json

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from daybreak.server.accounts.rights import holds_everywhere, needs
from daybreak.server.audit.refusals import StaleError
from daybreak.server.staffing.actions.sites import change_site, close_site, open_site, set_up_site
from daybreak.server.staffing.forms import NewSiteForm, SiteForm, SureForm
from daybreak.server.staffing.places import SITES, managed_sites
from daybreak.server.staffing.queries import sites_in_numbers
from daybreak.server.staffing.views.asked import asked, sent
from daybreak.server.staffing.views.staff import asks, viewer_of
from daybreak.server.studies.models import Site
from daybreak.server.studies.queries import study_of

FIELDS = ("name", "zone", "target", "help_lines")


@require_safe
@never_cache
@needs(SITES)
def sites(request: HttpRequest) -> HttpResponse:
    """List the sites one manages."""
    by, study = viewer_of(request), study_of(request)
    context = {"sites": sites_in_numbers(by, study), "may_add": holds_everywhere(by, SITES, study)}
    return render(request, "staffing/sites.html", context)


@asks
@never_cache
@needs(SITES)
def new_site(request: HttpRequest) -> HttpResponse:
    """Set up a site."""
    form = NewSiteForm(sent(request))

    def act() -> HttpResponse:
        site = set_up_site(viewer_of(request), study_of(request), **form.cleaned_data)
        messages.info(request, "The site is set up. It enrols people once it is opened.")
        return redirect("desk-site", key=site.key)

    return asked(request, form, "staffing/new_site.html", act, {})


@asks
@never_cache
@needs(SITES)
def site(request: HttpRequest, key: str) -> HttpResponse:
    """Show a site, and change what is kept of it."""
    found = _managed(request, key)
    form = SiteForm(request.POST) if request.method == "POST" else SiteForm.of(found)

    def act() -> HttpResponse:
        changed = change_site(viewer_of(request), found, _seen(request), **form.cleaned_data)
        messages.info(request, "Saved." if changed else "Nothing was changed.")
        return redirect("desk-site", key=found.key)

    seen = signing.dumps({name: getattr(found, name) for name in FIELDS}, salt="site")
    return asked(request, form, "staffing/site.html", act, {"site": found, "seen": seen})


@asks
@never_cache
@needs(SITES)
def open_page(request: HttpRequest, key: str) -> HttpResponse:
    """Open a site for enrolment, after asking."""
    found = _managed(request, key)

    def act() -> HttpResponse:
        open_site(viewer_of(request), found)
        messages.info(request, f"{found.name} is open.")
        return redirect("desk-site", key=found.key)

    says = [
        "From then on people can be enrolled there.",
        "When a site opens for the first time, its allocation lists are drawn and sealed, and their hashes go into the "
        "trail. Nobody can see, change or redraw them.",
    ]
    context = {"question": f"Open {found.name} for enrolment?", "says": says, "submit": "Open it"}
    return asked(request, SureForm(sent(request)), "console/confirm.html", act, context | _back(found))


@asks
@never_cache
@needs(SITES)
def close_page(request: HttpRequest, key: str) -> HttpResponse:
    """Close a site, after asking."""
    found = _managed(request, key)

    def act() -> HttpResponse:
        close_site(viewer_of(request), found)
        messages.info(request, f"{found.name} is closed to new people.")
        return redirect("desk-site", key=found.key)

    says = ["Nobody can be enrolled there any more. People who are go on as planned. It can be opened again."]
    context = {"question": f"Close {found.name}?", "says": says, "submit": "Close it", "danger": True}
    return asked(request, SureForm(sent(request)), "console/confirm.html", act, context | _back(found))


def _managed(request: HttpRequest, key: str) -> Site:
    return get_object_or_404(managed_sites(viewer_of(request), SITES, study_of(request)), key=key)


def _back(site: Site) -> dict[str, str]:
    return {"cancel": f"/desk/sites/{site.key}/"}


def _seen(request: HttpRequest) -> dict[str, object]:
    """Return what the page showed when it was opened; signed, so that nobody can claim to have seen something else."""
    try:
        seen: dict[str, object] = signing.loads(request.POST.get("seen", ""), salt="site")
    except (signing.BadSignature, json.JSONDecodeError):
        raise StaleError from None
    return seen
