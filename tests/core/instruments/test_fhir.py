"""Instruments as FHIR R5: valid by fhir.resources, there and back without loss; malformed files are refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from fhir.resources.questionnaire import Questionnaire
from fhir.resources.questionnaireresponse import QuestionnaireResponse
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.instruments import AnswerError, Instrument
from daybreak.core.instruments.asked import CADSS
from daybreak.core.instruments.instrument import plain
from daybreak.core.instruments.madrs import MADRS
from daybreak.core.instruments.questionnaire import NOT_VALIDATED, WEIGHTS, from_questionnaire, to_questionnaire
from daybreak.core.instruments.response import from_response, to_response
from daybreak.core.instruments.wording import Wording, WordingError, own_wording
from daybreak.core.rule import Rule
from tests.core.instruments.answers import WITH_ITEMS, answer_to, answered

each_instrument = pytest.mark.parametrize("instrument", WITH_ITEMS, ids=lambda one: one.key)


def licensed(instrument: Instrument) -> Wording:
    own = own_wording(instrument, "en")
    prompts = {key: f"As licensed: {text}" for key, text in own.prompts.items()}
    return Wording(instrument.key, "en", prompts, own.labels, licence="By leave of its owner, 2026", version="2.1")


@pytest.mark.evidence("reference", "fhir.resources' models of FHIR R5")
@each_instrument
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_instrument_is_a_valid_questionnaire(instrument: Instrument, language: str) -> None:
    made = to_questionnaire(instrument, language=language)
    assert Questionnaire.model_validate(made).url == f"urn:daybreak:instrument:{instrument.key}"
    assert (made.get("description") == NOT_VALIDATED) == instrument.owned_wording
    assert Questionnaire.model_validate(to_questionnaire(instrument, licensed(instrument))).copyright


@each_instrument
def test_a_wording_comes_back_as_it_went(instrument: Instrument) -> None:
    for wording in (licensed(instrument), own_wording(instrument, "es")):
        back = from_questionnaire(to_questionnaire(instrument, wording))
        assert back == wording
        assert back.sha256 == wording.sha256
    assert licensed(instrument).sha256 != own_wording(instrument, "en").sha256


@pytest.mark.evidence("reference", "fhir.resources' models of FHIR R5")
@given(st.data())
def test_answers_come_back_as_they_went(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(WITH_ITEMS))
    answers = data.draw(answered(instrument))
    made = to_response(instrument, answers, code="A-001", authored="2026-05-01T09:00:00+02:00")
    assert QuestionnaireResponse.model_validate(made).status == (
        "in-progress" if instrument.missing(answers) else "completed"
    )
    asked = {item.key for item in instrument.asked(answers)}
    kept = {key: value for key, value in answers.items() if key in asked}
    assert from_response(made) == (instrument, kept)


@given(st.data())
def test_a_questionnaire_asks_when_the_rule_does(data: st.DataObject) -> None:
    """Read as FHIR says, `enableWhen` leads to the items that our rules lead to."""
    instrument = data.draw(st.sampled_from([one for one in WITH_ITEMS if any(item.when for item in one.items)]))
    item = data.draw(st.sampled_from([item for item in instrument.items if item.when]))
    names = sorted(Rule.parse(item.when).names)
    answers = {name: data.draw(answer_to(instrument.item(name))) for name in names}
    response = {one["linkId"]: one["answer"][0] for one in to_response(instrument, answers)["item"]}
    entry = next(one for one in to_questionnaire(instrument)["item"] if one["linkId"] == item.key)
    said = [_same(response[when["question"]], when) for when in entry["enableWhen"]]
    assert entry["enableBehavior"] == "any"
    assert any(said) == Rule.parse(item.when).holds(plain(answers))


def _same(answer: dict[str, Any], when: dict[str, Any]) -> bool:
    if "answerBoolean" in when:
        return bool(answer["valueBoolean"] is when["answerBoolean"])
    return bool(answer["valueCoding"] == when["answerCoding"])


def _without(*keys: str) -> Callable[[dict[str, Any]], None]:
    def change(made: dict[str, Any]) -> None:
        for key in keys:
            del made[key]

    return change


def _first(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda made: made["item"][0].update(values)


def _option(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda made: made["item"][0]["answerOption"][0].update(values)


def groups(deep: int) -> dict[str, Any]:
    found: dict[str, Any] = {"linkId": "group-0", "type": "group", "item": []}
    for place in range(1, deep):
        found = {"linkId": f"group-{place}", "type": "group", "item": [found]}
    return found


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda made: made.update(resourceType="Patient"), "no FHIR Questionnaire"),
        (lambda made: made.update(url="urn:x:nothing", name="mood"), "names no instrument known here"),
        (_without("language"), "the questionnaire: There is no 'language'"),
        (_without("item"), "There is no list of items"),
        (lambda made: made["item"].pop(), "suicidal_thoughts: The item is missing"),
        (lambda made: made["item"].append("text"), "An entry is no item"),
        (lambda made: made["item"].append({"linkId": "eleventh", "type": "coding"}), "eleventh: 'madrs' has no item"),
        (_first(text=" "), "apparent_sadness: There is no 'text'"),
        (_first(linkId=7), "There is no 'linkId'"),
        (lambda made: made["item"][0]["answerOption"].pop(), "must count as 0, 1, 2, 3, 4, 5, 6, not 0, 1, 2, 3, 4, 5"),
        (_first(answerOption=None), "not nothing"),
        (_option(valueCoding=None), "An answer has no valueCoding"),
        (_option(valueCoding={"display": "x"}, extension=[]), "neither a weight nor a whole number"),
        (_option(valueCoding={"display": "x", "code": "0.5"}, extension=[]), "neither a weight nor a whole number"),
        (_option(valueCoding={"code": "0"}), "There is no 'display'"),
        (_option(extension=[{"url": WEIGHTS[0], "valueDecimal": float("inf")}]), "neither a weight nor a whole number"),
        (lambda made: made["item"][0]["answerOption"].append(made["item"][0]["answerOption"][3]), "not 0, 1, 2, 3, 3,"),
        (lambda made: made["item"].append(made["item"][0]), "apparent_sadness: The item stands twice"),
        (_first(type="integer"), "apparent_sadness: The item's type must be 'coding', not 'integer'"),
        (_first(type=None), "must be 'coding', not 'None'"),
        (lambda made: made["item"].append(groups(12)), "Groups stand in groups more than 10 deep"),
    ],
)
def test_a_malformed_questionnaire_is_refused_in_a_sentence(
    change: Callable[[dict[str, Any]], None], says: str
) -> None:
    made = copy.deepcopy(to_questionnaire(MADRS, licensed(MADRS)))
    change(made)
    with pytest.raises(WordingError) as refused:
        from_questionnaire(made)
    assert says in refused.value.sentence()


@pytest.mark.parametrize(
    ("number", "given", "says"),
    [
        (0, 1, "total: The smallest number must be 0, not 1"),
        (1, 100, "total: The largest number must be 92, not 100"),
    ],
)
def test_another_range_is_refused_and_none_is_taken_as_ours(number: int, given: int, says: str) -> None:
    made = to_questionnaire(CADSS)
    without = copy.deepcopy(made)
    del without["item"][0]["extension"]
    assert from_questionnaire(without) == from_questionnaire(made)
    made["item"][0]["extension"][number]["valueInteger"] = given
    with pytest.raises(WordingError) as refused:
        from_questionnaire(made)
    assert says in refused.value.sentence()


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def _places(made: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = made.items() if isinstance(made, dict) else enumerate(made) if isinstance(made, list) else ()
    return [*([way] if way else []), *(found for key, each in inner for found in _places(each, (*way, key)))]


def _spoilt(data: st.DataObject, made: dict[str, Any]) -> dict[str, Any]:
    """Put something else in one place of it."""
    *way, last = data.draw(st.sampled_from(_places(made)))
    spoilt: Any = copy.deepcopy(made)
    inner = spoilt
    for key in way:
        inner = inner[key]
    inner[last] = data.draw(ANY_JSON)
    return dict(spoilt)


@given(st.data())
def test_a_questionnaire_with_anything_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(WITH_ITEMS))
    try:
        wording = from_questionnaire(_spoilt(data, to_questionnaire(instrument, licensed(instrument))))
    except WordingError:
        return
    assert set(wording.prompts) == {item.key for item in instrument.items}


@given(st.data())
def test_a_response_with_anything_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    instrument = data.draw(st.sampled_from(WITH_ITEMS))
    try:
        _, answers = from_response(_spoilt(data, to_response(instrument, data.draw(answered(instrument)))))
    except AnswerError:
        return
    assert all(instrument.item(key).read(value) == value for key, value in answers.items())


def test_items_in_groups_and_answers_with_bare_numbers_are_read() -> None:
    made = to_questionnaire(MADRS, licensed(MADRS))
    for item in made["item"]:
        for option in item["answerOption"]:
            del option["extension"]
    made["item"] = [{"linkId": "all", "type": "group", "item": made["item"]}]
    assert from_questionnaire(made) == licensed(MADRS)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda made: made.update(resourceType="Bundle"), "no QuestionnaireResponse"),
        (lambda made: made.update(questionnaire="urn:x:madrs"), "no QuestionnaireResponse"),
        (lambda made: made.update(questionnaire="urn:daybreak:instrument:madrs|9"), "version 9 of 'madrs'; known is 1"),
        (_first(linkId="mood"), "mood: 'madrs' has no such item"),
        (lambda made: made.update(item=5), "There is no list of items"),
        (lambda made: made["item"].append(made["item"][0]), "apparent_sadness: The item is answered twice"),
        (_first(answer=[]), "apparent_sadness: The item needs one answer"),
        (_first(answer=[{"valueCoding": {"code": "7"}}]), "needs one of 0, 1, 2, 3, 4, 5, 6, not 7"),
    ],
)
def test_a_malformed_response_is_refused_in_a_sentence(change: Callable[[dict[str, Any]], None], says: str) -> None:
    made = to_response(MADRS, {item.key: 2 for item in MADRS.items})
    change(made)
    with pytest.raises(AnswerError) as refused:
        from_response(made)
    assert says in refused.value.sentence()
