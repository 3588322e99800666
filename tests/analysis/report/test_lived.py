"""Reports of a study that people lived through the real server, and not of made-up tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from daybreak.analysis.export import open_export
from daybreak.analysis.report.assemble import Reader, make_report
from daybreak.analysis.report.page import to_html
from daybreak.analysis.report.parts import NotDone


@pytest.mark.parametrize(
    ("kind", "reader"),
    [("blind", "study"), ("letters", "board-closed"), ("letters", "board-open"), ("unblinded", "study")],
)
def test_a_lived_study_has_a_report_from_each_kind_of_export(study_folder: Path, kind: str, reader: Reader) -> None:
    export = open_export(study_folder / kind)
    report = make_report(export, reader)
    page = to_html(report)
    counts = next(one for one in report.tables() if one.key == "flow")
    assert counts.rows[0][3] == len(export.table("participants"))
    for section in report.sections:
        for part in section.parts:
            if isinstance(part, NotDone):
                assert part.text.endswith(".")
                assert "nan" not in part.text
    assert not [code for code in export.table("participants")["participant"].drop_nulls() if code in page]
    if kind != "unblinded":
        assert "ketamine-sham" not in page
