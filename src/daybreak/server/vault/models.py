"""What would unblind. Every key out of here has `related_name="+"`, so that no other app can look in by a relation.

Arms, versions, drugs and seeds stand in `sealed` columns only. The database refuses to change or delete what was
sealed, and to give away a place twice (migration 0002); on PostgreSQL the tables lie in a schema of their own.
"""

from __future__ import annotations

from django.db import models


class AllocationList(models.Model):
    """The list of one stratum, drawn from a sealed seed before anybody of the stratum is enrolled.

    `taken` is the last place given away. Under minimisation there is one list, whose places are added one by one;
    `commitment` is then of the seed alone.
    """

    study = models.ForeignKey("studies.Study", on_delete=models.PROTECT, related_name="+")
    stratum = models.CharField(max_length=200)
    sealed = models.BinaryField()
    commitment = models.CharField(max_length=64)
    length = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "stratum"], name="one_list_a_stratum")]

    def __str__(self) -> str:
        return self.stratum


class AllocationRow(models.Model):
    """One place of a list. `levels` are the person's factor levels under minimisation."""

    list = models.ForeignKey(AllocationList, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    sealed = models.BinaryField()
    levels = models.JSONField(default=dict)
    participant = models.OneToOneField("enrolment.Participant", on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["list", "position"]
        constraints = [models.UniqueConstraint(fields=["list", "position"], name="place_once_a_list")]

    def __str__(self) -> str:
        return f"place {self.position}"


class Assignment(models.Model):
    """What a participant got: arm, version and drug, and the secret seed all their plans are drawn from; sealed."""

    participant = models.OneToOneField("enrolment.Participant", on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    assigned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"assignment of {self.participant_id}"


class Kit(models.Model):
    """What is infused, under a number that tells nothing; the drug is sealed. A replaced kit stays."""

    class State(models.TextChoices):
        """How far a kit came."""

        TO_PREPARE = "to-prepare"
        PREPARED = "prepared"
        HANDED_OVER = "handed-over"
        REPLACED = "replaced"

    study = models.ForeignKey("studies.Study", on_delete=models.PROTECT, related_name="+")
    participant = models.ForeignKey("enrolment.Participant", on_delete=models.PROTECT, related_name="+")
    infusion_number = models.PositiveIntegerField()
    number = models.CharField(max_length=20)
    sealed = models.BinaryField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.TO_PREPARE)
    released_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "number"], name="kit_number_once_a_study"),
            models.UniqueConstraint(
                fields=["participant", "infusion_number"],
                condition=~models.Q(state="replaced"),
                name="one_kit_an_infusion",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BoardLetters(models.Model):
    """The letters under which the safety board sees the groups of a study: which comes when, and a seed; sealed."""

    study = models.OneToOneField("studies.Study", on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    drawn_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "board letters"

    def __str__(self) -> str:
        return f"letters of {self.study_id}"


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
