"""Addresses of unblinding."""

from __future__ import annotations

from django.urls import path

from daybreak.server.unblinding import views

urlpatterns = [
    path("desk/unblinding/", views.unblindings, name="unblindings"),
    path("desk/unblinding/ask/", views.ask, name="ask-unblinding"),
    path("desk/unblinding/agree/", views.agree, name="agree-unblinding"),
    path("desk/unblinding/allocations.csv", views.allocations, name="allocations"),
    path("desk/unblinding/<int:unblinding_id>/assess/", views.assess, name="assess-unblinding"),
    path("desk/people/<str:code>/unblind/", views.emergency, name="unblind"),
    path("desk/people/<str:code>/unblinded/", views.report, name="report-unblinding"),
]
