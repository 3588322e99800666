"""The study files that ship, and their JSON Schema for editors."""

from __future__ import annotations

from importlib.resources import files

from daybreak.core.errors import StudyFileError

SHIPPED = files("daybreak.content.studies")
SCHEMA = "study.schema.json"


def study_names() -> tuple[str, ...]:
    """Return the names of the study files that ship, sorted."""
    return tuple(sorted(file.name.removesuffix(".toml") for file in SHIPPED.iterdir() if file.name.endswith(".toml")))


def study_text(name: str) -> str:
    """Return the text of a study file that ships.

    Raises:
        StudyFileError: there is none of that name.
    """
    if name not in study_names():
        remedy = f"Shipped are: {', '.join(study_names())}."
        raise StudyFileError(f"there is no shipped study file '{name}'.", remedy=remedy)
    return (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")


def schema_text() -> str:
    """Return the JSON Schema of a study file, as an editor reads it."""
    return (SHIPPED / SCHEMA).read_text(encoding="utf-8")
