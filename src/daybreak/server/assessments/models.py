"""Forms and their answers, and the wordings a site may use."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Study


class Wording(models.Model):
    """The sentences of an instrument in one language that a study may show, with the licence under which it may.

    `content` is the FHIR Questionnaire as it was imported, and `sha256` its digest. The newest one of an instrument and
    language counts; forms keep the one they were opened with.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="wordings")
    instrument = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    version = models.CharField(max_length=40)
    licence = models.TextField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "instrument", "language", "sha256"], name="wording_once")
        ]

    def __str__(self) -> str:
        return f"{self.instrument} in {self.language}"


class Form(models.Model):
    """One instrument of one visit, answered once: by the person themselves (`by` empty) or by staff.

    `entry` 2 is typed in once more by somebody else, from the same paper; `rater` 2 rates the same interview for
    himself. `version` is that of the instrument's structure; without a `wording` our own prompts were shown. `seconds`
    is the time its items were in view. It is `late` if an answer came after the visit's window had closed, and
    `partial` if it was handed in, or closed, with an item open.
    """

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open"
        PARTIAL = "partial"
        COMPLETE = "complete"

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="forms")
    visit_key = models.CharField(max_length=40)
    instrument = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    entry = models.PositiveSmallIntegerField(default=1)
    rater = models.PositiveSmallIntegerField(default=1)
    wording = models.ForeignKey(Wording, on_delete=models.PROTECT, null=True, related_name="forms")
    language = models.CharField(max_length=8)
    recall = models.CharField(max_length=16, blank=True)
    mode = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    late = models.BooleanField(default=False)
    seconds = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True, help_text="when the two entries were found or made equal")
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "visit_key", "instrument", "entry", "rater"], name="form_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.instrument} at {self.visit_key} of {self.participant_id}"


class Answer(models.Model):
    """What was answered to one item; free text stands in `words`, of which the trail keeps a digest only."""

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    words = models.TextField(blank=True)
    given_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "item"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.item} of {self.form_id}"
