from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import PackError
from daybreak.core.plan_order import PlanOrder, Slot, Slots, draw_people, plan_id
from tests.core.plan_cast import PACKS

PACK = PACKS["en"]


@given(st.binary(max_size=16), st.integers(1, 20), st.integers(23, 80))
def test_people_take_one_part_only(seed: bytes, session: int, faces: int) -> None:
    people = draw_people(faces, PACK, PlanOrder(seed, session))
    everyone = [*people.others, people.stand_in, *people.strangers]
    assert len(set(everyone)) == len(everyone) == PACK.tasks.faces.people
    assert set(everyone) <= set(range(faces))


def test_cues_keep_their_people_while_strangers_take_turns() -> None:
    drawn = [draw_people(39, PACK, PlanOrder(b"seed", session)) for session in range(1, 9)]
    assert len({(people.others, people.stand_in) for people in drawn}) == 1
    counts = Counter(stranger for people in drawn for stranger in people.strangers)
    assert len(counts) == 32
    assert set(counts.values()) == {4}


def test_too_few_faces_are_refused_with_a_remedy() -> None:
    message = r"self-worth: the faces task needs 23 different people, the face set has 22. Add people"
    with pytest.raises(PackError, match=message):
        draw_people(22, PACK, PlanOrder(b"seed", 1))


def test_ids_come_from_seed_and_slot_alone_and_only_used_slots_are_remembered() -> None:
    slots = Slots(b"seed")
    ids = [slots.id(Slot("trait", 1)), slots.id(Slot("own-portrait")), slots.id(Slot("trait", 1))]
    assert ids[0] == ids[2] == Slots(b"seed").id(Slot("trait", 1))
    assert [name[:2] for name in ids] == ["w-", "p-", "w-"]
    assert slots.used() == {ids[1]: Slot("own-portrait"), ids[0]: Slot("trait", 1)}


def test_every_plan_of_a_person_has_an_id_of_its_own() -> None:
    orders = [
        PlanOrder(seed, session, practice, visible_only)
        for seed in (b"one", b"other")
        for session in (1, 2)
        for practice in (True, False)
        for visible_only in (True, False)
    ]
    assert len({plan_id(order) for order in orders}) == len(orders)
