"""`daybreak report`: a page or a PDF with its tables beside it, and one sentence for whatever cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from daybreak.cli.report import report
from daybreak.core.errors import CommandError, DaybreakError, ExportError
from tests.analysis.exported import draw_people, write_export


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a blind export of a dozen people, which is soon reported on."""
    return write_export(tmp_path_factory.mktemp("cli") / "export", blinding="blind", people=draw_people(24, excluded=3))


def run(*arguments: object) -> str:
    app = typer.Typer()
    app.command()(report)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    if isinstance(done.exception, DaybreakError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stderr


def test_a_page_is_written_with_its_tables_beside_it(export: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "june.html"
    assert "Written:" in run(export, "--out", out)
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    names = {path.name for path in (tmp_path / "new" / "june_tables").iterdir()}
    assert {"flow.csv", "baseline.csv", "primary_means.csv", "harms.csv", "data.csv"} <= names


def test_a_pdf_is_written_for_the_board(export: Path, tmp_path: Path) -> None:
    run(export, "--out", tmp_path / "board.pdf", "--board", "open")
    assert (tmp_path / "board.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--out", "report.docx"), r"a report cannot be written as 'report.docx'. End the name in .html or .pdf."),
        (("--out", "report.html", "--board", "half"), r"--board cannot be 'half'. Write open or closed."),
    ],
)
def test_what_cannot_be_asked_says_so(export: Path, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(export, *arguments)


def test_a_closed_report_of_a_blind_export_says_what_it_needs(export: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"a closed report needs an export by letters.*--letters-for"):
        run(export, "--out", tmp_path / "closed.html", "--board", "closed")


def test_a_folder_that_is_no_export_says_so(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"this is no export"):
        run(tmp_path, "--out", tmp_path / "report.html")


def test_a_place_that_cannot_be_written_says_so(export: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(CommandError, match="Name another place"):
        run(export, "--out", tmp_path / "taken" / "report.html")
