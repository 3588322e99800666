"""Addresses of alerts."""

from __future__ import annotations

from django.urls import path

from daybreak.server.safety import views

urlpatterns = [
    path("desk/alerts/", views.alerts, name="desk-alerts"),
    path("desk/alerts/drill/", views.drill, name="desk-drill"),
    path("desk/alerts/<int:alert_id>/", views.alert_page, name="desk-alert"),
    path("desk/alerts/<int:alert_id>/acknowledge/", views.acknowledge_it, name="acknowledge-alert"),
    path("desk/alerts/<int:alert_id>/assess/", views.assess_it, name="assess-alert"),
    path("desk/alerts/<int:alert_id>/close/", views.close_it, name="close-alert"),
    path("desk/alerts/<int:alert_id>/reopen/", views.reopen_it, name="reopen-alert"),
]
