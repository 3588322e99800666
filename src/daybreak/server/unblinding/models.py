"""That an allocation became known, to whom and why. What it was stands nowhere here."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Study


class Unblinding(models.Model):
    """One unblinding. A planned one is of the whole study and needs a second person; the others are of one person."""

    class Kind(models.TextChoices):
        """Why an allocation became known."""

        EMERGENCY = "emergency"
        PLANNED = "planned"
        ACCIDENTAL = "accidental"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="unblindings")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="unblindings")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    assessment = models.TextField(blank=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} in {self.study_id}"
