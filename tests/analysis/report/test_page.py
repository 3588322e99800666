"""The report as a page: the same bytes each time, nothing fetched, every planned part told or said why not."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from PIL import ImageFile

from daybreak.analysis.export import open_export
from daybreak.analysis.report.assemble import make_report
from daybreak.analysis.report.folder import write_tables
from daybreak.analysis.report.page import to_html
from daybreak.analysis.report.paper import to_pdf
from daybreak.analysis.report.parts import Head, NotDone, Picture, Report, ReportTable
from daybreak.analysis.report.writing import written
from daybreak.core.errors import ExportError
from tests.analysis.exported import ARMS

SECTIONS = (
    "flow",
    "baseline",
    "adherence",
    "primary",
    "sensitivity",
    "outcome-self-report",
    "outcome-year",
    "subgroups",
    "response",
    "relapse",
    "mechanism",
    "missing",
    "harms",
    "timing",
    "blinding",
    "deviations",
    "methods",
)


def not_done(report: Report) -> list[str]:
    return [part.text for section in report.sections for part in section.parts if isinstance(part, NotDone)]


def pictures(report: Report) -> list[Picture]:
    return [part for section in report.sections for part in section.parts if isinstance(part, Picture)]


def test_an_unblinded_report_has_every_section_and_leaves_nothing_out(whole: Report) -> None:
    assert tuple(section.key for section in whole.sections) == SECTIONS
    assert not_done(whole) == []
    assert whole.summary[0] == "154 people of 154 planned were allocated."


def test_the_same_export_gives_the_same_bytes(folders: dict[str, Path], whole: Report) -> None:
    again = make_report(open_export(folders["unblinded"]))
    assert again == whole
    assert to_html(again) == to_html(whole)


def test_a_pdf_of_the_same_export_has_the_same_bytes_and_no_date(closed: Report) -> None:
    paper = to_pdf(closed)
    assert paper.startswith(b"%PDF-")
    assert paper == to_pdf(closed)
    assert not ImageFile.LOAD_TRUNCATED_IMAGES, "half a picture is still refused"
    assert b"CreationDate" not in paper


def test_the_page_fetches_nothing_and_runs_nothing(whole: Report) -> None:
    page = to_html(whole)
    assert "<script" not in page
    assert "<link" not in page
    assert set(re.findall(r"https?://[^\s\"'<)]+", page)) == {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert all(source.startswith("data:font/ttf;base64,") for source in re.findall(r'url\("([^"]+)"\)', page))


def test_contents_lead_to_every_section_and_ids_are_single(whole: Report) -> None:
    page = to_html(whole)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<a href="#([^"]+)"', page)) == {section.key for section in whole.sections}


def test_every_figure_says_what_it_shows_to_who_cannot_see_it(whole: Report) -> None:
    assert len(pictures(whole)) >= 12
    assert all(len(picture.spoken) > 15 and picture.caption for picture in pictures(whole))


def test_every_table_is_written_as_csv_with_all_its_digits(whole: Report, tmp_path: Path) -> None:
    made = write_tables(whole, tmp_path / "tables")
    assert len({path.name for path in made}) == len(whole.tables())
    with (tmp_path / "tables" / "primary_contrasts.csv").open(newline="", encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    told = next(one for one in whole.tables() if one.key == "primary_contrasts")
    assert float(first["estimate"]) == pytest.approx(told.column("estimate")[0], rel=1e-11)
    with pytest.raises(KeyError):
        told.column("mood")


def test_a_blind_report_pools_everybody_and_says_what_that_forbids(pooled: Report) -> None:
    page = to_html(pooled)
    assert pooled.status.startswith("Blind")
    assert "ketamine-sham" not in page
    assert "saline-training" not in page
    assert len(not_done(pooled)) >= 5
    assert any("nobody's group is known" in sentence for sentence in not_done(pooled))
    assert {str(row[0]) for row in next(one for one in pooled.tables() if one.key == "primary_means").rows} == {
        "pooled"
    }


def test_a_closed_report_compares_letters_and_names_no_arm(closed: Report) -> None:
    page = to_html(closed)
    assert closed.status.startswith("Closed")
    assert "ketamine-sham" not in page
    contrasts = next(one for one in closed.tables() if one.key == "primary_contrasts")
    assert set(contrasts.column("contrast")) == {"A \u2212 B", "A \u2212 C", "B \u2212 C"}
    assert closed.sections[1].key == "harms"


def test_an_open_report_pools_even_where_groups_are_known(folders: dict[str, Path]) -> None:
    opened = make_report(open_export(folders["letters"]), "board-open")
    harms = next(one for one in opened.tables() if one.key == "harms")
    assert [head.name for head in harms.heads] == ["kind", "pooled"]
    told = {str(value) for table in opened.tables() for row in table.rows for value in row}
    heads = {head.name for table in opened.tables() for head in table.heads}
    assert not {"A", "B", "C", *ARMS} & (told | heads)
    assert not [picture for picture in pictures(opened) if "Allocated to" in picture.svg]


def test_a_closed_report_needs_letters(folders: dict[str, Path]) -> None:
    with pytest.raises(ExportError, match="a closed report needs an export by letters"):
        make_report(open_export(folders["blind"]), "board-closed")


def test_words_that_look_like_markup_stay_words() -> None:
    heads = (Head("term", "Term"), Head("n", "People", "count"))
    table = ReportTable("terms", "Terms", heads, (("<script>alert(1)</script>", 3),))
    report = Report("Study & more", "Report", "Blind", (), (), (), "00" * 32)
    from daybreak.analysis.report.parts import Section  # noqa: PLC0415

    page = to_html(Report(**{**report.__dict__, "sections": (Section("a", "A", (table,)),)}))
    assert "<script" not in page
    assert "Study &amp; more" in page


@pytest.mark.parametrize(
    ("value", "kind", "says"),
    [
        (None, "number", "–"),
        (float("nan"), "number", "–"),
        (-0.001, "number", "0.00"),
        (-1.5, "number", "\u22121.50"),
        (0.00004, "p", "<0.001"),
        (0.0471, "p", "0.047"),
        (12345, "count", "12\u202f345"),
        (0.25, "share", "25.00\u00a0%"),
        (True, "text", "yes"),
    ],
)
def test_values_are_written_alike_everywhere(value: float | None, kind: str, says: str) -> None:
    assert written(value, Head("x", "X", kind)) == says  # type: ignore[arg-type]
