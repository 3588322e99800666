"""The door for those who must know, and what everybody may know of a kit."""

from __future__ import annotations

import pytest

from daybreak.server.audit.models import Entry
from daybreak.server.audit.refusals import StaleError
from daybreak.server.audit.trail import recorded
from daybreak.server.enrolment.models import Participant
from daybreak.server.studies.models import Site
from daybreak.server.vault.allocate import current_kit, find_kit
from daybreak.server.vault.assignments import assigned_to
from daybreak.server.vault.models import Kit
from daybreak.server.vault.reveal import RevealError, change_kit, pharmacy_list, replace_kit, reveal_arm, reveal_study
from tests import candidates, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolled(clinic: Site) -> Participant:
    return candidates.enrolled(clinic, "P-1")


def test_an_arm_is_shown_and_the_trail_says_that_it_was_but_not_which(enrolled: Participant) -> None:
    with recorded(None, "reveal-arm", participant=enrolled, reason="laryngospasm") as entry:
        arm = reveal_arm(entry, enrolled)
    assigned = assigned_to(enrolled)
    assert assigned is not None
    assert arm == assigned.arm
    body = Entry.objects.get(action="reveal-arm").body
    assert "one allocation" in body
    assert arm not in body


def test_nobody_has_an_arm_before_they_are_allocated(clinic: Site) -> None:
    person = candidates.consented(clinic, "P-1")
    with (
        pytest.raises(RevealError, match="not allocated yet"),
        recorded(None, "reveal-arm", participant=person) as entry,
    ):
        reveal_arm(entry, person)
    assert not Entry.objects.filter(action="reveal-arm").exists()


def test_a_study_that_goes_on_is_not_revealed_whoever_asks(enrolled: Participant) -> None:
    study = enrolled.study
    with pytest.raises(RevealError, match="sealed"), recorded(None, "reveal-study", study=study) as entry:
        reveal_study(entry, study)


def test_the_pharmacists_list_holds_the_drug_and_what_others_see_of_a_kit_does_not(enrolled: Participant) -> None:
    number = current_kit(enrolled, 1)
    with recorded(None, "list-kits", site=enrolled.site) as entry:
        [line] = pharmacy_list(entry, enrolled.site)
    assigned = assigned_to(enrolled)
    assert assigned is not None
    assert (line.number, line.participant, line.drug) == (number, "P-1", assigned.drug)
    facts = find_kit(enrolled.site, number)
    assert facts is not None
    assert (facts.number, facts.participant, facts.infusion_number) == (number, "P-1", 1)
    assert not hasattr(facts, "drug")


def test_a_site_finds_no_kit_of_another(enrolled: Participant) -> None:
    other = people.opened_site(enrolled.study, "other", "Another clinic", "UTC")
    assert find_kit(other, current_kit(enrolled, 1)) is None
    with pytest.raises(RevealError, match="no such kit"), recorded(None, "replace-kit", site=other) as entry:
        replace_kit(entry, other, current_kit(enrolled, 1))


def test_a_kit_is_prepared_once_however_many_press(enrolled: Participant) -> None:
    site, number = enrolled.site, current_kit(enrolled, 1)
    with recorded(None, "prepare-kit", site=site) as entry:
        change_kit(entry, site, number, Kit.State.PREPARED, expected=Kit.State.TO_PREPARE)
    with pytest.raises(StaleError), recorded(None, "prepare-kit", site=site) as entry:
        change_kit(entry, site, number, Kit.State.PREPARED, expected=Kit.State.TO_PREPARE)


def test_a_replaced_kit_stays_and_the_new_one_holds_the_same(enrolled: Participant) -> None:
    site, number = enrolled.site, current_kit(enrolled, 1)
    with recorded(None, "replace-kit", site=site, reason="dropped") as entry:
        new = replace_kit(entry, site, number)
    assert current_kit(enrolled, 1) == new != number
    with recorded(None, "list-kits", site=site) as entry:
        lines = {line.number: line for line in pharmacy_list(entry, site)}
    assert lines[number].state == Kit.State.REPLACED
    assert lines[number].drug == lines[new].drug
    with pytest.raises(RevealError, match="replaced"), recorded(None, "replace-kit", site=site) as entry:
        replace_kit(entry, site, number)
