"""Participants and what is kept of them. Every `sealed` field is readable only through `sealing.py`."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.studies.models import Site


class Participant(models.Model):
    """One person in a study, known by a code. Contact details are not kept at all in this release."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="participants")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participant")
    study = models.ForeignKey("studies.Study", on_delete=models.PROTECT, related_name="participants")
    code = models.CharField(max_length=40)
    zone = models.CharField(max_length=64, help_text="IANA name of where the person lives")
    language = models.CharField(max_length=10, default="en")
    visible_only = models.BooleanField(default=False, help_text="no masked words, for instance for photosensitivity")
    enrolled_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "code"], name="participant_code_once_per_study")]

    def __str__(self) -> str:
        return self.code


class PersonKey(models.Model):
    """A participant's own key, wrapped by the master key. Without the row nothing sealed can be read: that erases."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="person_key")
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return f"key of {self.participant_id}"


class Cues(models.Model):
    """First name and self facts, sealed."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="cues")
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "cues"

    def __str__(self) -> str:
        return f"cues of {self.participant_id}"


class Portrait(models.Model):
    """The portrait, sealed. `face_found` is what the device's finder said when it was taken."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="portrait")
    sealed = models.BinaryField()
    face_found = models.BooleanField()
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"portrait of {self.participant_id}"


class Infusion(models.Model):
    """An infusion, counted from 1; the training calendar is counted from its end."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="infusions")
    number = models.PositiveIntegerField(default=1)
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "number"], name="infusion_number_once")]

    def __str__(self) -> str:
        return f"infusion {self.number} of {self.participant_id}"
