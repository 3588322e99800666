"""Words and portrait, kept by the person alone: each change is in the trail, and nothing of what it holds."""

from __future__ import annotations

import pytest

from daybreak.core.cues import Cues as TypedCues
from daybreak.server.audit.models import Entry
from daybreak.server.enrolment.actions import delete_portrait, save_cues, save_portrait
from daybreak.server.enrolment.models import Cues, Participant
from daybreak.server.enrolment.queries import has_portrait

pytestmark = pytest.mark.django_db


def entries(person: Participant, action: str) -> list[Entry]:
    return list(Entry.objects.filter(participant=person, action=action).order_by("number"))


def test_words_are_kept_once_and_their_change_is_noted_without_them(person: Participant) -> None:
    save_cues(person, TypedCues("Zoë", ("cello",)))
    assert Cues.objects.filter(participant=person).count() == 1
    first, changed = entries(person, "save-cues")
    assert (first.by, changed.by_said) == (person.user, "participant")
    assert '"sealed":["(sealed)","(sealed)"]' in changed.body
    assert "cello" not in changed.body


def test_a_portrait_is_replaced_and_deleted_once(person: Participant) -> None:
    save_portrait(person, b"another", face_found=False)
    for _ in range(2):
        delete_portrait(person)
    assert not has_portrait(person)
    assert len(entries(person, "save-portrait")) == 2
    (deleted,) = entries(person, "delete-portrait")
    assert '"sealed":["(sealed)",null]' in deleted.body
