"""`daybreak report`: the planned analysis of an export as one page with figures and tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daybreak.core.errors import CommandError

if TYPE_CHECKING:
    from daybreak.analysis.report.assemble import Reader

KINDS = (".html", ".pdf")


def report(
    export: Annotated[Path, typer.Argument(help="The folder that `daybreak export` wrote.")],
    out: Annotated[Path, typer.Option(help="File to write: FILE.html or FILE.pdf.")],
    board: Annotated[
        str, typer.Option(metavar="open|closed", help="The safety board's report: pooled, or by letters.")
    ] = "",
) -> None:
    """Run the analysis that the study file planned, and write it as HTML or PDF, with each table as CSV beside it."""
    from rich.console import Console

    from daybreak.analysis.export import open_export
    from daybreak.analysis.report.assemble import make_report
    from daybreak.analysis.report.folder import write_tables
    from daybreak.analysis.report.page import to_html

    if out.suffix not in KINDS:
        raise CommandError(f"a report cannot be written as '{out.name}'.", remedy="End the name in .html or .pdf.")
    reader = _reader(board)
    console = Console(stderr=True)
    with console.status("opening the export") as status:
        made = make_report(open_export(export), reader, status.update)
        status.update("writing")
        if out.suffix == ".pdf":
            from daybreak.analysis.report.paper import to_pdf

            content = to_pdf(made)
        else:
            content = to_html(made).encode("utf-8")
        folder = out.with_name(f"{out.stem}_tables")
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_bytes(content)
            tables = write_tables(made, folder)
        except OSError as error:
            reason = (error.strerror or "it cannot be written").lower()
            raise CommandError(f"{reason}.", where=str(error.filename or out), remedy="Name another place.") from error
    console.print(f"Written: {out}, and {len(tables)} tables in {folder}")


def _reader(board: str) -> Reader:
    if board not in ("", "open", "closed"):
        raise CommandError(f"--board cannot be '{board}'.", remedy="Write open or closed.")
    return "board-open" if board == "open" else "board-closed" if board == "closed" else "study"
