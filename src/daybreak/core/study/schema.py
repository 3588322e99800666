"""The JSON Schema of a study file: editors read it, and messages name the keys that may stand somewhere."""

from __future__ import annotations

from datetime import time, timedelta
from functools import lru_cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from daybreak.core.complaint import Place
from daybreak.core.study.file import StudyFile
from daybreak.core.study.values import write_span

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NOTHING = {"type": "null"}


class _AsWritten(GenerateJsonSchema):
    """Says defaults as a study file writes them."""

    def encode_default(self, dft: Any) -> Any:
        """Return a default in the words of the file."""
        if isinstance(dft, timedelta):
            return write_span(dft)
        if isinstance(dft, time):
            return f"{dft:%H:%M}"
        if isinstance(dft, tuple):
            return [self.encode_default(part) for part in dft]
        return super().encode_default(dft)


def study_schema() -> dict[str, Any]:
    """Return the JSON Schema of a study file."""
    schema = StudyFile.model_json_schema(schema_generator=_AsWritten)
    made: dict[str, Any] = {"$schema": DIALECT, "title": "daybreak study file"}
    made |= {name: _plain(part) for name, part in schema.items() if name != "title"}
    return made


def keys_at(place: Place) -> list[str]:
    """Return the keys that may stand in the table at `place`."""
    return list(table_at(place).get("properties", {}))


def table_at(place: Place) -> dict[str, Any]:
    """Return the part of the schema about what stands at `place`; empty where nothing may."""
    node = _schema()
    for part in place:
        node = _inside(_resolved(node), part)
    return _resolved(node)


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
