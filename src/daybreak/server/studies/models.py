"""Studies and sites."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Study(models.Model):
    """One study.

    `study_file` is the text of the version that was in effect when anybody last looked after it; from `changes_at` on
    a later one counts. `queries.file_of` knows.
    """

    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    study_file = models.TextField()
    created_at = models.DateTimeField()
    changes_at = models.DateTimeField(null=True, help_text="when the next version comes into effect")

    class Meta:
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return self.key


class StudyVersion(models.Model):
    """One version of a study's file, kept for good; `by` is empty where it was loaded from the command line."""

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    study_file = models.TextField()
    effective_from = models.DateTimeField()
    loaded_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="study_version_once")]

    def __str__(self) -> str:
        return f"{self.study_id} version {self.number}"


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
