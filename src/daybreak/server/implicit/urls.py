"""Addresses of implicit association tests."""

from __future__ import annotations

from django.urls import path

from daybreak.server.implicit import views

urlpatterns = [
    path("iat/<slug:visit>/", views.take_test, name="iat"),
    path("desk/people/<str:code>/visits/<slug:key>/iat/", views.test_for, name="desk-iat"),
]
