"""A face set is read from its manifest, or says in one sentence what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.errors import StimuliError
from daybreak.core.face import EXPRESSIONS, FaceSet, read_face_set, write_face_set

NAMES = st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=40).filter(
    lambda text: bool(text.strip())
)


def entry(identity: str = "ada", **changes: Any) -> dict[str, Any]:
    pictures: dict[str, Any] = {
        expression: {"file": f"{identity}-{expression}.webp", "sha256": "0" * 64} for expression in EXPRESSIONS
    }
    return {"identity": identity, "licence": "CC0-1.0", "source": "drawn"} | pictures | changes


def manifest(*entries: dict[str, Any], **changes: Any) -> str:
    return json.dumps({"format": 1, "name": "set", "title": "A set", "faces": list(entries)} | changes)


@given(
    st.lists(NAMES, min_size=1, max_size=5, unique=True), TEXTS, st.sampled_from([None, "younger", "middle", "older"])
)
def test_a_face_set_written_and_read_again_is_the_same(identities: list[str], licence: str, age: str | None) -> None:
    faces = [entry(identity, licence=licence, age=age) for identity in identities]
    whole = FaceSet.model_validate({"name": "set", "title": "A set", "faces": faces})
    assert read_face_set(write_face_set(whole)) == whole


def test_a_face_gives_the_picture_of_an_expression() -> None:
    face = read_face_set(manifest(entry())).faces[0]
    assert [face.picture(expression).file for expression in EXPRESSIONS] == ["ada-smiling.webp", "ada-neutral.webp"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"format": 1,\n oh', "line 2 is not valid JSON."),
        (manifest(), "the key faces is wrong: Tuple should have at least 1 item after validation, not 0."),
        (manifest(entry(mood="glad")), "the key faces.1.mood is wrong: Extra inputs are not permitted."),
        (manifest(entry(), {"identity": "ben"}), "the key faces.2.smiling is wrong: Field required."),
        (manifest(entry(), entry()), "the identity ada stands there more than once."),
        (
            manifest(entry(), entry("ben", smiling=entry()["smiling"])),
            "the file ada-smiling.webp stands there more than once.",
        ),
        (
            manifest(entry(smiling={"file": "../ada.webp", "sha256": "0" * 64})),
            "the key faces.1.smiling.file is wrong: String should match pattern '^[a-z0-9][a-z0-9-]{0,59}\\.webp$'.",
        ),
    ],
)
def test_a_faulty_manifest_is_told_by_place_and_key(text: str, what: str) -> None:
    with pytest.raises(StimuliError) as caught:
        read_face_set(text, where="faces/manifest.json")
    assert caught.value.what == what
    assert caught.value.where == "faces/manifest.json"
    assert "docs/faces.md" in caught.value.remedy
