"""Addresses of infusions."""

from __future__ import annotations

from django.urls import path

from daybreak.server.infusions import views

urlpatterns = [
    path("desk/people/<str:code>/infusions/", views.infusions, name="desk-infusions"),
    path("desk/people/<str:code>/infusions/new/", views.new, name="desk-infusion-new"),
    path("desk/people/<str:code>/infusions/kit/", views.kit, name="desk-infusion-kit"),
    path("desk/people/<str:code>/infusions/<int:number>/", views.infusion, name="desk-infusion"),
]
