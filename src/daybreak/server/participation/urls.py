"""Addresses of what is done with people, and of their own papers."""

from __future__ import annotations

from django.urls import path

from daybreak.server.participation.views import consent, enrol, leaving, link, me, opening, own, screening

PERSON = "desk/people/<str:code>"
urlpatterns = [
    path("desk/people/new/", opening.new_person, name="person-new"),
    path(f"{PERSON}/contact/", opening.contact, name="person-contact"),
    path(f"{PERSON}/screening/", screening.screening, name="person-screening"),
    path(f"{PERSON}/screening/answers/", screening.answers, name="person-answers"),
    path(f"{PERSON}/decline/", screening.declining, name="person-decline"),
    path(f"{PERSON}/consent/", consent.consents, name="person-consent"),
    path(f"{PERSON}/consent/<str:key>/", consent.signing, name="person-sign"),
    path(f"{PERSON}/consent/<str:key>/<int:version>.pdf", consent.consent_copy, name="person-consent-copy"),
    path(f"{PERSON}/enrol/", enrol.enrolment, name="person-enrol"),
    path(f"{PERSON}/enrol/now/", enrol.enrolling, name="person-enrol-now"),
    path(f"{PERSON}/link/", link.giving_link, name="person-link"),
    path(f"{PERSON}/withdraw/", leaving.withdrawing, name="person-withdraw"),
    path(f"{PERSON}/transfer/", leaving.transferring, name="person-transfer"),
    path("papers/", own.papers, name="papers"),
    path("papers/<str:key>/<int:version>.pdf", own.paper, name="paper"),
    path("me/", me.me, name="me"),
    path("me/contact/", me.contact, name="me-contact"),
    path("me/place/", me.place, name="me-place"),
    path("stop/", own.stopping, name="stop"),
]
