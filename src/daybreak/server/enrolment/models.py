"""Participants and what is kept of them. Every `sealed` field is readable only through `sealing.py`."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from daybreak.server.studies.models import Site


class Participant(models.Model):
    """One person in a study, known by a code, from the first question of the screening on.

    `status` is one of `core/participation.py`. Who is withdrawn keeps the status of before; see `Withdrawal`.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="participants")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="participant")
    study = models.ForeignKey("studies.Study", on_delete=models.PROTECT, related_name="participants")
    code = models.CharField(max_length=40)
    status = models.CharField(max_length=16, default="screening")
    zone = models.CharField(max_length=64, help_text="IANA name of where the person lives")
    language = models.CharField(max_length=10, default="en")
    visible_only = models.BooleanField(default=False, help_text="no masked words, for instance for photosensitivity")
    screened_at = models.DateTimeField(null=True)
    opened_with = models.UUIDField(unique=True, null=True, help_text="the form they were entered with, taken once")
    enrolled_at = models.DateTimeField(null=True, help_text="and allocated, in the same transaction")

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


class Identity(models.Model):
    """Who the person is outside the study: names, date of birth, ways to reach them; sealed JSON."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="identity")
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "identities"

    def __str__(self) -> str:
        return f"identity of {self.participant_id}"


class Screening(models.Model):
    """The answers to the study file's eligibility questions, and which rules they fail. Corrected, never replaced."""

    participant = models.OneToOneField(Participant, on_delete=models.CASCADE, related_name="screening")
    answers = models.JSONField(default=dict)
    failed = models.JSONField(default=list, help_text="keys of the criteria that do not hold")
    complete = models.BooleanField(default=False)
    declined_because = models.TextField(blank=True, help_text="in their words or the clinic's; no names")
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"screening of {self.participant_id}"


class Consent(models.Model):
    """One signature under one version of a consent text. `signature` and `copy` (a PDF) are sealed."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="consents")
    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    text_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signature = models.BinaryField()
    copy = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "key", "version"], name="consent_once_per_version")
        ]

    def __str__(self) -> str:
        return f"consent {self.key} {self.version} of {self.participant_id}"


class Withdrawal(models.Model):
    """That the person, or the clinic for them, ended training, follow-up, or the use of data."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="withdrawals")
    scope = models.CharField(max_length=16, choices=[(each, each) for each in ("training", "follow-up", "data")])
    at = models.DateTimeField()
    why = models.CharField(max_length=40)
    notes = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "scope"], name="withdrawn_once_per_scope")]

    def __str__(self) -> str:
        return f"{self.scope} of {self.participant_id}"


class StopRequest(models.Model):
    """That the person pressed "I want to stop" on their own page, and that the clinic spoke with them since."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="stop_requests")
    wish = models.CharField(max_length=16, choices=[(each, each) for each in ("training", "follow-up", "data", "talk")])
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=models.Q(answered_at=None), name="stop_request_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.wish} of {self.participant_id}"


class Transfer(models.Model):
    """A move of the person from one site to another; the stratum of the allocation stays that of then."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="transfers")
    origin = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"transfer of {self.participant_id}"


class ZoneChange(models.Model):
    """That the person's clock changed: they moved or travel. `Participant.zone` is the zone of now."""

    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="zone_changes")
    since = models.DateTimeField()
    before = models.CharField(max_length=64, help_text="IANA name of the zone until then")
    zone = models.CharField(max_length=64, help_text="IANA name of the zone from then on")

    class Meta:
        ordering = ["participant", "since"]
        constraints = [models.UniqueConstraint(fields=["participant", "since"], name="zone_changed_once_at_a_time")]

    def __str__(self) -> str:
        return f"{self.participant_id} in {self.zone}"


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
    """An infusion, counted from 1, as recorded by people who do not know the drug.

    The training calendar is counted from its end. `kit` is the number on the label. `side_effects` is a list of
    `{"what": ..., "severity": mild | moderate | severe}`; `dissociation_total` is the CADSS total, 0 to 92.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="infusions")
    number = models.PositiveIntegerField(default=1)
    kit = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField()
    dose_volume_ml = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    side_effects = models.JSONField(default=list)
    dissociation_total = models.PositiveSmallIntegerField(null=True)
    notes = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "number"], name="infusion_number_once")]

    def __str__(self) -> str:
        return f"infusion {self.number} of {self.participant_id}"


class VitalSigns(models.Model):
    """One reading around an infusion: blood pressure in mmHg, pulse per minute, oxygen saturation in per cent."""

    infusion = models.ForeignKey(Infusion, on_delete=models.CASCADE, related_name="vital_signs")
    at = models.DateTimeField()
    systolic = models.PositiveSmallIntegerField()
    diastolic = models.PositiveSmallIntegerField()
    pulse = models.PositiveSmallIntegerField()
    saturation = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["infusion", "at"]
        verbose_name_plural = "vital signs"

    def __str__(self) -> str:
        return f"{self.systolic}/{self.diastolic}"
