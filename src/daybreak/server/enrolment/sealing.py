"""What is personal, at rest: AES-256-GCM under a key of each person, which is itself wrapped by the master key.

    sealed = 12 bytes nonce + ciphertext and tag
    associated data = what it is and whose, so that nothing can be swapped between people or fields

Erasing a person means deleting the row of the wrapped key: copies of the database made later read nothing of them.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from daybreak.core.errors import DaybreakError
from daybreak.server.enrolment.models import Participant, PersonKey

Kind = Literal["key", "identity", "signature", "consent copy", "cues", "portrait", "plan", "pictures", "push"]
NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True)
class Sealer:
    """Seals and opens what belongs to one participant."""

    participant_id: int
    _key: bytes = field(repr=False)

    def seal(self, kind: Kind, plain: bytes) -> bytes:
        """Return `plain` encrypted; sealing the same twice gives different bytes."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, plain, _label(kind, self.participant_id))

    def open(self, kind: Kind, sealed: bytes | memoryview[int]) -> bytes:
        """Return what was sealed.

        Raises:
            DaybreakError: it was changed, or is not of this kind and person; `code` is `seal-broken`.
        """
        nonce, ciphertext = bytes(sealed[:NONCE_BYTES]), bytes(sealed[NONCE_BYTES:])
        try:
            return AESGCM(self._key).decrypt(nonce, ciphertext, _label(kind, self.participant_id))
        except InvalidTag:
            raise DaybreakError(
                f"the stored {kind} cannot be opened.",
                where=f"participant {self.participant_id}",
                remedy="Check that the server has the master key this database was written with.",
                code="seal-broken",
            ) from None


def new_wrapped_key(participant: Participant) -> bytes:
    """Draw a key of the participant's own and return it wrapped, to be stored as their `PersonKey`."""
    return Sealer(participant.pk, settings.MASTER_KEY).seal("key", secrets.token_bytes(KEY_BYTES))


def sealer_of(participant_id: int) -> Sealer:
    """Return the participant's sealer.

    Raises:
        DaybreakError: the key was deleted, so nothing of the person can be read any more; `code` is `erased`.
    """
    wrapped = PersonKey.objects.filter(participant_id=participant_id).values_list("wrapped", flat=True).first()
    if wrapped is None:
        raise DaybreakError("this person's data was erased.", where=f"participant {participant_id}", code="erased")
    return Sealer(participant_id, Sealer(participant_id, settings.MASTER_KEY).open("key", wrapped))


def _label(kind: Kind, participant_id: int) -> bytes:
    return f"daybreak:{kind}:{participant_id}".encode()
