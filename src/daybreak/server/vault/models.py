"""What would unblind. Every key out of here has `related_name="+"`, so that no other app can look in by a relation."""

from __future__ import annotations

from django.db import models


class Assignment(models.Model):
    """Which version a participant trains with, and the secret seed all their plans are drawn from (32 bytes)."""

    participant = models.OneToOneField("enrolment.Participant", on_delete=models.CASCADE, related_name="+")
    version = models.CharField(max_length=8, choices=[("active", "active"), ("sham", "sham")])
    seed = models.BinaryField()
    assigned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"assignment of {self.participant_id}"


class Dispensed(models.Model):
    """The plan one training session was given, sealed under the person's key.

    `pictures`, sealed too, says what stands behind each asset id. `cues_mark` tells whether cues or portrait changed
    since; then the plan is made again, with the same ids, order and sizes.
    """

    training_session = models.OneToOneField("training.TrainingSession", on_delete=models.CASCADE, related_name="+")
    plan = models.BinaryField()
    pictures = models.BinaryField()
    cues_mark = models.CharField(max_length=80)

    class Meta:
        verbose_name_plural = "dispensed"

    def __str__(self) -> str:
        return f"plan of {self.training_session_id}"
