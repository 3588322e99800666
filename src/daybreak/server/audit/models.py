"""Audit entries. The database itself refuses to change or delete them (migration 0002)."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One line of the trail, written by `trail.recorded` and by nothing else.

    `body` is the canonical JSON text of what changed, as it was hashed; `hash` is keyed and covers every other
    column and the hash before it (`chain.py`). `by` is empty where the system acted by itself; `by_said` keeps the
    roles of then.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    by_said = models.CharField(max_length=200)
    action = models.CharField(max_length=60, db_index=True)
    study = models.ForeignKey("studies.Study", on_delete=models.PROTECT, null=True, related_name="+")
    site = models.ForeignKey("studies.Site", on_delete=models.PROTECT, null=True, related_name="+")
    participant = models.ForeignKey("enrolment.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    body = models.TextField()
    reason = models.TextField(blank=True)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class ChainHead(models.Model):
    """The trail's last number and hash: one row, locked while an entry is added, so that numbers have no gap."""

    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"head at {self.number}"


class Verification(models.Model):
    """That the whole chain was checked: up to which entry, when, and what was found; empty if it holds."""

    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    fault = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"checked to {self.number}"
