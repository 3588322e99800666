"""Visits as they were kept, and what departed from the plan. Windows are computed, never stored."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.enrolment.models import Participant


class VisitRecord(models.Model):
    """That a visit of the study file took place."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="visits")
    key = models.CharField(max_length=40)
    done_at = models.DateTimeField()
    mode = models.CharField(max_length=16, choices=[(each, each) for each in ("in-person", "phone", "video", "online")])
    notes = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="visit_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.participant_id}"


class Deviation(models.Model):
    """A departure from the plan that was noticed by itself, or reported; `key` tells what it is about, once."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="deviations")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    noticed_at = models.DateTimeField()
    explanation = models.TextField(blank=True)
    explained_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    explained_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "key"], name="deviation_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.participant_id}"
