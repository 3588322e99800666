"""Answers as FHIR R5 QuestionnaireResponses (https://hl7.org/fhir/R5/questionnaireresponse.html), and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.instruments.instrument import Answers, Instrument
from daybreak.core.instruments.item import AnswerError, Item, Value
from daybreak.core.instruments.questionnaire import URL, coding

VALUES = ("valueCoding", "valueInteger", "valueBoolean", "valueDate", "valueString")


def to_response(instrument: Instrument, answers: Answers, *, code: str = "", authored: str = "") -> dict[str, Any]:
    """Return answers as a QuestionnaireResponse; it is `completed` where nothing asked and needed is missing.

    Args:
        instrument: what was answered.
        answers: item to answer.
        code: the person's code in the study, which is no name.
        authored: when, as an ISO 8601 time with its offset.
    """
    asked = {item.key for item in instrument.asked(answers)}
    found: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{URL}{instrument.key}|{instrument.version}",
        "status": "in-progress" if instrument.missing(answers) else "completed",
        "item": [
            {"linkId": item.key, "answer": [_answer(instrument, item, answers[item.key])]}
            for item in instrument.items
            if item.key in answers and item.key in asked
        ],
    }
    if code:
        found["subject"] = {"identifier": {"value": code}}
    return {**found, "authored": authored} if authored else found


def from_response(content: Mapping[str, Any]) -> tuple[Instrument, dict[str, Value]]:
    """Return what a QuestionnaireResponse answers.

    Raises:
        AnswerError: it is none, is about no instrument or version known here, or holds an answer no item can.
    """
    named = str(content.get("questionnaire") or "") if isinstance(content, Mapping) else ""
    key, _, version = named.removeprefix(URL).partition("|")
    if not named.startswith(URL) or content.get("resourceType") != "QuestionnaireResponse" or key not in INSTRUMENTS:
        raise AnswerError("This is no QuestionnaireResponse to an instrument known here.", where="questionnaire")
    instrument = INSTRUMENTS[key]
    if version not in ("", instrument.version):
        says = f"This answers version {version} of '{key}'; known is {instrument.version}."
        raise AnswerError(says, where="questionnaire")
    entries = content.get("item") or []
    if not isinstance(entries, list):
        raise AnswerError("There is no list of items.", where="item")
    answers: dict[str, Value] = {}
    for link_id, value in (_read(instrument, entry) for entry in entries):
        if link_id in answers:
            raise AnswerError("The item is answered twice.", where=link_id)
        answers[link_id] = value
    return instrument, answers


def _answer(instrument: Instrument, item: Item, value: Value) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    if isinstance(value, date):
        return {"valueDate": value.isoformat()}
    if isinstance(value, str):
        return {"valueString": value}
    return {"valueCoding": coding(instrument, item, value)} if item.choices else {"valueInteger": value}


def _read(instrument: Instrument, entry: Any) -> tuple[str, Value]:
    link_id = str(entry.get("linkId")) if isinstance(entry, Mapping) else ""
    answers = entry.get("answer") if isinstance(entry, Mapping) else None
    if not instrument.has(link_id):
        raise AnswerError(f"'{instrument.key}' has no such item.", where=link_id or "item")
    if not isinstance(answers, list) or len(answers) != 1 or not isinstance(answers[0], Mapping):
        raise AnswerError("The item needs one answer.", where=link_id)
    found = next((answers[0][name] for name in VALUES if name in answers[0]), None)
    value = found.get("code") if isinstance(found, Mapping) else found
    return link_id, instrument.item(link_id).read(value)
