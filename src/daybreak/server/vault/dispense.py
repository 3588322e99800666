"""The door of the vault for training: it answers with plans and pictures that tell nothing of the version.

What a plan holds is decided by `core/plan_maker`. Here it is drawn once for each training session, sealed under the
person's key, and read back as it was. Nothing that leaves by this door names a version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from django.conf import settings

from daybreak.content.faces import face_bytes, face_folder, load_faces
from daybreak.content.packs import load_pack
from daybreak.core.picture import pad_picture
from daybreak.core.plan import TrainingPlan
from daybreak.core.plan_maker import DispensedPlan, OwnPortrait, PictureBook, PictureSource, make_plan
from daybreak.core.plan_order import PlanOrder
from daybreak.server.enrolment.models import Infusion, Participant
from daybreak.server.enrolment.queries import cues_mark, read_cues, read_portrait
from daybreak.server.enrolment.sealing import Sealer, sealer_of
from daybreak.server.studies.queries import file_of
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.models import Dispensed
from daybreak.server.vault.opened import opened

__all__ = ["dispense_picture", "dispense_plan"]

# Trailing spaces are no part of a JSON document. Without them the sealed book of a plan with the person's own portrait
# would be shorter than one without, and the length is what anyone with a copy of the database sees.
BOOK_SIZE_CLASS = 8 * 1024


class SessionToPlan(Protocol):
    """What the vault needs to know of a training session."""

    @property
    def pk(self) -> int:
        """Its key."""

    @property
    def participant(self) -> Participant:
        """Whose it is."""

    @property
    def infusion(self) -> Infusion:
        """Which course it belongs to."""

    @property
    def number(self) -> int:
        """Which session of the course it is, from 1."""


@opened()
def dispense_plan(training_session: SessionToPlan) -> TrainingPlan | None:
    """Return the session's plan, or None while the person has typed no cues or was given no version.

    The first call draws the plan. It is drawn again after cues or portrait changed; ids, order and sizes stay.
    """
    participant = training_session.participant
    mark = cues_mark(participant)
    stored = Dispensed.objects.filter(training_session_id=training_session.pk).first()
    sealer = sealer_of(participant.pk)
    if stored is not None and stored.cues_mark == mark:
        return TrainingPlan.model_validate_json(sealer.open("plan", stored.plan))
    drawn = _draw(training_session)
    if drawn is None:
        return None
    _store(training_session.pk, drawn, sealer, mark)
    return drawn.plan


@opened()
def dispense_picture(training_session: SessionToPlan, asset_id: str) -> bytes | None:
    """Return a picture of the session's plan, padded to `PICTURE_BYTES`, or None if the plan has no such picture.

    Of a plan drawn before the cues or the portrait changed no picture is given at all: were only the portrait refused,
    the refusal would tell the plans that show it from those that do not.
    """
    participant = training_session.participant
    stored = Dispensed.objects.filter(training_session_id=training_session.pk).first()
    assigned = assigned_to(participant)
    if stored is None or assigned is None or stored.cues_mark != cues_mark(participant):
        return None
    source = PictureBook.validate_json(sealer_of(participant.pk).open("pictures", stored.pictures)).get(asset_id)
    # The portrait is opened for every picture, so that the time of an answer does not tell which one shows it.
    folder = face_folder(file_of(participant.study).training.faces, settings.FACES)
    image = _image(read_portrait(participant.pk), source, folder) if source is not None else None
    return None if image is None else pad_picture(image, assigned.seed, asset_id)


def _draw(training_session: SessionToPlan) -> DispensedPlan | None:
    participant = training_session.participant
    cues, assigned = read_cues(participant), assigned_to(participant)
    if cues is None or assigned is None:
        return None
    rules = file_of(participant.study).training
    # Later courses go on counting, so that a second one repeats no session of the first.
    earlier_courses = (training_session.infusion.number - 1) * rules.sessions
    order = PlanOrder(
        seed=assigned.seed,
        session=training_session.number + earlier_courses,
        practice=training_session.number == 1,
        visible_only=participant.visible_only,
        device=rules.device,
    )
    pack = load_pack(rules.pack, participant.language)
    folder = face_folder(rules.faces, settings.FACES)
    seal = _sealing(read_portrait(participant.pk), order.seed, folder)
    return make_plan(pack, load_faces(folder), assigned.version, cues, order, seal)


def _sealing(portrait: bytes | None, seed: bytes, faces: Path) -> Callable[[str, PictureSource], str]:
    def seal(asset_id: str, source: PictureSource) -> str:
        image = _image(portrait, source, faces)
        return hashlib.sha256(pad_picture(image or b"", seed, asset_id)).hexdigest()

    return seal


def _image(portrait: bytes | None, source: PictureSource, faces: Path) -> bytes | None:
    if isinstance(source, OwnPortrait):
        return portrait
    return face_bytes(source.identity, source.expression, faces)


def _store(session_id: int, drawn: DispensedPlan, sealer: Sealer, mark: str) -> None:
    plan = sealer.seal("plan", drawn.plan.model_dump_json().encode())
    book = PictureBook.dump_json(drawn.pictures)
    pictures = sealer.seal("pictures", book.ljust(len(book) + -len(book) % BOOK_SIZE_CLASS))
    Dispensed.objects.update_or_create(
        training_session_id=session_id, defaults={"plan": plan, "pictures": pictures, "cues_mark": mark}
    )
