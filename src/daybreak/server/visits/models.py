"""Visits as they took place, departures from the plan, links to calendars. Windows are computed, never stored."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site


class VisitRecord(models.Model):
    """That a visit of the study file took place."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="visits")
    key = models.CharField(max_length=40)
    done_at = models.DateTimeField()
    mode = models.CharField(max_length=16, choices=[(each, each) for each in ("in-person", "phone", "video", "online")])
    notes = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="visit_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.participant_id}"


class Deviation(models.Model):
    """A departure from the plan that was noticed by itself; `key` tells what it is about, once.

    It lapses where it no longer follows from the calendar, because a visit was entered or a time corrected later; its
    explanation stays.
    """

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="deviations")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    noticed_at = models.DateTimeField()
    lapsed_at = models.DateTimeField(null=True)
    explanation = models.TextField(blank=True)
    explained_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    explained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="deviation_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.participant_id}"


class FeedLink(models.Model):
    """A secret address under which a calendar program reads a site's calendar for one member of staff.

    Only the SHA-256 of its token is kept. It stops with the person's right at the site, or when it is revoked.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="feed_links")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="feed_links")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"calendar of {self.site_id} for {self.user_id}"


class NextLook(models.Model):
    """When a person's calendar has to be looked at again, because something can have been missed by then.

    Worked out anew at each look; not in the trail, as nothing hangs on it but when pages do their work.
    """

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="next_look")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.participant_id} at {self.at}"
