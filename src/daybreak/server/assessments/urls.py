"""Addresses of forms: a participant's own, and those of staff below a person's pages."""

from __future__ import annotations

from django.urls import path

from daybreak.server.assessments.views import corrections, desk, own

OWN = "forms/<slug:visit>/"
FORM = "desk/people/<str:code>/forms/<slug:visit>/<slug:instrument>/"

urlpatterns = [
    path(OWN, own.visit, name="own-forms"),
    path(f"{OWN}<slug:instrument>/", own.form, name="own-form"),
    path(f"{OWN}<slug:instrument>/check/", own.check, name="own-form-check"),
    path(f"{OWN}<slug:instrument>/<int:number>/", own.item, name="own-item"),
    path(f"{OWN}<slug:instrument>/<int:number>/help/", own.item_help, name="own-item-help"),
    path("desk/people/<str:code>/forms/", desk.forms, name="desk-forms"),
    path(FORM, desk.form, name="desk-form"),
    path(f"{FORM}fill/", desk.fill_form, name="desk-form-fill"),
    path(f"{FORM}second-entry/", desk.fill_form, {"entry": 2}, name="desk-form-again"),
    path(f"{FORM}second-rater/", desk.fill_form, {"rater": 2}, name="desk-form-second-rater"),
    path(f"{FORM}correct/", corrections.correct_form, name="desk-form-correct"),
    path(f"{FORM}second-rater/correct/", corrections.correct_form, {"rater": 2}, name="desk-form-second-correct"),
    path(f"{FORM}settle/", corrections.settle_form, name="desk-form-settle"),
]
