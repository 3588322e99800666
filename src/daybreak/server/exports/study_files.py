"""The folder `study/` of an export: every version of the study file as it was loaded, and what the export is."""

from __future__ import annotations

import json
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from daybreak.server.studies.models import Study
from daybreak.server.studies.queries import version_at

IN_FORCE = "study.toml"
ABOUT = "export.json"
FORM = 1


def write_study(study: Study, folder: Path, now: datetime, blinding: str, tables: dict[str, str]) -> None:
    """Write the version in force as `study.toml`, each version by its number, and `export.json`.

    Args:
        study: which study.
        folder: the new folder `study`.
        now: the time of the export.
        blinding: `blind`, `letters` or `unblinded`.
        tables: table to file name without extension, as it lies in `data`.
    """
    folder.mkdir()
    current = version_at(study, now)
    (folder / IN_FORCE).write_bytes(current.study_file.encode())
    versions: list[dict[str, Any]] = []
    for each in study.versions.order_by("number"):
        name = f"version-{each.number}.toml"
        (folder / name).write_bytes(each.study_file.encode())
        versions.append({"number": each.number, "effective_from": each.effective_from.isoformat(), "file": name})
    about = {
        "format": FORM,
        "study": study.key,
        "blinding": blinding,
        "made_at": now.isoformat(),
        "daybreak": version("daybreak"),
        "version_in_force": current.number,
        "versions": versions,
        "tables": tables,
    }
    (folder / ABOUT).write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
