"""Addresses of visits, deviations and calendars."""

from __future__ import annotations

from django.urls import path

from daybreak.server.visits.views import deviations, feeds, visits

urlpatterns = [
    path("desk/people/<str:code>/visits/", visits.schedule, name="desk-visits"),
    path("desk/people/<str:code>/visits/<slug:key>/", visits.visit, name="desk-visit"),
    path("desk/people/<str:code>/calendar.ics", feeds.person_calendar, name="desk-person-calendar"),
    path("desk/deviations/", deviations.deviations, name="desk-deviations"),
    path("desk/deviations/<int:deviation_id>/", deviations.deviation, name="desk-deviation"),
    path("desk/calendars/", feeds.feed_links, name="desk-feed-links"),
    path("desk/calendars/<int:link_id>/revoke/", feeds.revoke, name="desk-feed-link-revoke"),
    path("today/calendar.ics", feeds.own_calendar, name="own-calendar"),
    path("calendar/<str:token>.ics", feeds.site_calendar, name="site-calendar"),
]
