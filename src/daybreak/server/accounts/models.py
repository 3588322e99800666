"""Everybody who can sign in, and what staff may do where."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from daybreak.core.roles import Role
from daybreak.server.studies.models import Site, Study


class UserManager(BaseUserManager["User"]):
    """Makes users; without a password nobody can sign in as them."""

    def create_user(self, handle: str, password: str | None = None, **fields: Any) -> User:
        """Store a new user and return it."""
        user = self.model(handle=handle, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """One person who can sign in; `handle` is random for participants and holds nothing personal.

    A participant's `password` is the hash of the PIN, unusable until it is chosen. Of the personal link only the
    SHA-256 of its token is kept. Staff have a name and an address, and sign in with a second factor.
    """

    class Kind(models.TextChoices):
        """On which side of the study someone stands."""

        PARTICIPANT = "participant"
        STAFF = "staff"

    handle = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.PARTICIPANT)
    name = models.CharField(max_length=120, blank=True, help_text="staff only")
    email = models.EmailField(unique=True, null=True, help_text="staff only")  # noqa: DJ001  as above, "" would clash
    phone = models.CharField(max_length=24, blank=True, help_text="staff only, for text messages about alerts")
    is_active = models.BooleanField(default=True)
    link_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  null, as unique "" would clash
    link_expires_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "handle"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.name or self.handle

    def said_roles(self, study: models.Model | None) -> str:
        """Return who this is to `study` as the trail keeps it: the roles held now, or `participant`."""
        if self.kind == self.Kind.PARTICIPANT:
            return "participant"
        held = self.memberships.filter(until=None)
        if study is not None:
            held = held.filter(study_id=study.pk)
        return ", ".join(sorted(set(held.values_list("role", flat=True)))) or "staff without a role"


class Membership(models.Model):
    """A role of someone in a study, at one site or (`site` empty) at all. Ended, never deleted."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="memberships")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="memberships")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "study", "site", "role"],
                condition=models.Q(until=None),
                nulls_distinct=False,
                name="role_held_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.study_id}"


class Invitation(models.Model):
    """A link by which somebody sets up their account for the first time, or once more after they lost everything.

    Of the link only the SHA-256 of its token is kept.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation of {self.user_id}"


class DirectLink(models.Model):
    """A link of a message: after the PIN it leads a participant to one page. Their own link and PIN stay as they are.

    Of the link only the SHA-256 of its token is kept.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="direct_links")
    digest = models.CharField(max_length=64, unique=True)
    leads_to = models.CharField(max_length=200, help_text="a path of this server")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"link of {self.user_id} to {self.leads_to}"


class WebSession(models.Model):
    """One device on which a member of staff is signed in: its family and when it was last seen, never where."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="web_sessions")
    key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return self.device
