"""Alerts, and who was told of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.core.escalation import Line
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site, Study


class Alert(models.Model):
    """One alert: one person, one rule of the study file, one source (`form:17`, `silence:visit-follow-up-60`).

    It keeps the line of who is told as it was when it was raised. `facts` are the answers the rule looked at; they
    stand in no message. `raised_by` is the member of staff who entered the answer, empty where it was the person. A
    drill is about nobody: it has a site instead of a participant.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        CLOSED = "closed"

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="alerts")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="alerts")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="drills", help_text="drills only")
    rule = models.CharField(max_length=40)
    says = models.CharField(max_length=300, help_text="the rule, as people read it")
    source = models.CharField(max_length=100)
    facts = models.JSONField(default=dict)
    drill = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    watched = models.BooleanField(help_text="whether it was raised in the hours in which somebody watches")
    tell = models.JSONField()
    then_tell = models.JSONField()
    within = models.DurationField()
    due_at = models.DateTimeField(help_text="until when somebody must acknowledge it")
    steps = models.PositiveIntegerField(default=0, help_text="how many steps of its line were taken")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    assessment = models.JSONField(default=dict, help_text="found, contact, risk, action")
    assessed_at = models.DateTimeField(null=True)
    assessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "rule", "source"], name="alert_once"),
            models.CheckConstraint(
                condition=models.Q(participant=None, drill=True) | models.Q(site=None, drill=False),
                name="alert_about_a_person_or_a_drill",
            ),
        ]
        indexes = [models.Index(fields=["study", "state"], name="alert_by_state")]

    def __str__(self) -> str:
        return f"{self.rule} {self.source}"

    @property
    def place(self) -> Site:
        """The site whose staff look after it: where the person is now, or that of the drill."""
        site = self.participant.site if self.participant else self.site
        assert site is not None  # noqa: S101  a constraint of the table
        return site

    @property
    def line(self) -> Line:
        """Who is told, in which order."""
        return Line(tuple(self.tell), tuple(self.then_tell), self.within)

    @property
    def is_assessed(self) -> bool:
        """Whether somebody assessed it since it was opened, or opened again."""
        return self.assessed_at is not None and (self.reopened_at is None or self.assessed_at >= self.reopened_at)


class Told(models.Model):
    """That somebody was told of an alert at one step of its line; messages carry it to them."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="told")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    step = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["step", "user"]
        constraints = [models.UniqueConstraint(fields=["alert", "user", "step"], name="told_once_a_step")]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.alert_id}"


class SilenceLook(models.Model):
    """When a study's people were last looked at for long silence; nothing hangs on it but when that is done again."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.study_id} at {self.at}"
