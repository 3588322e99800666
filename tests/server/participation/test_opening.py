"""Beginning with a person."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from daybreak.core.errors import CommandError
from daybreak.core.roles import Role
from daybreak.server.accounts.rights import NotYoursError
from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import ReasonError, StaleError
from daybreak.server.enrolment.identity import Who, read_who
from daybreak.server.enrolment.models import Identity, Participant, ZoneChange
from daybreak.server.participation.actions.opening import (
    NewPerson,
    correct_details,
    correct_identity,
    open_person,
)
from daybreak.server.participation.queries import propose_code
from daybreak.server.studies.actions import add_site
from daybreak.server.studies.models import Site
from tests import people
from tests.candidates import WHO, coordinator, opened

pytestmark = pytest.mark.django_db
BEFORE = ("load-study", "set-up-site", "open-site")


def test_a_person_begins_in_screening_at_the_site_and_is_in_the_trail_once(clinic: Site) -> None:
    person = opened(clinic)
    assert (person.status, person.site, person.zone, person.enrolled_at) == ("screening", clinic, clinic.zone, None)
    entry = Entry.objects.exclude(action__in=BEFORE).get()
    assert (entry.action, entry.participant) == ("open-person", person)


def test_codes_count_up_by_site_and_begin_with_letters_of_its_own(clinic: Site) -> None:
    harbour = add_site(clinic.study, "harbour", "Harbour Clinic", "Europe/Madrid")
    assert [opened(harbour).code, opened(harbour).code] == ["HA-001", "HA-002"]
    assert opened(clinic).code == "HE-001"
    opened(harbour, "HA-017")
    opened(harbour, "HA-OLD")
    assert propose_code(harbour) == "HA-018"


def test_a_lone_site_needs_one_letter(clinic: Site) -> None:
    assert propose_code(clinic) == "H-001"


def test_a_code_is_given_once_in_a_study(clinic: Site) -> None:
    opened(clinic, "A-1")
    with pytest.raises(CommandError, match="already a participant A-1") as refused:
        opened(clinic, "A-1")
    assert refused.value.code == "code-taken"
    assert Entry.objects.filter(action="open-person").count() == 1


@pytest.mark.parametrize("code", ["a-1", "new"])
def test_a_code_like_another_or_like_a_page_is_refused(clinic: Site, code: str) -> None:
    opened(clinic, "A-1")
    with pytest.raises(CommandError, match=f"already a participant {code}"):
        opened(clinic, code)


def test_a_form_sent_twice_enters_one_person(clinic: Site) -> None:
    new = NewPerson(site=clinic, code="A-1", form=uuid4())
    first = open_person(coordinator(clinic.study), new, WHO)
    assert open_person(coordinator(clinic.study), new, WHO) == first
    assert Participant.objects.count() == Entry.objects.filter(action="open-person").count() == 1


def test_a_zone_that_does_not_exist_is_refused(clinic: Site) -> None:
    with pytest.raises(CommandError, match="no time zone 'Europe/Nowhere'"):
        opened(clinic, zone="Europe/Nowhere")


def test_a_handle_holds_nothing_of_the_person(clinic: Site) -> None:
    one, other = opened(clinic), opened(clinic)
    assert one.code not in one.user.handle
    assert one.user.handle != other.user.handle
    assert not one.user.has_usable_password()


def test_names_and_contact_are_sealed_and_nowhere_in_the_trail(clinic: Site) -> None:
    person = opened(clinic)
    assert read_who(person) == WHO
    kept = (
        bytes(Identity.objects.get(participant=person).sealed)
        + "".join(Entry.objects.values_list("body", flat=True)).encode()
    )
    for secret in (WHO.first_name, WHO.family_name, WHO.email, WHO.phone):
        assert secret.encode() not in kept
        assert json.dumps(secret).strip('"').encode() not in kept
    assert "Łukasz" not in repr(WHO)


def test_who_does_not_screen_at_the_site_opens_nobody(clinic: Site) -> None:
    other = add_site(clinic.study, "other", "Other", "Europe/Madrid")
    for user in (people.staff(clinic.study, Role.RATER), people.staff(clinic.study, Role.COORDINATOR, at=other)):
        with pytest.raises(NotYoursError):
            open_person(user, NewPerson(site=clinic), WHO)
    assert not Participant.objects.exists()
    assert not Entry.objects.filter(action="open-person").exists()


def test_names_are_corrected_with_a_reason(clinic: Site) -> None:
    person, by = opened(clinic), coordinator(clinic.study)
    right = Who("Lukas", "Ñandú")
    with pytest.raises(ReasonError):
        correct_identity(by, person, right, reason=" ")
    correct_identity(by, person, right, reason="spelled as in the passport")
    assert read_who(person) == right
    kept = Entry.objects.get(action="correct-identity")
    assert kept.reason == "spelled as in the passport"
    assert '"sealed":["(sealed)","(sealed)"]' in kept.body


def test_of_two_who_correct_names_at_once_the_second_is_told(clinic: Site) -> None:
    person, by = opened(clinic), coordinator(clinic.study)
    seen = Identity.objects.get(participant=person).saved_at
    correct_identity(by, person, Who("Lukas", "Ñandú"), reason="passport", seen=seen)
    with pytest.raises(StaleError):
        correct_identity(by, person, Who("Lucas", "Ñandú"), reason="phone", seen=seen)


def test_a_move_to_another_zone_is_remembered(clinic: Site) -> None:
    person, by = opened(clinic), coordinator(clinic.study)
    before = person.zone
    correct_details(by, person, language="es", zone="Asia/Tokyo", visible_only=True, reason="moved to Tokyo")
    person.refresh_from_db()
    assert (person.language, person.zone, person.visible_only) == ("es", "Asia/Tokyo", True)
    assert list(ZoneChange.objects.values_list("before", "zone")) == [(before, "Asia/Tokyo")]
    with pytest.raises(CommandError, match="no time zone"):
        correct_details(by, person, language="es", zone="", visible_only=True, reason="slip")
