"""Addresses of data queries, holds and signatures."""

from __future__ import annotations

from django.urls import path

from daybreak.server.review import hold_views, query_views

urlpatterns = [
    path("desk/queries/", query_views.queries, name="queries"),
    path("desk/queries/<int:query_id>/", query_views.query, name="query"),
    path("desk/people/<str:code>/queries/", query_views.of_person, name="person-queries"),
    path("desk/people/<str:code>/queries/new/", query_views.ask, name="ask-query"),
    path("desk/people/<str:code>/holds/", hold_views.of_person, name="person-holds"),
    path("desk/people/<str:code>/holds/new/", hold_views.hold_one, name="hold-person"),
    path("desk/people/<str:code>/sign/", hold_views.sign, name="sign-person"),
    path("desk/holds/", hold_views.holds, name="holds"),
    path("desk/holds/new/", hold_views.hold_all, name="hold-study"),
    path("desk/holds/<int:hold_id>/lift/", hold_views.lift, name="lift-freeze"),
]
