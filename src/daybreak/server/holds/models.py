"""Freezes and locks."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Study


class Hold(models.Model):
    """A freeze, which can be lifted, or a lock, which stays; of a study, a person, or one visit of a person."""

    class Kind(models.TextChoices):
        """How firmly data are held."""

        FREEZE = "freeze"
        LOCK = "lock"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="holds")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="holds")
    visit = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} in {self.study_id}"
