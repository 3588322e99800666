"""Training sessions as played. Nothing here depends on the version: step ids, rounds and counts only."""

from __future__ import annotations

import uuid

from django.db import models

from daybreak.server.enrolment.models import Infusion, Participant


class TrainingSession(models.Model):
    """One training session of one course (the days after one infusion).

    Counts are folded from the stored chunks (`fold.py`) and could be folded again at any time. `ended_rounds` and
    `valid_steps` are bit masks, in hex, over the outline's rounds and exposures. They belong to the present `run`: a
    session that begins again after a break counts anew; a run before it counts again only if it turns out complete.
    """

    class State(models.TextChoices):
        """Where a session stands. `partial` was begun, could not be resumed, and is kept as it is."""

        PLANNED = "planned"
        BEGUN = "begun"
        COMPLETED = "completed"
        PARTIAL = "partial"

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="training_sessions")
    infusion = models.ForeignKey(Infusion, on_delete=models.PROTECT, related_name="training_sessions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    label = models.CharField(max_length=20, blank=True, help_text="restarted, resumed-late, partial, arrived-late")
    run = models.PositiveIntegerField(default=1)
    rounds_planned = models.PositiveIntegerField(default=0)
    rounds_done = models.PositiveIntegerField(default=0)
    planned_exposures = models.PositiveIntegerField(default=0)
    valid_exposures = models.PositiveIntegerField(default=0)
    ended_rounds = models.CharField(max_length=200, default="0")
    valid_steps = models.CharField(max_length=2000, default="0")
    end_said = models.BooleanField(default=False, help_text="a player said the session was played to its end")
    planned_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True, help_text="completed, or closed for good if partial")
    last_heard_at = models.DateTimeField(null=True, help_text="when it was last played, as far as records tell")
    holder = models.ForeignKey("Sitting", on_delete=models.SET_NULL, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["participant", "infusion", "number"]
        constraints = [models.UniqueConstraint(fields=["infusion", "number"], name="session_number_once_per_course")]

    def __str__(self) -> str:
        return f"session {self.number} of {self.participant_id}"

    @property
    def dose(self) -> float:
        """The delivered dose: valid over planned exposures, 0 to 1."""
        return self.valid_exposures / self.planned_exposures if self.planned_exposures else 0.0


class Outline(models.Model):
    """What the fold needs to know of a plan: the ids of its rounds in order, and of its exposures."""

    session = models.OneToOneField(TrainingSession, on_delete=models.CASCADE, related_name="outline")
    rounds = models.JSONField()
    exposures = models.JSONField()

    def __str__(self) -> str:
        return f"outline of {self.session_id}"


class AnySitting(models.Model):
    """One page load of whatever a player plays, with a chain of chunks of its own.

    `head` is the hash of the last stored chunk, or `chain_start`; `next_number` is the one awaited.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    chain_start = models.CharField(max_length=64)
    head = models.CharField(max_length=64)
    next_number = models.PositiveIntegerField(default=1)
    first_round = models.PositiveIntegerField(default=0)
    run = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    last_heard_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.uuid)


class AnyChunk(models.Model):
    """A chunk as it came. Never changed; `body` is the JSON text that was hashed."""

    number = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    body = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"chunk {self.number}"


class Sitting(AnySitting):
    """A sitting of a training session. Which one may play is said by `TrainingSession.holder` alone."""

    session = models.ForeignKey(TrainingSession, on_delete=models.CASCADE, related_name="sittings")
    # Presentations by status, counted as chunks come, so that the desk reads no chunk to list timing quality.
    steps_ok = models.PositiveIntegerField(default=0)
    steps_long = models.PositiveIntegerField(default=0)
    steps_missed = models.PositiveIntegerField(default=0)
    steps_hidden = models.PositiveIntegerField(default=0)


class Chunk(AnyChunk):
    """A chunk of a training session's sitting."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="chunks")

    class Meta:
        ordering = ["sitting", "number"]
        constraints = [models.UniqueConstraint(fields=["sitting", "number"], name="chunk_once_per_sitting")]


class DeviceCheck(models.Model):
    """The device check of one sitting, for listing; the record itself stays in its chunk."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="device_checks")
    refresh_hz = models.FloatField()
    jitter_ms = models.FloatField()
    worst_gap_ms = models.FloatField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    touch = models.BooleanField()
    agent = models.CharField(max_length=400)
    verdict = models.CharField(max_length=20)
    reasons = models.JSONField(default=list)
    checked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.verdict} at {self.refresh_hz:.0f} Hz"
