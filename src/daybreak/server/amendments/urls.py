"""Addresses of the study file on the desk."""

from __future__ import annotations

from django.urls import path

from daybreak.server.amendments import views

urlpatterns = [
    path("desk/study/", views.study_file, name="desk-study"),
    path("desk/study/compare/", views.compare, name="desk-study-compare"),
    path("desk/study/versions/<int:number>/", views.version_text, name="desk-study-text"),
    path("desk/study/change/", views.change, name="desk-study-change"),
    path("desk/study/change/confirm/", views.confirm, name="desk-study-confirm"),
]
