"""The JSON Schema of a study file: editors read it, and messages name the keys that may stand somewhere."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from daybreak.core.complaint import Place
from daybreak.core.study.file import StudyFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOTHING = {"type": "null"}


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema of a study file."""
    made: dict[str, Any] = {"$schema": DIALECT, "title": "daybreak study file"}
    made |= {name: _plain(part) for name, part in StudyFile.model_json_schema().items() if name != "title"}
    return made


def keys_at(place: Place) -> list[str]:
    """Return the keys that may stand in the table at `place`."""
    node = _schema()
    for part in place:
        node = _inside(_resolved(node), part)
    return list(_resolved(node).get("properties", {}))


def _plain(node: Any) -> Any:
    """Return a part of pydantic's schema without its made-up titles, and without null, which no TOML file can hold."""
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {name: _plain(part) for name, part in node.items() if not (name == "title" and isinstance(part, str))}
    choices = [choice for choice in made.get("anyOf", ()) if choice != NOTHING]
    if len(choices) == 1:
        made = {**made, **choices[0]}
        del made["anyOf"]
    if "patternProperties" in made:
        made["additionalProperties"] = False
    if made.get("default", made) is None:
        del made["default"]
    if isinstance(made.get("default"), dict):
        made["default"] = {name: value for name, value in made["default"].items() if value is not None}
    return made


@lru_cache(maxsize=1)
def _schema() -> dict[str, Any]:
    return study_schema()


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference leads to."""
    if "$ref" not in node:
        return node
    found: dict[str, Any] = _schema()["$defs"][node["$ref"].rpartition("/")[2]]
    return found


def _inside(node: dict[str, Any], part: int | str) -> dict[str, Any]:
    """Return the part of a schema that is about one entry, or about one key."""
    if isinstance(part, int):
        found = node.get("items")
    else:
        named = next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties"))
        found = node.get("properties", {}).get(part, named)
    return found if isinstance(found, dict) else {}
