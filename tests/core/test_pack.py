from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from pydantic import ValidationError

from daybreak.core.errors import PackError
from daybreak.core.pack import Pack, Pair, read_pack
from daybreak.core.pack_tasks import read_duration
from daybreak.core.plan import Milliseconds, Refreshes
from tests.core.plan_cast import PACKS

Tables = dict[str, Any]
TASK = {"repeats_at_most": 1, "rest_at_least": "5000ms", "answer_usually": "700ms", "practice_steps": 2}
SHORT = {"fixation": "500ms", "cue": "300ms", "answer_within": "3000ms", "pause": "500 ms"}
FLASHED = {**SHORT, "mask": "500ms", "cue": "1 refresh", "trait": "2 refreshes"}


def letters(first: str) -> list[str]:
    """Return eight different words that begin with `first`."""
    return [first + last * 3 for last in "abcdefgh"]


TABLES: Tables = {
    "format": 1,
    "name": "calm",
    "language": "en",
    "title": "Calm",
    "status": {"evidence": "None yet.", "published": [], "reconstructed": ["everything"]},
    "cue_kinds": ["self-word", "first-name", "fact", "portrait"],
    "mask": "XWM",
    "appearance": {"background": "#d9d9d6", "ink": "#1f1f1f"},
    "keys": {"left": "f", "right": "j"},
    "tasks": {
        "masked-words": {
            **TASK, "rounds": 2, "steps": 4, "cues": {"self-word": 1}, "timing": FLASHED, "timing_visible": FLASHED,
        },
        "visible-words": {**TASK, "rounds": 2, "steps": 4, "cues": {"fact": 1}, "timing": SHORT},
        "faces": {
            **TASK, "rounds": 2, "steps": 4, "cues": {"portrait": 1}, "others": 2, "strangers": 3,
            "timing": {"fixation": "500ms", "answer_within": "3000ms", "face": "400ms", "pause": "500ms"},
        },
    },
    "words": {
        "self_word": ["I", "H"],
        "traits": [[f"g{last}d", f"s{last}e"] for last in "abcdefgh"],
        "lures": letters("l"),
        "target_words": letters("t"),
        "target_strings": letters("x"),
        "practice_words": letters("p"),
        "practice_strings": letters("q"),
        "practice_lures": letters("r"),
        "names": ["Ann", "Bob"],
    },
    "buttons": {"word": "word", "other": "no word"},
    "texts": {task: {"title": task, "instruction": "Look."} for task in ("masked-words", "visible-words", "faces")},
}  # fmt: skip


def changed(*path: str | int, value: Any) -> Tables:
    """Return the good tables with one place changed; `...` removes it."""
    tables = deepcopy(TABLES)
    place: Any = tables
    for part in path[:-1]:
        place = place[part]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return tables


def test_a_pack_is_read_from_plain_tables() -> None:
    pack = read_pack(TABLES, "calm.toml")
    assert [task.name for task in pack.tasks.each()] == ["masked-words", "visible-words", "faces"]
    assert pack.tasks.masked_words.timing.cue == Refreshes(refreshes=1)
    assert pack.tasks.masked_words.timing.trait == Refreshes(refreshes=2)
    assert pack.tasks.faces.timing.pause == Milliseconds(ms=500)
    assert pack.tasks.faces.people == 6
    assert [pack.words.self_word.reading(version) for version in ("active", "sham")] == ["I", "H"]


def test_a_pack_comes_back_from_its_own_tables() -> None:
    for pack in PACKS.values():
        assert Pack.model_validate(pack.model_dump(by_alias=True)) == pack


FAULTS: list[tuple[Tables, str]] = [
    (changed("mask", value=...), "mask is missing: add it"),
    (changed("colour", value="red"), "colour: there is no such key here; remove it or mend its spelling"),
    (changed("format", value=2), "format: write 1"),
    (changed("mask", value="X X"), "'X X' is not one word in composed letters"),
    (changed("words", "lures", 2, value="Jose\u0301"), r"words.lures\[3\]: '.*' is not one word in composed letters"),
    (changed("words", "traits", 1, value=["good", "next-"]), "'next-' is not one word"),
    (changed("words", "traits", 1, value=["good", "other"]), r"words.traits\[2\]: 'good' and 'other' differ in length"),
    (changed("words", "traits", 1, value=["bueno", "árbol"]), "choose a partner of as many characters and bytes"),
    (changed("words", "traits", 1, value=["good"]), r"words.traits\[2\]: write a table of keys and values"),
    (changed("words", "lures", value=["one"]), "words.lures: write 8 or more entries"),
    (changed("words", "names", value=["Ann", "taaa"]), "'taaa' stands in names and again in target_words; remove one"),
    (changed("words", "names", value=["Ann", "GAD"]), "'GAD' stands in traits and again in names"),
    (changed("tasks", "faces", "rounds", value=3), "the tasks differ in rounds; give all three the same number"),
    (changed("tasks", "faces", "steps", value=5), "tasks.faces.steps: write a multiple of 2"),
    (changed("tasks", "faces", "cues", value={}), "tasks.faces.cues: write 1 or more entries"),
    (changed("tasks", "faces", "cues", value={"fact": 1}), "tasks.faces.cues"),
    (changed("tasks", "faces", "timing", "face", value="400"), "'400' is no duration; write for instance '500ms'"),
    (changed("tasks", "faces", "timing", value="fast"), "tasks.faces.timing"),
    (changed("tasks", "faces", "rest_at_least", value="1 refresh"), "tasks.faces.rest_at_least.ms is missing"),
    (
        changed("cue_kinds", value=["self-word", "portrait"]),
        "tasks use the cue 'fact' that is not among cue_kinds; add",
    ),
    (changed("texts", "faces", value=...), r"texts for 'faces' are missing; add the table \[texts.faces\]"),
    (changed("title", value=""), "title: write something between the quotes"),
]


@pytest.mark.parametrize(("tables", "message"), FAULTS)
def test_a_fault_is_refused_by_file_key_and_remedy(tables: Tables, message: str) -> None:
    with pytest.raises(PackError, match=message) as refusal:
        read_pack(tables, "calm.toml")
    assert str(refusal.value).startswith("calm.toml: ")
    assert str(refusal.value).endswith("docs/packs.md describes every key.")


def test_a_loaded_pack_cannot_be_changed() -> None:
    changes: list[Callable[[], None]] = [
        lambda: setattr(PACKS["en"], "title", "x"),
        lambda: setattr(PACKS["en"].words, "lures", ()),
        lambda: setattr(PACKS["en"].tasks.faces, "steps", 2),
    ]
    for change in changes:
        with pytest.raises(ValidationError, match="frozen"):
            change()


def test_pairs_can_be_read_back_from_what_they_are() -> None:
    pair = Pair(active="good", sham="part")
    assert Pair.model_validate(pair) == Pair.model_validate(["good", "part"]) == pair


@pytest.mark.parametrize(
    ("text", "table"),
    [("500ms", {"ms": 500}), ("16.7 ms", {"ms": 16.7}), ("1 refresh", {"refreshes": 1}), ({"ms": 3}, {"ms": 3})],
)
def test_durations_are_read_in_milliseconds_or_refreshes(text: Any, table: Any) -> None:
    assert read_duration(text) == table
