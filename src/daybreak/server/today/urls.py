"""Addresses of a participant's pages."""

from __future__ import annotations

from django.urls import path

from daybreak.server.today import views

urlpatterns = [
    path("", views.front, name="front"),
    path("today/", views.today, name="today"),
    path("ready/", views.ready, name="ready"),
    path("ready/portrait/", views.ready_portrait, name="ready-portrait"),
    path("play/<int:number>/", views.play, name="play"),
    path("help/", views.help_now, name="help"),
]
