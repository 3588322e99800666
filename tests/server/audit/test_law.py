"""The law of the trail, in the code as it stands: an action that somebody does is recorded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from daybreak.server.audit.models import Entry
from daybreak.server.audit.trail import recorded, recorded_inside
from daybreak.server.enrolment.models import Participant
from daybreak.server.training.models import TrainingSession
from tests.server.http_player import HttpPlayer
from tests.server.law import FREE, watched

SERVER = Path(__file__).parents[3] / "src" / "daybreak" / "server"
RECORDING = {"recorded", "recorded_inside", "turn"}
ASKING_ONLY = {
    "may_see_sealed": "answers a question and changes nothing",
}


def modules() -> list[Path]:
    """Return every module of actions."""
    return sorted([*SERVER.glob("*/actions.py"), *SERVER.glob("*/actions/*.py")])


def functions(module: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def called(node: ast.FunctionDef) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name):
            yield inner.func.id


def records(name: str, there: dict[str, ast.FunctionDef]) -> bool:
    """Return whether a function records, itself or by another of its module."""
    names = set(called(there[name]))
    return bool(names & RECORDING) or any(records(other, there) for other in names & there.keys() - {name})


def test_every_action_that_somebody_does_is_recorded() -> None:
    unrecorded = [
        f"{module.relative_to(SERVER)}: {name}"
        for module in modules()
        for there in [functions(module)]
        for name, node in there.items()
        if not name.startswith("_") and node.args.args and node.args.args[0].arg == "by"
        if name not in ASKING_ONLY and name not in RECORDING and not records(name, there)
    ]
    assert unrecorded == [], "an action opens an entry with `recorded`"
    assert len(modules()) >= 20


def test_every_free_table_exists_and_says_why() -> None:
    assert set(FREE) <= {*connection.introspection.django_table_names(), "cache"}
    assert all(FREE.values())


@pytest.mark.django_db
def test_the_watch_names_a_change_that_no_action_records(person: Participant, client: Client) -> None:
    with watched() as watch:
        watch.begin()
        Participant.objects.filter(pk=person.pk).update(language="es")
        watch.end()
        with recorded(None, "correct-details", participant=person) as entry:
            watch.begin()
            entry.update(person, language="en")
            watch.end()
    assert watch.broken == ["UPDATE enrolment_participant"]


@pytest.mark.django_db
def test_a_played_session_leaves_one_entry_for_each_turn_and_none_for_a_chunk(player: HttpPlayer) -> None:
    before = Entry.objects.count()
    sitting = player.open()
    sitting.play_to_the_end()
    assert TrainingSession.objects.get().state == TrainingSession.State.COMPLETED
    told = list(Entry.objects.filter(number__gt=before).order_by("number").values_list("action", flat=True))
    assert told == ["plan-session", "open-sitting", "begin-session", "complete-session"]


@pytest.mark.django_db
def test_who_found_nothing_to_do_leaves_no_entry(person: Participant) -> None:
    before = Entry.objects.count()
    with recorded(None, "close-session", participant=person) as entry:
        entry.found_nothing()
    assert Entry.objects.count() == before


@pytest.mark.django_db
def test_an_action_inside_another_is_an_error(person: Participant) -> None:
    with (
        recorded(None, "outer", participant=person),
        pytest.raises(RuntimeError, match="an action is one entry"),
        recorded_inside(None, "inner", participant=person),
    ):
        pass
