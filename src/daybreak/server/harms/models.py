"""Adverse events, what was found out later, reports on them, and that people were asked."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.enrolment.models import Participant


class AdverseEvent(models.Model):
    """Something bad that happened to somebody, whatever the cause. The words of its fields stand in `core/harms.py`.

    `onset` and `ended` are dates as far as known: `2026`, `2026-06`, `2026-06-03`. `taken_from` names the side effect
    of an infusion that it was made from, so that each is taken over once. An event entered in error is struck, and
    stays.
    """

    class Source(models.TextChoices):
        """How staff came to know of it."""

        SPONTANEOUS = "spontaneous"
        ASKED = "asked"
        INFUSION = "infusion"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="adverse_events")
    number = models.PositiveIntegerField(help_text="which of the person's, from 1")
    source = models.CharField(max_length=12, choices=Source.choices)
    visit = models.CharField(max_length=40, blank=True)
    taken_from = models.CharField(max_length=200, null=True)  # noqa: DJ001  null: unique where there is any
    term = models.CharField(max_length=200)
    preferred_term = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=20, blank=True)
    onset = models.CharField(max_length=10, blank=True)
    ended = models.CharField(max_length=10, blank=True)
    severity = models.CharField(max_length=10)
    criteria = models.JSONField(default=list)
    measures = models.JSONField(default=list)
    outcome = models.CharField(max_length=12)
    known_at = models.DateTimeField()
    serious_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    expectedness = models.CharField(max_length=12, blank=True)
    drug = models.CharField(max_length=12, blank=True)
    training = models.CharField(max_length=12, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "number"], name="harm_number_once_a_person"),
            models.UniqueConstraint(fields=["participant", "taken_from"], name="side_effect_taken_once"),
        ]

    def __str__(self) -> str:
        return f"adverse event {self.number} of {self.participant_id}"


class FollowUp(models.Model):
    """What was found out of an event later; notes stand in their order and are never changed."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="follow_ups")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    says = models.TextField()

    class Meta:
        ordering = ["event", "at", "pk"]

    def __str__(self) -> str:
        return f"follow-up of {self.event_id}"


class Report(models.Model):
    """That a report on a serious event was sent. One that was marked in error is taken back, and stays."""

    event = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=20)
    sent_at = models.DateTimeField()
    how = models.CharField(max_length=120)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "kind"], condition=models.Q(taken_back_at=None), name="one_report_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.event_id}"


class Asking(models.Model):
    """That somebody was asked at a visit whether anything bad had happened, and that nothing had."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="harm_askings")
    visit = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "visit"], name="asked_once_a_visit")]

    def __str__(self) -> str:
        return f"{self.visit} of {self.participant_id}"
