"""Addresses of messages: where their links lead, and the desk's pages."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from daybreak.server.messages.views import desk, links, own, push

urlpatterns: list[URLPattern | URLResolver] = [
    path("m/<str:token>/", links.follow, name="message"),
    path("stop/<str:token>/", links.stop, name="message-stop"),
    path("me/reminders/", own.reminders, name="own-reminders"),
    path(push.NAME, push.worker, name="push-worker"),
    path("desk/messages/", desk.messages, name="desk-messages"),
    path("desk/people/<str:code>/messages/", desk.of_person, name="desk-person-messages"),
    *([path("mail-service/", include("anymail.urls"))] if settings.MAIL_WEBHOOK else []),
]
