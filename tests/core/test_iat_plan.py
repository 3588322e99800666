"""The plan of an implicit association test: rounds, sides, counterbalancing, words."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.content.iat import implicit_words, languages
from daybreak.content.packs import load_pack
from daybreak.core.errors import PackError
from daybreak.core.iat_plan import (
    CELLS,
    OTHER_PAIRING,
    STEPS,
    Form,
    ImplicitOrder,
    ImplicitPlan,
    cell_of,
    make_implicit_plan,
)
from daybreak.core.iat_words import ATTRIBUTES, TARGETS, read_implicit_words

FORMS: tuple[Form, ...] = ("full", "short", "brief")
ORDERS = st.builds(
    ImplicitOrder,
    seed=st.binary(min_size=1, max_size=32),
    occasion=st.sampled_from(["baseline", "day-1", "day-30"]),
    form=st.sampled_from(FORMS),
    place=st.none() | st.integers(0, 10_000),
)


def made(order: ImplicitOrder, language: str = "en") -> ImplicitPlan:
    return make_implicit_plan(implicit_words(language), order)


def test_the_full_form_has_seven_rounds_whose_critical_ones_are_practice_of_20_and_test_of_40() -> None:
    plan = made(ImplicitOrder(b"seed", "baseline"))
    assert [len(part.steps) for part in plan.rounds] == [20, 20, 20, 40, 40, 20, 40]
    critical = [(part.number, part.portion) for part in plan.rounds if part.pairing]
    assert critical == [(3, "practice"), (4, "test"), (6, "practice"), (7, "test")]


@given(ORDERS)
def test_every_step_of_every_form_asks_for_the_side_its_category_is_shown_on(order: ImplicitOrder) -> None:
    plan = made(order)
    assert {part.number: len(part.steps) for part in plan.rounds} == STEPS[order.form]
    for part in plan.rounds:
        places = {key: side for side, keys in (("left", part.left), ("right", part.right)) for key in keys}
        assert all(step.correct == places[step.category] for step in part.steps)
        assert {step.category for step in part.steps} == set(places)


@given(ORDERS)
def test_pairing_a_joins_self_with_good_and_b_joins_it_with_bad(order: ImplicitOrder) -> None:
    for part in made(order).rounds:
        if part.pairing:
            own = part.left if "self" in part.left else part.right
            assert set(own) == {"self", "good" if part.pairing == "a" else "bad"}


@given(ORDERS)
def test_good_keeps_its_side_and_self_changes_it_once_where_the_second_pairing_begins(order: ImplicitOrder) -> None:
    plan = made(order)
    assert len({("good" in part.left) for part in plan.rounds if "good" in part.left + part.right}) == 1
    own = [("self" in part.left) for part in plan.rounds if "self" in part.left + part.right]
    assert sum(one != other for one, other in pairwise(own)) == 1


@given(ORDERS)
def test_categories_come_equally_often_in_a_round_and_where_kinds_mix_they_take_turns(order: ImplicitOrder) -> None:
    for part in made(order).rounds:
        counts = Counter(step.category for step in part.steps)
        assert len(set(counts.values())) == 1
        if len(counts) == len(TARGETS + ATTRIBUTES):
            assert all((one.category in TARGETS) != (other.category in TARGETS) for one, other in pairwise(part.steps))


@given(ORDERS)
def test_no_word_comes_twice_in_a_row_and_the_words_of_a_category_come_equally_often(order: ImplicitOrder) -> None:
    steps = [step for part in made(order).rounds for step in part.steps]
    assert all(one.word != other.word for one, other in pairwise(steps))
    for key in TARGETS + ATTRIBUTES:
        counts = Counter(step.word for step in steps if step.category == key)
        assert max(counts.values()) - min(counts.values()) <= 1


@given(ORDERS)
def test_equal_orders_give_equal_plans_that_survive_json(order: ImplicitOrder) -> None:
    plan = made(order)
    assert plan == made(order)
    assert ImplicitPlan.model_validate_json(plan.model_dump_json()) == plan
    ids = [step.id for part in plan.rounds for step in part.steps]
    assert len(set(ids)) == len(ids)


@given(st.binary(min_size=1, max_size=32), st.none() | st.integers(0, 10_000))
def test_a_person_stays_in_one_cell_at_all_occasions_while_the_order_of_words_changes(
    seed: bytes, place: int | None
) -> None:
    first, later = (ImplicitOrder(seed, occasion, place=place) for occasion in ("baseline", "day-30"))
    assert cell_of(first) == cell_of(later)
    one, other = made(first), made(later)
    assert [(part.left, part.right, part.pairing) for part in one.rounds] == [
        (part.left, part.right, part.pairing) for part in other.rounds
    ]
    assert one.id != other.id
    assert [step.word for part in one.rounds for step in part.steps] != [
        step.word for part in other.rounds for step in part.steps
    ]


@given(st.integers(0, 10_000))
def test_four_people_in_a_row_fill_the_four_cells(start: int) -> None:
    cells = {cell_of(ImplicitOrder(b"any", "baseline", place=start + more)) for more in range(CELLS)}
    assert {(cell.first, cell.good) for cell in cells} == {(p, s) for p in OTHER_PAIRING for s in ("left", "right")}


def test_cells_drawn_from_seeds_come_about_equally_often() -> None:
    counts = Counter(cell_of(ImplicitOrder(str(seed).encode(), "baseline")) for seed in range(2000))
    assert len(counts) == CELLS
    assert min(counts.values()) > 430


def test_words_ship_in_english_and_spanish_and_none_is_one_that_is_trained() -> None:
    assert languages() == ("en", "es")
    for language in languages():
        table, pack = implicit_words(language), load_pack("self-worth", language).words
        asked = {word.casefold() for key in ATTRIBUTES for word in table.category(key).words}
        trained = {word for pair in pack.traits for word in (pair.active, pair.sham)}
        assert not asked & (trained | set(pack.target_words) | set(pack.practice_words))


def test_a_regional_language_takes_its_plain_one_and_an_unknown_one_is_refused() -> None:
    assert implicit_words("es-MX").language == "es"
    with pytest.raises(PackError, match=r"has no language 'de'\. It has: en, es\."):
        implicit_words("de")


def test_a_faulty_table_of_words_is_refused_with_its_place() -> None:
    table = implicit_words("en").model_dump(by_alias=True)
    table["categories"]["bad"]["words"] = [*table["categories"]["bad"]["words"], "Joy"]
    with pytest.raises(PackError, match="'Joy' stands in good and again in bad"):
        read_implicit_words(table, "my.toml")
    with pytest.raises(PackError, match=r"my\.toml: "):
        read_implicit_words({}, "my.toml")
