"""The report as one HTML page: nothing is fetched, no script runs, it prints, and its bytes do not vary."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from daybreak.analysis.figures.look import themed
from daybreak.analysis.report.parts import Head, Listing, NotDone, Picture, Report, ReportTable, Value, Words
from daybreak.analysis.report.writing import NOTHING, written
from daybreak.content.fonts import Font, font_path

TEMPLATE, STYLE = "report.html.j2", "report.css"
KINDS = {Words: "words", Listing: "listing", NotDone: "not-done", Picture: "picture", ReportTable: "table"}


@dataclass(frozen=True)
class Face:
    """A font that the page carries with it."""

    weight: int
    source: str


def to_html(report: Report, *, paper: bool = False) -> str:
    """Return the page.

    Args:
        report: what to write.
        paper: for print only: colours are those of paper and do not follow a theme.
    """
    environment = Environment(
        loader=FunctionLoader(_resource),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": shown, "kind": lambda part: KINDS[type(part)]}
    template = environment.get_template(TEMPLATE)
    faces = (Face(400, _font("atkinson-regular")), Face(700, _font("atkinson-bold")))
    return template.render(
        report=report, style=_resource(STYLE), faces=faces, paper=paper, drawn=(lambda svg: svg) if paper else themed
    )


@dataclass(frozen=True)
class Shown:
    """A table as the page shows it; a row of one value is a heading, limits of an interval stand in one column."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]


def shown(table: ReportTable) -> Shown:
    """Return a table with its values written; a column that ends in `_low` is joined with the next."""
    ends = {place for place, head in enumerate(table.heads) if head.name.endswith("_low")}
    heads = tuple(
        replace(head, says=head.says.removesuffix(" from")) if place in ends else head
        for place, head in enumerate(table.heads)
        if place - 1 not in ends and place >= table.grouped and not head.csv_only
    )
    return Shown(heads, tuple(_rows(table, ends)))


def _rows(table: ReportTable, ends: set[int]) -> Iterator[tuple[str, ...]]:
    group: tuple[str, ...] = ()
    for place, row in enumerate(table.rows):
        if place in table.headings:
            yield (str(row[0]),)
            continue
        own = tuple(written(value, head) for value, head in zip(row[: table.grouped], table.heads, strict=False))
        if own != group:
            yield (", ".join(own),)
            group = own
        yield tuple(_cells(table, row, ends))


def _cells(table: ReportTable, row: tuple[Value, ...], ends: set[int]) -> Iterator[str]:
    for place, (value, head) in enumerate(zip(row, table.heads, strict=True)):
        if place in ends:
            low, high = written(value, head), written(row[place + 1], table.heads[place + 1])
            yield low if low == high == NOTHING else f"{low} to {high}"
        elif place - 1 not in ends and place >= table.grouped and not head.csv_only:
            yield written(value, head)


def _resource(name: str) -> str:
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _font(font: Font) -> str:
    return "data:font/ttf;base64," + b64encode(font_path(font).read_bytes()).decode("ascii")
