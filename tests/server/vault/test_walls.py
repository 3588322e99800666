"""Nothing leads into the vault but its doors."""

from __future__ import annotations

import ast
import pkgutil
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.exceptions import FieldError
from django.db.models import Model

from daybreak.server.enrolment.models import Participant
from daybreak.server.training.models import TrainingSession
from daybreak.server.vault import allocate, board, dispense, reveal
from daybreak.server.vault.walls import TABLES
from tests.live import ROOT

SERVER = Path(dispense.__file__).parent.parent
DOORS = {f"daybreak.server.vault.{door}" for door in ("allocate", "board", "dispense", "reveal")}
FREE = [model for model in apps.get_models() if model._meta.app_label != "vault"]


@pytest.mark.parametrize("model", FREE, ids=lambda model: model._meta.label)
def test_no_relation_of_another_model_leads_into_the_vault(model: type[Model]) -> None:
    reached = [field.related_model for field in model._meta.get_fields() if field.is_relation]
    assert [other for other in reached if isinstance(other, type) and other._meta.app_label == "vault"] == []


@pytest.mark.parametrize("path", ["assignment__version", "assignment", "dispensed__plan"])
@pytest.mark.parametrize("model", [Participant, TrainingSession])
def test_nobody_can_be_filtered_by_what_the_vault_holds(model: type[Model], path: str) -> None:
    with pytest.raises(FieldError):
        model._default_manager.filter(**{path: "active"})


def test_no_query_uses_djangos_name_for_hidden_relations() -> None:
    # `filter(**{"+__version": ...})` reaches through `related_name="+"`: Django keeps the relation under that name.
    texts = {
        (path.name, node.value)
        for path in SERVER.parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "+__" in node.value
    }
    assert texts == set()


def test_the_vault_is_in_no_admin() -> None:
    assert not apps.is_installed("django.contrib.admin")


def test_only_the_doors_are_imported_from_outside() -> None:
    found = set()
    for path in SERVER.parent.rglob("*.py"):
        if SERVER / "vault" in path.parents:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {name for name in names if name.startswith("daybreak.server.vault")}
            assert not (isinstance(node, ast.Attribute) and node.attr == "get_model"), (
                f"{path} asks for a model by name"
            )
    assert found <= DOORS


def test_the_doors_export_functions_only() -> None:
    assert dispense.__all__ == ["dispense_picture", "dispense_plan"]
    assert allocate.__all__ == ["allocate", "check_commitments", "current_kit", "find_kit", "next_kit", "seal_lists"]
    assert board.__all__ == ["board_labels"]
    assert reveal.__all__ == ["change_kit", "pharmacy_list", "replace_kit", "reveal_arm", "reveal_study"]


def test_the_import_contract_names_every_module_of_the_vault_but_the_doors() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [contract] = [each for each in contracts if each["type"] == "protected"]
    modules = {module.name for module in pkgutil.iter_modules([str(SERVER / "vault")], "daybreak.server.vault.")}
    assert set(contract["protected_modules"]) == modules - DOORS
    assert contract["allowed_importers"] == ["daybreak.server.vault"]


def test_nothing_outside_the_vault_names_one_of_its_tables() -> None:
    named = re.compile(rf"vault[\"'`]?[._][\"'`]?(vault_)?({'|'.join(TABLES)})\b", re.IGNORECASE)
    assert named.search('SELECT * FROM "vault"."vault_kit"')
    texts = (
        path for path in SERVER.parent.rglob("*") if path.is_file() and path.suffix in (".py", ".html", ".txt", ".sql")
    )
    assert [
        path.name for path in texts if SERVER / "vault" not in path.parents and named.search(path.read_text())
    ] == []


def test_every_table_of_the_vault_lies_behind_its_walls() -> None:
    tables = {model._meta.db_table for model in apps.get_app_config("vault").get_models()}
    assert tables == {f"vault_{table}" for table in TABLES}


@pytest.mark.parametrize("door", [allocate, board, dispense, reveal], ids=lambda door: door.__name__.rpartition(".")[2])
def test_a_door_shows_no_function_but_those_it_lists_and_each_opens_the_vault(door: ModuleType) -> None:
    tree = ast.parse(Path(door.__file__ or "").read_text())
    public = [each for each in tree.body if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")]
    assert sorted(each.name for each in public) == door.__all__
    assert [each.name for each in public if "opened()" not in map(ast.unparse, each.decorator_list)] == []


@pytest.mark.parametrize("name", [*allocate.__all__, *board.__all__, *dispense.__all__, *reveal.__all__])
def test_each_function_of_a_door_is_called_by_the_product_and_by_a_test(name: str) -> None:
    def callers(folder: Path) -> list[Path]:
        return [path for path in folder.rglob("*.py") if name in _called(path)]

    assert [path for path in callers(SERVER.parent) if SERVER / "vault" not in path.parents]
    assert callers(ROOT / "tests/server")


@cache
def _called(path: Path) -> set[str]:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in calls}


def test_the_vault_package_itself_exports_nothing() -> None:
    seen = "import daybreak.server.vault as v; print([n for n in dir(v) if not n.startswith('_')])"
    told = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.django_db
def test_nobody_is_given_a_right_to_the_vault() -> None:
    assert not Permission.objects.filter(content_type__app_label="vault", user__isnull=False).exists()
