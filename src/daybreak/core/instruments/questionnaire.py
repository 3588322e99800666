"""Instruments and wordings as FHIR R5 Questionnaires (https://hl7.org/fhir/R5/questionnaire.html).

An instrument's structure is ours; of a Questionnaire that is read, the words, the licence (`copyright`), the language
and the version are taken, and its items, their types, ranges and answers must be those of the instrument. Items are
found by `linkId`, answers by their weight, or else by a whole number as their code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from daybreak.core.instruments import INSTRUMENTS
from daybreak.core.instruments.instrument import Instrument
from daybreak.core.instruments.item import Choice, Item
from daybreak.core.instruments.wording import Wording, WordingError, own_wording
from daybreak.core.rule import Rule

Json = Mapping[str, Any]

URL = "urn:daybreak:instrument:"
CODES = "urn:daybreak:answers:"
WEIGHTS = (
    "http://hl7.org/fhir/StructureDefinition/itemWeight",
    "http://hl7.org/fhir/StructureDefinition/ordinalValue",
)
TYPES = {"choice": "coding", "whole": "integer", "text": "text", "yes-no": "boolean", "date": "date"}
SAME_TYPES = {"choice": "coding", "string": "text"}
"""Types of R4, and short texts, that stand for a type of ours."""
LIMITS = {
    "least": "http://hl7.org/fhir/StructureDefinition/minValue",
    "most": "http://hl7.org/fhir/StructureDefinition/maxValue",
}
DEEPEST = 10
"""How deep groups may stand in groups."""
NOT_VALIDATED = "Our own plain words, not the validated wording."
ASK_AGAIN = "Mend the file and add it again."


def to_questionnaire(instrument: Instrument, wording: Wording | None = None, language: str = "en") -> dict[str, Any]:
    """Return an instrument as a Questionnaire.

    Args:
        instrument: one with items.
        wording: the words a site may use; ours, marked as not validated, without one.
        language: of our words.
    """
    words = wording or own_wording(instrument, language)
    found: dict[str, Any] = {
        "resourceType": "Questionnaire",
        "url": URL + instrument.key,
        "name": instrument.key,
        "title": instrument.title,
        "version": words.version,
        "status": "active",
        "language": words.language,
        "item": [_item(instrument, item, words) for item in instrument.items],
    }
    if words.licence:
        found["copyright"] = words.licence
    elif instrument.owned_wording:
        found["description"] = NOT_VALIDATED
    return found


def coding(instrument: Instrument, item: Item, value: int, label: str = "") -> dict[str, Any]:
    """Return an answer to choose as a Coding."""
    found = {"system": f"{CODES}{instrument.key}:{item.key}", "code": str(value)}
    return {**found, "display": label} if label else found


def _item(instrument: Instrument, item: Item, words: Wording) -> dict[str, Any]:
    found: dict[str, Any] = {
        "linkId": item.key,
        "text": words.prompt(item.key),
        "type": TYPES[item.kind],
        "required": item.required,
    }
    limits = [(url, getattr(item, name)) for name, url in LIMITS.items()]
    if any(limit is not None for _, limit in limits):
        found["extension"] = [{"url": url, "valueInteger": limit} for url, limit in limits if limit is not None]
    if item.choices:
        found["answerOption"] = [_option(instrument, item, choice, words) for choice in item.choices]
    if item.when:
        found["enableWhen"] = list(_enabling(instrument, item))
        found["enableBehavior"] = "any"
    return found


def _option(instrument: Instrument, item: Item, choice: Choice, words: Wording) -> dict[str, Any]:
    return {
        "valueCoding": coding(instrument, item, choice.value, words.choice(item.key, choice.value)),
        "extension": [{"url": WEIGHTS[0], "valueDecimal": choice.value}],
    }


def _enabling(instrument: Instrument, item: Item) -> Iterator[dict[str, Any]]:
    """Yield the answers that lead to an item. FHIR compares codes for being the same only, so each one is listed."""
    rule = Rule.parse(item.when)
    for name in dict.fromkeys(name for name, _ in rule.compared):
        asked = instrument.item(name)
        values = [True, False] if asked.kind == "yes-no" else [choice.value for choice in asked.choices]
        for value in (value for value in values if rule.holds({name: value})):
            answer = (
                {"answerBoolean": value}
                if isinstance(value, bool)
                else {"answerCoding": coding(instrument, asked, value)}
            )
            yield {"question": name, "operator": "=", **answer}


def from_questionnaire(content: Json) -> Wording:
    """Return the wording a Questionnaire holds.

    Raises:
        WordingError: it is no Questionnaire, is about no instrument known here, or its items or answers are not those
            of the instrument. Nobody's licence is no error here: `licence` is empty then.
    """
    if not isinstance(content, Mapping) or content.get("resourceType") != "Questionnaire":
        raise WordingError("This is no FHIR Questionnaire: its resourceType is another.", remedy=ASK_AGAIN)
    instrument = _instrument_of(content)
    items = _items(content, instrument)
    return Wording(
        instrument.key,
        _text(content, "language", "the questionnaire"),
        {item.key: _prompt(items, item) for item in instrument.items},
        {item.key: _labels(items[item.key], item) for item in instrument.items if item.choices},
        licence=str(content.get("copyright") or "").strip(),
        version=str(content.get("version") or "1"),
    )


def _instrument_of(content: Json) -> Instrument:
    named = [str(content.get("url") or "").rpartition(":")[2], content.get("name"), content.get("id")]
    for name in named:
        if isinstance(name, str) and name in INSTRUMENTS and INSTRUMENTS[name].items:
            return INSTRUMENTS[name]
    known = ", ".join(key for key, instrument in INSTRUMENTS.items() if instrument.items)
    raise WordingError(
        "This Questionnaire names no instrument known here.", where="name", remedy=f"Write one of: {known}."
    )


def _items(content: Json, instrument: Instrument) -> dict[str, Json]:
    """Return every item by its linkId: those of the instrument, once each, and what only groups or shows."""
    found: dict[str, Json] = {}
    for link_id, entry in _flat(content.get("item"), "item"):
        if link_id in found:
            raise WordingError("The item stands twice.", where=link_id, remedy=ASK_AGAIN)
        if instrument.has(link_id):
            _check_kind(entry, instrument.item(link_id))
        elif entry.get("type") not in ("display", "group"):
            raise WordingError(f"'{instrument.key}' has no item of that name.", where=link_id, remedy=ASK_AGAIN)
        found[link_id] = entry
    return found


def _flat(entries: object, where: str, deep: int = 0) -> Iterator[tuple[str, Json]]:
    """Yield every item with its linkId; those of groups after the group."""
    if not isinstance(entries, list):
        raise WordingError("There is no list of items.", where=where, remedy=ASK_AGAIN)
    if deep > DEEPEST:
        raise WordingError(f"Groups stand in groups more than {DEEPEST} deep.", where=where, remedy=ASK_AGAIN)
    for entry in entries:
        if not isinstance(entry, Mapping):
            raise WordingError("An entry is no item.", where=where, remedy=ASK_AGAIN)
        link_id = _text(entry, "linkId", where)
        yield link_id, entry
        if entry.get("item"):
            yield from _flat(entry["item"], link_id, deep + 1)


def _check_kind(entry: Json, item: Item) -> None:
    """Refuse an item of another type or range than ours; a file need not name a range."""
    named, wanted = entry.get("type"), TYPES[item.kind]
    if not isinstance(named, str) or SAME_TYPES.get(named, named) != wanted:
        says = f"The item's type must be '{wanted}', not '{named}'."
        raise WordingError(says, where=item.key, remedy=ASK_AGAIN)
    for name, url in LIMITS.items():
        ours = getattr(item, name)
        for given in (each.get("valueInteger") for each in _extensions(entry) if each.get("url") == url):
            if given != ours:
                end = "smallest" if name == "least" else "largest"
                says = f"The {end} number must be {'left out' if ours is None else ours}, not {given}."
                raise WordingError(says, where=item.key, remedy=ASK_AGAIN)


def _extensions(entry: Json) -> list[Json]:
    found = entry.get("extension")
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _text(entry: Json, key: str, where: str) -> str:
    found = entry.get(key)
    if not isinstance(found, str) or not found.strip():
        raise WordingError(f"There is no '{key}'.", where=where, remedy=ASK_AGAIN)
    return found.strip()


def _prompt(items: Mapping[str, Json], item: Item) -> str:
    if item.key not in items:
        raise WordingError("The item is missing.", where=item.key, remedy=ASK_AGAIN)
    return _text(items[item.key], "text", item.key)


def _labels(entry: Json, item: Item) -> dict[int, str]:
    options = entry.get("answerOption")
    found = [_label(option, item) for option in options] if isinstance(options, list) else []
    wanted, given = [choice.value for choice in item.choices], sorted(value for value, _ in found)
    if given != wanted:
        wants, has = (", ".join(map(str, values)) or "nothing" for values in (wanted, given))
        says = f"The answers must count as {wants}, not {has}."
        raise WordingError(says, where=item.key, remedy=ASK_AGAIN)
    return dict(found)


def _label(option: object, item: Item) -> tuple[int, str]:
    answer = option.get("valueCoding") if isinstance(option, Mapping) else None
    if not isinstance(option, Mapping) or not isinstance(answer, Mapping):
        raise WordingError("An answer has no valueCoding.", where=item.key, remedy=ASK_AGAIN)
    return _weight(option, answer, item), _text(answer, "display", item.key)


def _weight(option: Json, answer: Json, item: Item) -> int:
    extensions = [*_extensions(option), *_extensions(answer)]
    weights = [each.get("valueDecimal") for each in extensions if each.get("url") in WEIGHTS]
    found = weights[0] if weights else answer.get("code")
    try:
        number = float(str(found))
    except ValueError:
        number = float("nan")
    if not number.is_integer():
        raise WordingError("An answer has neither a weight nor a whole number as its code.", where=item.key)
    return int(number)
