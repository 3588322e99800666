"""Opening an export: whole and unchanged, or one sentence that names the first file that is not."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from daybreak.analysis.datasets.outcomes import outcome_rows
from daybreak.analysis.export import ABOUT, CHECKSUMS, Export, open_export
from daybreak.core.errors import ExportError


@pytest.fixture
def copy(study_folder: Path, tmp_path: Path) -> Path:
    """A copy of the unblinded export that can be written."""
    folder = tmp_path / "copy"
    shutil.copytree(study_folder / "unblinded", folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def sealed_again(folder: Path, name: str) -> None:
    """Write a file's new checksum, as somebody would who wants to be believed."""
    lines = [line for line in (folder / CHECKSUMS).read_text().splitlines() if not line.endswith(f"  {name}")]
    lines.append(f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}")
    (folder / CHECKSUMS).write_text("\n".join(lines) + "\n")


def test_it_knows_what_it_is(blind: Export, by_letters: Export, unblinded: Export) -> None:
    assert [one.blinding for one in (blind, by_letters, unblinded)] == ["blind", "letters", "unblinded"]
    assert blind.groups == ("pooled",)
    assert by_letters.groups == ("A", "B", "C")
    assert unblinded.groups == ("ketamine-training", "ketamine-sham", "saline-training")
    assert unblinded.study.study.id == "ketamine-training"
    assert unblinded.made_at.tzinfo is not None


def test_every_table_of_the_dictionary_has_the_types_it_says(unblinded: Export) -> None:
    types = {"text": pl.String, "whole number": pl.Int64, "number": pl.Float64, "true or false": pl.Boolean}
    lines = pl.read_csv(unblinded.folder / "documentation/data_dictionary.csv")
    for name, file in unblinded.files.items():
        told = lines.filter(pl.col("file") == f"{file}.csv")
        wanted = {
            column: types.get(kind, pl.Datetime("us", "UTC"))
            for column, kind in told.select("column", "type").iter_rows()
        }
        assert dict(unblinded.table(name).schema) == wanted


def test_a_folder_that_is_no_export_is_refused(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ExportError, match=r"this is no export: there is no CHECKSUMS\.sha256"):
            open_export(place)


def test_a_changed_file_is_named(copy: Path) -> None:
    name = next(path for path in sorted((copy / "data").iterdir()) if "visits" in path.name)
    name.write_bytes(name.read_bytes().replace(b"day-5", b"day-6", 1))
    with pytest.raises(ExportError, match=f"data/{name.name} was changed since the export was made") as caught:
        open_export(copy)
    assert "Export again" in caught.value.sentence()


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "README.md").unlink()
    with pytest.raises(ExportError, match=r"README\.md is missing"):
        open_export(copy)


def test_a_list_of_checksums_that_is_none_is_refused(copy: Path) -> None:
    for text in ("", "not a list\n", "\xff"):
        (copy / CHECKSUMS).write_text(text, encoding="latin-1")
        with pytest.raises(ExportError, match="no list of checksums"):
            open_export(copy)


def test_what_the_list_leaves_out_is_not_believed(copy: Path) -> None:
    lines = [line for line in (copy / CHECKSUMS).read_text().splitlines() if not line.endswith("study/study.toml")]
    (copy / CHECKSUMS).write_text("\n".join(lines) + "\n")
    with pytest.raises(ExportError, match=r"does not list study/study\.toml"):
        open_export(copy)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda about: about | {"format": 2}, "of a form that this daybreak does not know"),
        (lambda about: about | {"blinding": "open"}, "of a form that this daybreak does not know"),
        (lambda about: {}, "cannot be read"),
        (lambda about: [], "cannot be read"),
    ],
)
def test_an_export_of_another_form_is_refused(copy: Path, change: Callable[[object], object], says: str) -> None:
    (copy / ABOUT).write_text(json.dumps(change(json.loads((copy / ABOUT).read_text()))))
    sealed_again(copy, ABOUT)
    with pytest.raises(ExportError, match=says):
        open_export(copy)


def test_an_unknown_table_is_refused(unblinded: Export) -> None:
    with pytest.raises(ExportError, match="there is no table 'weather'"):
        unblinded.table("weather")


def test_a_table_that_is_no_parquet_is_named(copy: Path) -> None:
    name = f"data/{open_export(copy).files['visits']}.parquet"
    (copy / name).write_bytes(b"PAR1 and nothing more")
    sealed_again(copy, name)
    with pytest.raises(ExportError, match=f"{name} is no Parquet file"):
        open_export(copy).table("visits")


def test_two_values_of_one_person_and_visit_are_named(copy: Path) -> None:
    name = f"data/{open_export(copy).files['scores']}.parquet"
    scores = pl.read_parquet(copy / name)
    first = scores.filter(pl.col("instrument") == "madrs", pl.col("visit") == "day-5").head(1)
    pl.concat([scores, first]).write_parquet(copy / name)
    sealed_again(copy, name)
    with pytest.raises(ExportError, match=rf"{first['participant'][0]} has two values of madrs\.total at day-5"):
        outcome_rows(open_export(copy), "madrs.total")


def test_whoever_is_enrolled_and_in_no_known_group_is_named(copy: Path) -> None:
    name = f"data/{open_export(copy).files['participants']}.parquet"
    for arm, says in ((None, "is enrolled and is in no group"), ("gone", "the study file does not have")):
        first = pl.int_range(pl.len()) == 0
        people = pl.read_parquet(copy / name).with_columns(arm=pl.when(first).then(pl.lit(arm)).otherwise("arm"))
        people.write_parquet(copy / name)
        sealed_again(copy, name)
        with pytest.raises(ExportError, match=says):
            open_export(copy).people()


def test_the_example_of_the_docs_runs(study_folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/analysis.md").read_text()
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    told: dict[str, Any] = {}
    exec(example.replace('Path("final")', f"Path({str(study_folder / 'unblinded')!r})"), told)
    assert told["rows"].height > 100
    assert told["flow"].everybody.count == 27
