"""Everybody who can sign in."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Makes users; without a password nobody can sign in as them."""

    def create_user(self, handle: str, password: str | None = None, **fields: Any) -> User:
        """Store a new user and return it."""
        user = self.model(handle=handle, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, handle: str, password: str | None = None, **fields: Any) -> User:
        """Store an operator who may do everything and return it."""
        return self.create_user(handle, password, role=User.Role.OPERATOR, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """One person who can sign in; `handle` is random for participants and holds nothing personal.

    A participant's `password` is the hash of the PIN, unusable until it is chosen. Of the personal link only the
    SHA-256 of its token is kept.
    """

    class Role(models.TextChoices):
        """What a user may do at all."""

        PARTICIPANT = "participant"
        OPERATOR = "operator"

    handle = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.PARTICIPANT)
    is_active = models.BooleanField(default=True)
    link_digest = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001  null, as unique "" would clash
    link_expires_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "handle"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.handle
