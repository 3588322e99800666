"""Data queries and signatures."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Study


class DataQuery(models.Model):
    """A question about one value: `row` is as in the trail (`visits.visitrecord:12`), `field` names the value."""

    class State(models.TextChoices):
        """Whose turn it is."""

        OPEN = "open"
        ANSWERED = "answered"
        CLOSED = "closed"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="data_queries")
    row = models.CharField(max_length=80)
    field = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "data queries"

    def __str__(self) -> str:
        return f"{self.row} {self.field}"


class QueryRemark(models.Model):
    """One turn of the talk about a data query: the question, an answer, a closing word."""

    query = models.ForeignKey(DataQuery, on_delete=models.PROTECT, related_name="remarks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    says = models.TextField()

    class Meta:
        ordering = ["query", "at", "pk"]

    def __str__(self) -> str:
        return f"remark on {self.query_id}"


class Signature(models.Model):
    """An electronic signature: who, when, what it means, and the SHA-256 of exactly what was signed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    at = models.DateTimeField()
    meaning = models.CharField(max_length=120)
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="signatures")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="signatures")
    target = models.CharField(max_length=80, help_text="a row, as in the trail")
    sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.meaning} on {self.target}"
