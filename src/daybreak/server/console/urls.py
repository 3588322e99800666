"""Addresses of the desk."""

from __future__ import annotations

from django.urls import path

from daybreak.server.console import views

urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/clock/", views.demo_clock, name="desk-clock"),
    path("desk/sessions/<int:session_id>/", views.session, name="desk-session"),
]
