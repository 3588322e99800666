"""The address of the demo's front page."""

from __future__ import annotations

from django.urls import path

from daybreak.server.demo import views

urlpatterns = [path("demo/", views.landing, name="demo")]
