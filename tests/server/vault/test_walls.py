"""Nothing leads into the vault but its doors."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.exceptions import FieldError
from django.db.models import Model

from daybreak.server.enrolment.models import Participant
from daybreak.server.training.models import TrainingSession
from daybreak.server.vault import allocate, dispense, reveal

SERVER = Path(dispense.__file__).parent.parent
DOORS = {f"daybreak.server.vault.{door}" for door in ("allocate", "dispense", "reveal")}
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
    assert reveal.__all__ == ["change_kit", "pharmacy_list", "replace_kit", "reveal_arm", "reveal_study"]


def test_the_vault_package_itself_exports_nothing() -> None:
    seen = "import daybreak.server.vault as v; print([n for n in dir(v) if not n.startswith('_')])"
    told = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.django_db
def test_nobody_is_given_a_right_to_the_vault() -> None:
    assert not Permission.objects.filter(content_type__app_label="vault", user__isnull=False).exists()
