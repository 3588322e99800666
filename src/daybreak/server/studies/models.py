"""Studies and sites."""

from __future__ import annotations

from django.db import models


class Study(models.Model):
    """One study; `study_file` is the whole text it was loaded from, so that a running study keeps its rules."""

    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    study_file = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return self.key


class Site(models.Model):
    """A clinic. `help_lines` is a list of `{"label": ..., "number": ...}` shown on every page.

    It enrols people from `opened_at` on, when its allocation lists are sealed, until `closed_at`.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="sites")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64, help_text="IANA name, such as Europe/Madrid")
    help_lines = models.JSONField(default=list)
    target = models.PositiveIntegerField(null=True, help_text="how many people it means to enrol")
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="site_key_once_per_study")]

    def __str__(self) -> str:
        return self.key
