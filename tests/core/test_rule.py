from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import StudyFileError
from daybreak.core.rule import Rule

ANNA = {"age": 34, "madrs": 31.5, "sex": "female", "pregnant": False, "safe": True, "born": date(1991, 5, 1)}

TRUE = [
    "age == 34",
    "age != 35",
    "18 <= age <= 60",
    "madrs > 31 and madrs >= 31.5 and madrs < 32",
    'sex == "female"',
    "sex == 'female'",
    'sex in ["female", "other"]',
    'sex not in ["male"]',
    "age in [33, 34]",
    "age > -1",
    "safe",
    "safe == yes and pregnant == no",
    "safe == true and pregnant == false",
    "not pregnant",
    "not (age < 18 or age > 60)",
    "age < 18 or (madrs >= 25 and not pregnant)",
    "pregnant or safe and age == 34",
    'born < "2008-01-01"',
    'born != "no date"',
    "age != sex",
]


@pytest.mark.parametrize("text", TRUE)
def test_a_rule_holds_where_it_is_true(text: str) -> None:
    assert Rule.parse(text).holds(ANNA)


FALSE = [
    "age == 35",
    "age < 18",
    "18 <= age <= 20",
    'sex == "Female"',
    'sex in ["male"]',
    "pregnant",
    "not safe",
    "age",
    'age == "34"',
    "safe == 1",
    'sex < "a"',
    'born == "1991-5-1"',
]


@pytest.mark.parametrize("text", FALSE)
def test_a_rule_does_not_hold_where_it_is_false_or_compares_what_cannot_be_compared(text: str) -> None:
    assert not Rule.parse(text).holds(ANNA)


UNKNOWN = [
    "weight > 50",
    "not (weight > 50)",
    "weight != 50",
    "weight in [1]",
    "weight not in [1]",
    "safe and weight > 50",
]


@pytest.mark.parametrize("text", UNKNOWN)
@pytest.mark.parametrize("answers", [ANNA, {**ANNA, "weight": None}], ids=["absent", "none"])
def test_what_was_not_answered_makes_no_rule_hold(text: str, answers: dict[str, object]) -> None:
    assert not Rule.parse(text).holds(answers)


def test_a_missing_answer_that_cannot_matter_does_no_harm() -> None:
    assert Rule.parse("weight > 50 or safe").holds(ANNA)
    assert Rule.parse("not (weight > 50 and pregnant)").holds(ANNA)


def test_names_may_have_dots_and_hyphens() -> None:
    rule = Rule.parse("qids-sr.suicidal_thoughts >= 2 or madrs.total > 30")
    assert rule.names == {"qids-sr.suicidal_thoughts", "madrs.total"}
    assert rule.holds({"qids-sr.suicidal_thoughts": 2})


def test_a_rule_tells_what_each_name_is_compared_to() -> None:
    rule = Rule.parse('18 <= age <= 60 and (sex in ["a", "b"] or not pregnant == yes)')
    assert rule.compared == (("age", 18.0), ("age", 60.0), ("sex", "a"), ("sex", "b"), ("pregnant", True))


MISTAKES = {
    "": "it ends too early",
    "age >": "it ends too early",
    "age >= 18 age": "'age' is not expected here; join conditions with 'and' or 'or'",
    "age = 18": "write == to compare",
    "age >= and": "'and' is not expected here; write a name, a number or a text in quotes",
    ">= 18": "'>=' is not expected here; write a name, a number or a text in quotes",
    "(age > 18": "a ( needs its )",
    "age > 18)": "')' is not expected here; join conditions with 'and' or 'or'",
    "age in 18": 'after \'in\' write a list such as ["a", "b"]',
    "age in [18": "the list after 'in' needs a ] at its end",
    "age in []": "']' is not expected here; write a name, a number or a text in quotes",
    "age in [sex]": "a list after 'in' may hold numbers and texts in quotes only",
    "age not 18": "after a value, 'not' must be followed by 'in'",
    "age + 1 > 2": "'+' cannot be read; use names, numbers, texts in quotes and < <= > >= == !=",
    'sex == "female': "'\"female' cannot be read; use names, numbers, texts in quotes and < <= > >= == !=",
    "18": "it compares nothing; write a condition such as 'age >= 18'",
    "1.2.3 > age": "'1.2.3' cannot be read; use names, numbers, texts in quotes and < <= > >= == !=",
    "__import__('os')": "'__import__('os')' cannot be read; use names, numbers, texts in quotes and < <= > >= == !=",
    "exit()": "'(' is not expected here; join conditions with 'and' or 'or'",
    "(" * 30 + "a" + ")" * 30: "it is nested too deeply; split it into several rules",
    "not " * 30 + "a": "it is nested too deeply; split it into several rules",
    "a or " * 200 + "a": "it is longer than 500 characters; split it into several rules",
}


@pytest.mark.parametrize(("text", "why"), MISTAKES.items(), ids=lambda text: text[:20])
def test_what_is_no_rule_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(StudyFileError) as refused:
        Rule.parse(text)
    assert str(refused.value) == f"the rule '{text}' cannot be read: {why}"


NAMES = st.sampled_from(["a", "b-c", "d.e_f"])
VALUES = st.one_of(st.integers(-99, 99).map(str), st.sampled_from(["yes", "no", "'x'", '"y z"', "2.5"]))
COMPARISONS = st.builds("{} {} {}".format, NAMES, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), VALUES)
RULES = st.recursive(
    COMPARISONS,
    lambda rule: st.one_of(
        st.builds("({} and {})".format, rule, rule),
        st.builds("({} or {})".format, rule, rule),
        rule.map("not {}".format),
    ),
    max_leaves=6,
)
ANSWERS = st.dictionaries(
    NAMES, st.one_of(st.integers(-99, 99), st.booleans(), st.sampled_from(["x", "y z"]), st.none())
)


@given(RULES, ANSWERS)
def test_a_rule_and_its_denial_never_both_hold(text: str, answers: dict[str, object]) -> None:
    assert not (Rule.parse(text).holds(answers) and Rule.parse(f"not ({text})").holds(answers))


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_is_refused(text: str) -> None:
    with suppress(StudyFileError):
        assert Rule.parse(text).text == text
