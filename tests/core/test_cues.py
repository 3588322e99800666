from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from daybreak.core.chance import Chance
from daybreak.core.cues import LONGEST_CUE, Cues, cue_text, dressed, made_up, same_shape, stand_ins
from daybreak.core.errors import DaybreakError

NAMES = ("Anna", "Carl", "Emma", "Iván", "Raúl", "Saúl", "Paula")
SEEDS = st.binary(max_size=16)
TYPED = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=LONGEST_CUE)


def draw(model: str, count: int = 3, taken: tuple[str, ...] = (), seed: bytes = b"seed") -> list[str]:
    return stand_ins(model, count, NAMES, taken, Chance(seed, "names"))


def test_typed_cues_are_composed_and_trimmed() -> None:
    cues = Cues("  Jose\u0301 ", (" Rio  de Janeiro ",))
    assert cues == Cues("José", ("Rio de Janeiro",))
    assert len(cues.first_name) == 4


def test_facts_that_repeat_are_left_out() -> None:
    assert Cues("Alex", ("chess", "ALEX", "Chess", "Boston")).facts == ("Chess", "Boston")


@pytest.mark.parametrize("text", ["", "   ", "...", "🙂"])
def test_a_cue_without_a_letter_or_digit_is_refused(text: str) -> None:
    with pytest.raises(
        DaybreakError, match=r"first name: there is nothing to show here. Type at least one letter."
    ) as no:
        Cues(text)
    assert no.value.code == "cue"


@pytest.mark.parametrize("text", ["a" * (LONGEST_CUE + 1), "a\x00b", "a\u202eb"])
def test_a_cue_that_cannot_be_shown_on_a_line_is_refused(text: str) -> None:
    with pytest.raises(DaybreakError, match=rf"fact: this cannot be shown on one line of {LONGEST_CUE} signs"):
        cue_text(text, "fact")


def test_more_than_six_facts_are_refused() -> None:
    with pytest.raises(DaybreakError, match=r"facts: these are more than 6 facts. Leave some out."):
        Cues("Alex", tuple("abcdefg"))


def test_other_peoples_names_of_the_same_length_come_first() -> None:
    assert sorted(draw("Alex", 3)) == ["Anna", "Carl", "Emma"]


def test_accents_are_matched_too_so_that_bytes_agree() -> None:
    assert sorted(draw("José")) == ["Iván", "Raúl", "Saúl"]


def test_names_that_are_taken_are_not_used_whatever_their_letters_case() -> None:
    drawn = draw("Alex", 3, taken=("ANNA", "carl"))
    assert "Emma" in drawn
    assert not {"anna", "carl"} & {name.casefold() for name in drawn}


def test_a_name_in_small_or_capital_letters_gets_stand_ins_like_it() -> None:
    assert sorted(draw("alex")) == ["anna", "carl", "emma"]
    assert sorted(draw("ALEX")) == ["ANNA", "CARL", "EMMA"]
    assert dressed("Ann", "A") == "Ann"


def test_made_up_texts_keep_spaces_digits_and_signs_in_place() -> None:
    (text,) = draw("12 May 1990", 1)
    assert [char.isdigit() for char in text] == [char.isdigit() for char in "12 May 1990"]
    assert [char.isspace() for char in text] == [char.isspace() for char in "12 May 1990"]
    assert text.split()[1].istitle()


def test_made_up_texts_can_be_spoken() -> None:
    (text,) = draw("Bartholomew", 1)
    vowels = [char in "aeiou" for char in text.lower()]
    assert all(one != other for one, other in pairwise(vowels))


@pytest.mark.parametrize("model", ["Анна", "Ñuñez", "李雷", "Ünal", "नमन", "Ångström", "ŁŁŁ", "Ωμέγα"])
def test_other_scripts_stay_themselves(model: str) -> None:
    def scripts(text: str) -> list[str]:
        return [unicodedata.name(char).split()[0] for char in text]

    (text,) = draw(model, 1)
    assert scripts(text) == scripts(model)
    assert text != model


@given(TYPED, SEEDS)
def test_a_stand_in_has_the_shape_of_its_model(typed: str, seed: bytes) -> None:
    assume(any(char.isalnum() for char in typed))
    model = unicodedata.normalize("NFC", typed)
    for text in stand_ins(model, 3, NAMES, (), Chance(seed, "names")):
        assert same_shape(text, model)
        assert [char.isalnum() for char in text] == [char.isalnum() for char in model]


@given(st.sampled_from(["Jo", "Alex", "Anne-Marie", "Zoë", "Christopher"]), SEEDS)
def test_stand_ins_differ_from_each_other_and_from_their_model(model: str, seed: bytes) -> None:
    drawn = [text.casefold() for text in stand_ins(model, 7, NAMES, (), Chance(seed, "names"))]
    assert len({model.casefold(), *drawn}) == 8


@pytest.mark.parametrize("model", ["7", "²", "ñ", "Z", "½", "你", "Ⅷ", "𝒜"])
def test_the_shortest_cue_still_gets_stand_ins_that_are_not_itself(model: str) -> None:
    drawn = [text.casefold() for text in stand_ins(model, 20, (), (), Chance(b"seed", "names"))]
    assert len({model.casefold(), *drawn}) == 21


def test_where_no_other_text_has_the_shape_one_is_used_again() -> None:
    everything = {chr(code).casefold() for code in range(128)}
    assert same_shape(made_up("5", everything, Chance(b"seed", "names")), "5")
