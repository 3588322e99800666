"""Addresses of the pharmacy."""

from __future__ import annotations

from django.urls import path

from daybreak.server.pharmacy import views

urlpatterns = [
    path("desk/pharmacy/", views.kits, name="desk-pharmacy"),
    path("desk/pharmacy/<str:kit>/", views.label, name="desk-kit"),
    path("desk/pharmacy/<str:kit>/step/", views.step, name="desk-kit-step"),
    path("desk/pharmacy/<str:kit>/state/", views.state, name="desk-kit-state"),
    path("desk/pharmacy/<str:kit>/replace/", views.replacing, name="desk-kit-replace"),
]
