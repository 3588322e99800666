"""The report as PDF: the same page on paper, with page numbers, and no date or chance in its bytes."""

from __future__ import annotations

from PIL import ImageFile

from daybreak.analysis.report.page import to_html
from daybreak.analysis.report.parts import Report
from daybreak.core.errors import CommandError


def to_pdf(report: Report) -> bytes:
    """Return the report as PDF.

    Raises:
        CommandError: the library that sets text on this machine (Pango) is missing.
    """
    try:
        from weasyprint import HTML  # noqa: PLC0415  # it looks for Pango as it is imported
    except OSError as error:
        raise CommandError(
            "a PDF needs Pango, which is not on this machine.",
            remedy="Install it (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0), or write .html and print that.",
        ) from error
    # Its import lets Pillow take half a picture for a whole one, in all of the process; others check pictures there.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    identifier = bytes.fromhex(report.identifier)[:16]
    return bytes(HTML(string=to_html(report, paper=True)).write_pdf(pdf_identifier=identifier))
