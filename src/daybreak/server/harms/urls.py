"""Addresses of adverse events."""

from __future__ import annotations

from django.urls import path

from daybreak.server.harms.views import board, event, lists, recording

PERSON = "desk/people/<str:code>/harms/"
urlpatterns = [
    path("desk/harms/", lists.harms, name="harms"),
    path("desk/harms/board/", board.board, name="harms-board"),
    path("desk/harms/unblinded/", board.unblinded, name="harms-unblinded"),
    path(PERSON, lists.of_person, name="person-harms"),
    path(f"{PERSON}new/", recording.new, name="harm-new"),
    path(f"{PERSON}none/", recording.none, name="harm-none"),
    path(f"{PERSON}<int:harm>/", event.harm, name="harm"),
    path(f"{PERSON}<int:harm>/correct/", recording.correct, name="harm-correct"),
    path(f"{PERSON}<int:harm>/strike/", recording.strike, name="harm-strike"),
    path(f"{PERSON}<int:harm>/judge/", event.judge, name="harm-judge"),
    path(f"{PERSON}<int:harm>/note/", event.note, name="harm-note"),
    path(f"{PERSON}<int:harm>/sent/<slug:report_kind>/", event.sent, name="harm-sent"),
    path(f"{PERSON}<int:harm>/back/<int:report_id>/", event.back, name="harm-back"),
]
