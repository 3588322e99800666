"""Implicit association tests and the sittings they were played in. No score is stored: it follows from the chunks."""

from __future__ import annotations

from django.db import models

from daybreak.server.enrolment.models import Participant
from daybreak.server.training.models import AnyChunk, AnySitting


class ImplicitTest(models.Model):
    """The implicit association test of one visit.

    `plan` is what is played, drawn once at the first opening. `ended` holds the ids of the rounds that were played to
    their end in the present `run`; a test that begins again after a long break counts anew.
    """

    class State(models.TextChoices):
        """Where a test stands."""

        OPENED = "opened"
        BEGUN = "begun"
        COMPLETED = "completed"

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="implicit_tests")
    visit_key = models.CharField(max_length=40)
    plan = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPENED)
    run = models.PositiveIntegerField(default=1)
    ended = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    last_heard_at = models.DateTimeField(null=True, help_text="when it was last played, as far as records tell")
    holder = models.ForeignKey("ImplicitSitting", on_delete=models.SET_NULL, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["participant", "opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["participant", "visit_key"], name="implicit_test_once_per_visit")
        ]

    def __str__(self) -> str:
        return f"test of {self.participant_id} at {self.visit_key}"


class ImplicitSitting(AnySitting):
    """A page load of a test. Which one may play is said by `ImplicitTest.holder` alone."""

    test = models.ForeignKey(ImplicitTest, on_delete=models.CASCADE, related_name="sittings")


class ImplicitChunk(AnyChunk):
    """A chunk of a test's sitting."""

    sitting = models.ForeignKey(ImplicitSitting, on_delete=models.CASCADE, related_name="chunks")

    class Meta:
        ordering = ["sitting", "number"]
        constraints = [models.UniqueConstraint(fields=["sitting", "number"], name="implicit_chunk_once_per_sitting")]
