"""Addresses of signing in and out."""

from __future__ import annotations

from django.urls import include, path

from daybreak.server.accounts import views

urlpatterns = [
    path("p/<str:token>/", views.personal_link, name="personal-link"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("account/", include("daybreak.server.accounts.account_urls")),
]
