"""Items: what they take and refuse, in which languages they speak, and under which names rules know them."""

from __future__ import annotations

from datetime import date

import pytest

from daybreak.core.instruments import INSTRUMENTS, AnswerError, Instrument, Item, named
from daybreak.core.rule import Rule

EVERY = [(instrument, item) for instrument in INSTRUMENTS.values() for item in instrument.items]


@pytest.mark.parametrize(
    ("key", "item", "sent", "kept"),
    [
        ("madrs", "lassitude", "6", 6),
        ("c-ssrs", "thoughts", "yes", True),
        ("c-ssrs", "thoughts", False, False),
        ("vital-signs", "pulse", "72", 72),
        ("treatment-changes", "since", "2026-05-01", date(2026, 5, 1)),
        ("blind-guess", "why", "  It felt strange ", "It felt strange"),
    ],
)
def test_an_answer_is_kept_as_what_it_is(key: str, item: str, sent: object, kept: object) -> None:
    assert INSTRUMENTS[key].item(item).read(sent) == kept


@pytest.mark.parametrize(
    ("key", "item", "sent", "says"),
    [
        ("madrs", "lassitude", "7", "needs one of 0, 1, 2, 3, 4, 5, 6, not 7"),
        ("madrs", "lassitude", "-1", "not -1"),
        ("madrs", "lassitude", True, "needs one of"),
        ("madrs", "lassitude", 2.5, "needs one of"),
        ("madrs", "lassitude", "two", "needs one of"),
        ("cadss", "total", "1_0", "a whole number from 0 to 92"),
        ("cadss", "total", "9" * 5000, "a whole number from 0 to 92"),
        ("cadss", "total", "93", "a whole number from 0 to 92, not 93"),
        ("c-ssrs", "thoughts", "perhaps", "needs yes or no"),
        ("c-ssrs", "thoughts", None, "needs yes or no"),
        ("treatment-changes", "since", "May", "a date such as"),
        ("blind-guess", "why", " ", "some words"),
        ("blind-guess", "why", "x" * 2001, "2000 letters at most, not 2001"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(key: str, item: str, sent: object, says: str) -> None:
    with pytest.raises(AnswerError) as refused:
        INSTRUMENTS[key].item(item).read(sent)
    assert says in refused.value.sentence()
    assert refused.value.where == item


def test_what_people_read_themselves_is_in_english_and_spanish() -> None:
    own = [item for instrument, item in EVERY if instrument.by == "participant"]
    texts = [text for item in own for text in (item.prompt, *(choice.label for choice in item.choices))]
    assert [text for text in texts if set(text) != {"en", "es"}] == []
    assert own[0].asks("es-MX") == own[0].prompt["es"]
    assert own[0].asks("fr") == own[0].prompt["en"]


def test_items_of_an_instrument_have_names_of_their_own_that_rules_can_read() -> None:
    for instrument in INSTRUMENTS.values():
        assert len(set(instrument.names)) == len(instrument.items) + len(instrument.scores) or instrument.key == "cadss"
        for name in instrument.names:
            assert Rule.parse(f"{instrument.key}.{name} >= 1").names == {f"{instrument.key}.{name}"}


def test_a_rule_that_skips_asks_for_earlier_items_of_the_same_instrument() -> None:
    for instrument, item in EVERY:
        asked = Rule.parse(item.when).names if item.when else frozenset()
        earlier = instrument.items[: instrument.items.index(item)]
        assert asked <= {each.key for each in earlier}


def test_an_answer_to_a_skipped_item_leads_to_no_other() -> None:
    chain = Instrument(
        "chain",
        "A chain",
        "participant",
        items=(
            Item("first", {"en": "First"}, "yes-no"),
            Item("second", {"en": "Second"}, "yes-no", when="first == yes"),
            Item("third", {"en": "Third"}, "yes-no", when="second == yes"),
        ),
    )
    assert [item.key for item in chain.asked({"first": True, "second": True})] == ["first", "second", "third"]
    assert [item.key for item in chain.asked({"first": False, "second": True})] == ["first"]


def test_answers_and_scores_have_names_for_rules() -> None:
    said = named(INSTRUMENTS["c-ssrs"], {"wish_to_be_dead": True, "thoughts": False})
    assert said["c-ssrs.wish_to_be_dead"] is True
    assert said["c-ssrs.ideation"] == 1
    assert said["c-ssrs.risk"] is None


def test_an_instrument_says_whose_wording_it_has_not() -> None:
    owned = {key for key, instrument in INSTRUMENTS.items() if instrument.owned_wording}
    assert owned == {"madrs", "qids-sr", "phq-9", "gad-7", "c-ssrs", "cadss", "self-worth"}
    assert all(INSTRUMENTS[key].licence.owner != "daybreak" for key in owned)


def test_choices_count_upward_without_a_gap() -> None:
    def values(item: Item) -> list[int]:
        return [choice.value for choice in item.choices]

    gaps = [
        item.key
        for _, item in EVERY
        if item.choices and values(item) != list(range(values(item)[0], values(item)[-1] + 1))
    ]
    assert gaps == []
