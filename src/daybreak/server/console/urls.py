"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from daybreak.server.console.views import demo_clock, due, engagement, overview, people, person, reliability, training

urlpatterns = [
    path("desk/", overview.overview, name="desk"),
    path("desk/due/", due.due, name="desk-due"),
    path("desk/ratings/", due.ratings, name="desk-ratings"),
    path("desk/reliability/", reliability.reliability, name="desk-reliability"),
    path("desk/engagement/", engagement.engagement, name="desk-engagement"),
    path("desk/people/", people.people, name="desk-people"),
    path("desk/people/<str:code>/", person.person, name="person"),
    path("desk/training/", training.sessions, name="desk-training"),
    path("desk/sessions/<int:session_id>/", training.session, name="desk-session"),
    path("desk/clock/", demo_clock.demo_clock, name="desk-clock"),
]
