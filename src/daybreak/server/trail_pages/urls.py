"""Addresses of the audit trail."""

from __future__ import annotations

from django.urls import path

from daybreak.server.trail_pages import views

urlpatterns = [
    path("desk/audit/", views.trail, name="audit"),
    path("desk/audit/trail.csv", views.table, name="audit-table"),
    path("desk/audit/check/", views.check, name="audit-check"),
]
