"""The CONSORT flow always adds up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.consort import Box, PersonFacts, consort_flow
from daybreak.core.participation import ALLOCATED, EXCLUDED, TREATED, Scope, Status

facts = st.builds(
    PersonFacts,
    status=st.sampled_from(Status),
    excluded_for=st.sampled_from(["", "too young", "too well"]),
    began_training=st.booleans(),
    seen_until_day=st.integers(0, 400),
    left=st.none() | st.sampled_from(Scope),
    lost=st.booleans(),
)
crowds = st.lists(facts, max_size=60)
day_lists = st.lists(st.integers(1, 400), max_size=4, unique=True).map(sorted)


@given(crowds, day_lists)
def test_every_split_of_every_box_adds_up_to_it(people: list[PersonFacts], days: list[int]) -> None:
    for box in consort_flow(people, days).walk():
        for split in box.splits:
            assert sum(part.count for part in split) == box.count, box.key
            assert min(part.count for part in split) >= 0


@given(crowds)
def test_every_box_counts_what_it_says(people: list[PersonFacts]) -> None:
    flow = consort_flow(people)
    assert flow.count == len(people)
    assert flow.find("excluded").count == sum(person.status in EXCLUDED for person in people)
    assert flow.find("enrolled").count == sum(person.status in ALLOCATED for person in people)
    treated = [person for person in people if person.status in TREATED]
    assert flow.find("infused").count == len(treated)
    assert flow.find("began-training").count == sum(person.began_training for person in treated)
    assert flow.find("day-30").count == sum(person.seen_until_day >= 30 for person in treated)
    assert flow.find("day-360").count == sum(person.seen_until_day >= 360 for person in treated)


@given(crowds.flatmap(lambda people: st.tuples(st.just(people), st.permutations(people))))
def test_the_order_of_people_changes_nothing(orders: tuple[list[PersonFacts], list[PersonFacts]]) -> None:
    assert consort_flow(orders[0]) == consort_flow(orders[1])


@given(crowds, facts)
def test_one_person_more_is_one_more_in_every_split_on_their_way(people: list[PersonFacts], one: PersonFacts) -> None:
    before, after = consort_flow(people), consort_flow([*people, one])
    assert after.count == before.count + 1
    parts = [(part.key, part.count) for part in after.splits[0]]
    grown = [key for key, count in parts if count > before.find(key).count]
    assert len(grown) == 1


def test_a_study_without_anybody_has_a_flow_of_nothing() -> None:
    assert {box.count for box in consort_flow([]).walk()} == {0}


def told(box: Box) -> dict[str, int]:
    return {part.says: part.count for part in box.splits[0]}


def test_exclusions_are_told_by_reason() -> None:
    people = [
        PersonFacts(Status.SCREEN_FAILED, "younger than 18"),
        PersonFacts(Status.SCREEN_FAILED, "younger than 18"),
        PersonFacts(Status.SCREEN_FAILED),
        PersonFacts(Status.DECLINED, "younger than 18"),
    ]
    excluded = consort_flow(people).find("excluded")
    assert told(excluded) == {"another reason": 1, "declined": 1, "younger than 18": 2}


def test_who_left_is_told_by_how() -> None:
    people = [
        PersonFacts(Status.INFUSED, began_training=True, left=Scope.TRAINING),
        PersonFacts(Status.INFUSED, began_training=True, left=Scope.FOLLOW_UP),
        PersonFacts(Status.INFUSED, left=Scope.FOLLOW_UP, lost=True),
        PersonFacts(Status.ENROLLED, left=Scope.DATA),
        PersonFacts(Status.COMPLETED, began_training=True, seen_until_day=360),
    ]
    flow = consort_flow(people)
    assert told(flow.find("left-before-infusion")) == {"withdrew their data": 1}
    assert told(flow.find("left-before-training")) == {"lost to follow-up": 1}
    assert told(flow.find("left-before-day-30")) == {"lost to follow-up": 1, "withdrew from follow-up": 1}
    assert flow.find("waiting-for-day-30").count == 1, "who stopped training alone is still followed up"
    assert flow.find("day-360").count == 1


def test_a_box_that_is_not_there_is_not_found() -> None:
    with pytest.raises(KeyError, match="day-7"):
        consort_flow([]).find("day-7")
