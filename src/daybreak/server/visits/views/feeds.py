"""Calendars for calendar programs: downloads, a participant's own, and a site's by secret link."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from daybreak.server import clock
from daybreak.server.accounts.rights import needs, sites_with
from daybreak.server.enrolment.found import person_of, signed_in
from daybreak.server.studies.queries import study_of
from daybreak.server.visits.actions.feed_link import RIGHT, make_feed_link, revoke_feed_link, site_of_token
from daybreak.server.visits.feed import person_feed, site_feed
from daybreak.server.visits.queries import own_feed_links


@require_safe
@never_cache
@needs("train")
def own_calendar(request: HttpRequest) -> HttpResponse:
    """Hand a participant their own calendar."""
    return _calendar(person_feed(signed_in(request).participant, clock.now()))


@require_safe
@never_cache
@needs("see-people")
def person_calendar(request: HttpRequest, code: str) -> HttpResponse:
    """Hand staff one person's calendar, as the person would get it."""
    return _calendar(person_feed(person_of(request, code, "see-people"), clock.now()))


@require_safe
@never_cache
def site_calendar(_request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program that knows the secret link; a wrong or revoked one does not exist."""
    site = site_of_token(token)
    if site is None:
        raise Http404
    return _calendar(site_feed(site, clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("see-people")
def feed_links(request: HttpRequest) -> HttpResponse:
    """List one's links to calendars; make a new one and show it once."""
    sites = sites_with(request.user, RIGHT).filter(study=study_of(request)).order_by("name")
    site = sites.filter(key=request.POST.get("site", "")).first()
    address = ""
    if site is not None:
        token = make_feed_link(signed_in(request), site)
        address = request.build_absolute_uri(reverse("site-calendar", args=[token]))
    wrong = request.method == "POST" and site is None
    context = {"sites": sites, "links": own_feed_links(signed_in(request)), "address": address, "wrong": wrong}
    return render(request, "visits/feed_links.html", context, status=422 if wrong else 200)


@require_POST
@needs("see-people")
def revoke(request: HttpRequest, link_id: int) -> HttpResponse:
    """Let one of one's own links end; one that has ended, or is somebody else's, is not there to end."""
    link = own_feed_links(signed_in(request)).filter(pk=link_id).first()
    if link is None:
        messages.info(request, "You have no such link; it may have ended already.")
    else:
        revoke_feed_link(signed_in(request), link)
        messages.success(request, "The link no longer opens the calendar.")
    return redirect("desk-feed-links")


def _calendar(body: bytes) -> HttpResponse:
    disposition = 'attachment; filename="calendar.ics"'
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": disposition})
