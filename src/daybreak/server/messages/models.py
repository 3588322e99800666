"""What was meant to be said to whom and when, and what became of it. No text, no name, no address."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from daybreak.server.enrolment.models import Participant

CHANNELS = ("email", "sms", "push", "page")


class Message(models.Model):
    """One message by one way. `key` names it for good: what was sent under a key is never sent again.

    `user` is the member of staff it goes to; without one it goes to the participant. Only a drill is about nobody. What
    it says is put together when it is sent, from the study file (`rule` is the key there) or from the texts of its
    `kind`.
    """

    class State(models.TextChoices):
        """How far it came. `unknown`: handed over, and nobody can tell whether it arrived at the gateway."""

        DUE = "due"
        CLAIMED = "claimed"
        SENT = "sent"
        FAILED = "failed"
        CANCELLED = "cancelled"
        UNKNOWN = "unknown"

    key = models.CharField(max_length=200, unique=True)
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, null=True, related_name="messages")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="messages")
    kind = models.CharField(max_length=20, help_text="reminder, overdue, alert, link ...")
    about = models.CharField(max_length=80, help_text="such as visit:follow-up-60 or alert:17")
    rule = models.CharField(max_length=40, blank=True, help_text="key of the message in the study file")
    channel = models.CharField(max_length=8, choices=[(each, each) for each in CHANNELS])
    language = models.CharField(max_length=10, default="en")
    path = models.CharField(max_length=200, default="/", help_text="where its link leads to")
    drill = models.BooleanField(default=False)
    intended_at = models.DateTimeField()
    not_after = models.DateTimeField(null=True, help_text="when it is of no use any more")
    next_try_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DUE)
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=40, blank=True, help_text="the kind of error, never its words")
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try_at"], name="message_due"),
            models.Index(fields=["participant", "intended_at"], name="message_of_person"),
        ]

    def __str__(self) -> str:
        return self.key


class Refusal(models.Model):
    """That a person wants no reminders by one channel; gone again when they take it back."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="refused_channels")
    channel = models.CharField(max_length=8, choices=[(each, each) for each in CHANNELS])
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "channel"], name="channel_refused_once")]

    def __str__(self) -> str:
        return f"{self.channel} refused by {self.participant_id}"


class PushPlace(models.Model):
    """A browser that takes web push for a participant: its subscription, sealed under the person's key."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="push_places")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the endpoint")
    sealed = models.BinaryField()
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"push place of {self.participant_id}"
